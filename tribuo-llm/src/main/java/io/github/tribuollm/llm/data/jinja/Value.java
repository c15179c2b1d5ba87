/*
 * Copyright (c) 2026 The tribuo-llm authors. All rights reserved.
 *
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * You may obtain a copy of the License at
 *
 *     http://www.apache.org/licenses/LICENSE-2.0
 *
 * Unless required by applicable law or agreed to in writing, software
 * distributed under the License is distributed on an "AS IS" BASIS,
 * WITHOUT WARRANTIES OR CONDITIONS OF ANY KIND, either express or implied.
 * See the License for the specific language governing permissions and
 * limitations under the License.
 */
package io.github.tribuollm.llm.data.jinja;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What a template works with: Python's plain values, immutable, and nothing of Java. */
public sealed interface Value
        permits Value.None,
                Value.Bool,
                Value.Int,
                Value.Real,
                Value.Text,
                Value.Sequence,
                Value.Mapping,
                Callable,
                Loop,
                Namespace,
                Stream,
                Undefined {
    /** {@return whether it is None, or a text, list or dictionary of nothing} */
    default boolean isEmpty() {
        return false;
    }

    /** Python's {@code None}, JSON's null. */
    None NONE = new None();

    /** Python's {@code None}. */
    record None() implements Value {
        @Override
        public boolean isEmpty() {
            return true;
        }
    }

    /**
     * A truth value.
     *
     * @param value the value
     */
    record Bool(boolean value) implements Value {
        /** {@code True}. */
        public static final Bool TRUE = new Bool(true);

        /** {@code False}. */
        public static final Bool FALSE = new Bool(false);

        /**
         * The constant of a truth value.
         *
         * @param value the value
         * @return {@link #TRUE} or {@link #FALSE}
         */
        public static Bool of(boolean value) {
            return value ? TRUE : FALSE;
        }
    }

    /**
     * A whole number. Python's have no bounds; one beyond 64 bits is refused wherever it would arise.
     *
     * @param value the number
     */
    record Int(long value) implements Value {}

    /**
     * A floating point number.
     *
     * @param value the number
     */
    record Real(double value) implements Value {}

    /**
     * A string.
     *
     * @param value its characters
     * @param markup whether the filter {@code safe} has marked it: what is added to it with {@code +} is escaped for
     *     HTML, as Python's markupsafe does
     */
    record Text(String value, boolean markup) implements Value {
        @Override
        public boolean isEmpty() {
            return value.isEmpty();
        }

        /** The empty string. */
        public static final Text EMPTY = new Text("");

        /**
         * Creates an ordinary string.
         *
         * @param value its characters
         */
        public Text(String value) {
            this(value, false);
        }
    }

    /**
     * A list or a tuple.
     *
     * @param items the elements
     * @param tuple whether it is a tuple, which prints in round brackets and equals no list
     */
    record Sequence(List<Value> items, boolean tuple) implements Value {
        @Override
        public boolean isEmpty() {
            return items.isEmpty();
        }

        /** Creates a sequence of a copy of the elements. */
        public Sequence {
            items = List.copyOf(items);
        }

        /**
         * A list.
         *
         * @param items the elements
         * @return the list
         */
        public static Sequence list(List<? extends Value> items) {
            return new Sequence(new ArrayList<>(items), false);
        }

        static Sequence tuple(Value... items) {
            return new Sequence(List.of(items), true);
        }
    }

    /**
     * A dictionary, in the order in which its keys were first given.
     *
     * @param entries keys and values
     */
    record Mapping(Map<Value, Value> entries) implements Value {
        @Override
        public boolean isEmpty() {
            return entries.isEmpty();
        }

        /** The empty dictionary. */
        public static final Mapping EMPTY = new Mapping(Map.of());

        /** Creates a dictionary of a copy of the entries. */
        public Mapping {
            entries = Collections.unmodifiableMap(new LinkedHashMap<>(entries));
        }

        /**
         * The value of a string key.
         *
         * @param key the key
         * @return its value, or null where there is none
         */
        public Value get(String key) {
            return entries.get(new Text(key));
        }

        /**
         * Tells whether a key has a value that is not None.
         *
         * @param key the key
         * @return false where the key is missing or its value is None
         */
        public boolean has(String key) {
            Value value = get(key);
            return value != null && !value.equals(NONE);
        }

        /**
         * This dictionary with one value set; a new key stands last.
         *
         * @param key the key
         * @param value its value
         * @return the dictionary
         */
        public Mapping with(String key, Value value) {
            Map<Value, Value> changed = new LinkedHashMap<>(entries);
            changed.put(new Text(key), value);
            return new Mapping(changed);
        }

        /**
         * This dictionary without some keys.
         *
         * @param keys the keys; those that are not there are passed over
         * @return the dictionary
         */
        public Mapping without(String... keys) {
            Map<Value, Value> changed = new LinkedHashMap<>(entries);
            for (String key : keys) {
                changed.remove(new Text(key));
            }
            return changed.size() == entries.size() ? this : new Mapping(changed);
        }
    }
}
