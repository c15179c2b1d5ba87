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
package io.github.tribuollm.llm.cli;

import java.nio.file.Path;
import java.util.Map;
import java.util.function.Function;

/** Reads the values of options as people write them. */
final class OptionValue {
    private static final Map<Class<?>, Kind> KINDS = Map.of(
            String.class, new Kind("a text", text -> text),
            Path.class, new Kind("a path", Path::of),
            Integer.class, new Kind("a whole number of at most " + Integer.MAX_VALUE, Integer::valueOf),
            Long.class, new Kind("a whole number", Long::valueOf),
            Double.class, new Kind("a number", Double::valueOf),
            boolean.class, new Kind("true or false", OptionValue::truth));

    private record Kind(String expected, Function<String, Object> reader) {}

    private OptionValue() {}

    /**
     * Reads a value.
     *
     * @param option the option's name, for the message
     * @throws UsageError if the text is no such value
     */
    static Object of(String option, Class<?> type, String text) {
        Kind kind = KINDS.get(type);
        try {
            return kind.reader().apply(text);
        } catch (IllegalArgumentException e) {
            throw new UsageError("--" + option + ": expected " + kind.expected() + ", but there is '" + text + "'", e);
        }
    }

    private static boolean truth(String text) {
        return switch (text) {
            case "true" -> true;
            case "false" -> false;
            default -> throw new IllegalArgumentException(text);
        };
    }
}
