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

import io.github.tribuollm.llm.data.jinja.Value.Bool;
import io.github.tribuollm.llm.data.jinja.Value.Int;
import io.github.tribuollm.llm.data.jinja.Value.Text;
import java.util.List;
import java.util.Map;

/**
 * What a call is given.
 *
 * @param positional the arguments without names
 * @param named the arguments with names, in their order
 */
record Arguments(List<Value> positional, Map<String, Value> named) {
    static final Arguments NONE = new Arguments(List.of(), Map.of());

    static Arguments of(Value... positional) {
        return new Arguments(List.of(positional), Map.of());
    }

    /** The arguments after the first ones. */
    Arguments after(int count) {
        return new Arguments(positional.subList(count, positional.size()), named);
    }

    /** Puts the arguments in the places of a function's parameters. */
    Bound bind(String function, String... parameters) {
        if (positional.size() > parameters.length) {
            throw new Failure(
                    function + "() takes at most " + parameters.length + " arguments, not " + positional.size());
        }
        Value[] values = new Value[parameters.length];
        for (int i = 0; i < positional.size(); i++) {
            values[i] = positional.get(i);
        }
        named.forEach((name, value) -> {
            int place = List.of(parameters).indexOf(name);
            if (place < 0 || values[place] != null) {
                throw new Failure(function + "() got "
                        + (place < 0 ? "an unexpected argument '" : "two values for the argument '") + name + "'");
            }
            values[place] = value;
        });
        return new Bound(function, parameters, values);
    }

    /** Arguments in the places of parameters; null where one is not given. */
    record Bound(String function, String[] parameters, Value[] values) {
        boolean has(int place) {
            return values[place] != null;
        }

        Value get(int place) {
            if (values[place] == null) {
                throw new Failure(function + "() is missing the argument '" + parameters[place] + "'");
            }
            return values[place];
        }

        Value or(int place, Value fallback) {
            return values[place] == null ? fallback : values[place];
        }

        /** Whether an argument is there and not None. */
        boolean given(int place) {
            return values[place] != null && !(values[place] instanceof Value.None);
        }

        String text(int place) {
            if (get(place) instanceof Text text) {
                return text.value();
            }
            throw wrong(place, "a string");
        }

        String text(int place, String fallback) {
            return has(place) ? text(place) : fallback;
        }

        long whole(int place) {
            Value value = get(place);
            if (value instanceof Int number) {
                return number.value();
            }
            if (value instanceof Bool bool) {
                return bool.value() ? 1 : 0;
            }
            throw wrong(place, "a whole number");
        }

        long whole(int place, long fallback) {
            return has(place) ? whole(place) : fallback;
        }

        boolean flag(int place, boolean fallback) {
            return has(place) ? Python.truth(get(place)) : fallback;
        }

        private Failure wrong(int place, String wanted) {
            return new Failure(function + "(): the argument '" + parameters[place] + "' must be " + wanted + ", not "
                    + Python.type(get(place)));
        }
    }
}
