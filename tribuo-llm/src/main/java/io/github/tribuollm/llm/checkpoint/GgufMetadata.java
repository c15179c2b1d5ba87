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
package io.github.tribuollm.llm.checkpoint;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The keys and values of a GGUF file. Every accessor throws a {@link CheckpointException} that names the file and the
 * key when the value has another type, and those without a fallback when it is missing.
 */
final class GgufMetadata {
    private static final int LONGEST_ELEMENT = 1 << 20;

    private final Path file;
    private final FileChannel channel;
    private final Map<String, Object> values;

    /**
     * Describes the values.
     *
     * @param file the file, for messages
     * @param channel the open file, of which arrays are read
     * @param values as {@link GgufReader#value} gives them
     */
    GgufMetadata(Path file, FileChannel channel, Map<String, Object> values) {
        this.file = file;
        this.channel = channel;
        this.values = values;
    }

    /** {@return the file} */
    Path file() {
        return file;
    }

    /** {@return all keys, in the order of the file} */
    Set<String> keys() {
        return Collections.unmodifiableSet(values.keySet());
    }

    boolean contains(String key) {
        return values.containsKey(key);
    }

    String text(String key) {
        return required(key, String.class, "a text");
    }

    Optional<String> textIfPresent(String key) {
        return contains(key) ? Optional.of(text(key)) : Optional.empty();
    }

    /** A number of things, so not negative. */
    int natural(String key) {
        long value = required(key, Long.class, "a whole number");
        if (value < 0 || value > Integer.MAX_VALUE) {
            throw new CheckpointException(file + ": '" + key + "' is " + value + ", which no model has");
        }
        return (int) value;
    }

    int natural(String key, int fallback) {
        return contains(key) ? natural(key) : fallback;
    }

    /** A finite number; of a 32-bit float the decimal that it is the nearest to, as the original's JSON had it. */
    double number(String key) {
        Number value = required(key, Number.class, "a number");
        double number = value instanceof Float f ? Double.parseDouble(f.toString()) : value.doubleValue();
        if (!Double.isFinite(number)) {
            throw new CheckpointException(file + ": '" + key + "' is " + number + ", which is not finite");
        }
        return number;
    }

    double number(String key, double fallback) {
        return contains(key) ? number(key) : fallback;
    }

    boolean flag(String key, boolean fallback) {
        return contains(key) ? required(key, Boolean.class, "true or false") : fallback;
    }

    List<String> texts(String key) {
        return elements(
                key,
                "an array of texts",
                GgufArray.TEXT,
                (reader, i) -> reader.text("element " + i + " of '" + key + "'", LONGEST_ELEMENT));
    }

    /** Empty where the key is missing. */
    List<String> textsIfPresent(String key) {
        return contains(key) ? texts(key) : List.of();
    }

    /** Empty where the key is missing. */
    List<Integer> integers(String key) {
        return contains(key)
                ? elements(key, "an array of 32-bit numbers", GgufArray.INT32, (reader, i) -> reader.word())
                : List.of();
    }

    List<Float> floats(String key) {
        return elements(
                key,
                "an array of 32-bit floats",
                GgufArray.FLOAT32,
                (reader, i) -> Float.intBitsToFloat(reader.word()));
    }

    private <T> T required(String key, Class<T> type, String expected) {
        Object value = values.get(key);
        if (value == null) {
            throw new CheckpointException(file + ": the key '" + key
                    + "' is missing; convert the model again with a newer llama.cpp, or take another file");
        }
        if (!type.isInstance(value)) {
            throw wrong(key, expected);
        }
        return type.cast(value);
    }

    private CheckpointException wrong(String key, String expected) {
        return new CheckpointException(file + ": the key '" + key + "' must be " + expected);
    }

    private interface Element<T> {
        T read(GgufReader reader, int index) throws IOException;
    }

    private <T> List<T> elements(String key, String expected, int type, Element<T> element) {
        GgufArray array = required(key, GgufArray.class, expected);
        boolean signs = type == GgufArray.INT32 && array.type() == GgufArray.UINT32;
        if (array.type() != type && !signs) {
            throw wrong(key, expected);
        }
        try {
            GgufReader reader = new GgufReader(file, channel, array.from());
            List<T> elements = new ArrayList<>(array.count());
            for (int i = 0; i < array.count(); i++) {
                elements.add(element.read(reader, i));
            }
            return elements;
        } catch (IOException e) {
            throw new CheckpointException(file + ": the key '" + key + "' cannot be read: " + e, e);
        }
    }
}
