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
package io.github.tribuollm.llm.configuration;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;

/** Values that are written as such, and do not stand for a component. */
enum Plain {
    BOOLEAN("true or false", Plain::parseBoolean, boolean.class, Boolean.class),
    INTEGER(
            "a whole number of at most " + Integer.MAX_VALUE,
            Integer::parseInt,
            int.class,
            Integer.class,
            AtomicInteger.class),
    LONG("a whole number of at most " + Long.MAX_VALUE, Long::parseLong, long.class, Long.class, AtomicLong.class),
    DOUBLE("a number", Double::parseDouble, double.class, Double.class, float.class, Float.class);

    private final String words;
    private final Consumer<String> parser;
    private final List<Class<?>> types;

    Plain(String words, Consumer<String> parser, Class<?>... types) {
        this.words = words;
        this.parser = parser;
        this.types = List.of(types);
    }

    /** How values of a type are written; empty if any text will do. */
    static Optional<Plain> of(Class<?> type) {
        return Arrays.stream(values())
                .filter(plain -> plain.types.contains(type))
                .findFirst();
    }

    /** What is expected, in words. */
    String words() {
        return words;
    }

    /** Whether a text is such a value. */
    boolean accepts(String text) {
        try {
            parser.accept(text);
            return true;
        } catch (IllegalArgumentException e) {
            return false;
        }
    }

    private static void parseBoolean(String text) {
        if (!text.equalsIgnoreCase("true") && !text.equalsIgnoreCase("false")) {
            throw new IllegalArgumentException(text);
        }
    }
}
