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

import com.google.gson.stream.JsonWriter;
import io.github.tribuollm.graph.ElementType;
import java.io.IOException;
import java.io.StringWriter;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Supplier;

/**
 * Writes {@code .safetensors} files: atomically, and with the same bytes for the same content. Floats are rounded to
 * nearest, ties to even.
 */
public final class SafetensorsWriter {
    private static final int BLOCK = 1 << 18;

    private SafetensorsWriter() {}

    private interface Payload {
        void writeTo(FileChannel channel) throws IOException;
    }

    /** One tensor to be written. */
    public static final class Entry {
        private final String name;
        private final DType dtype;
        private final long[] shape;
        private final Payload payload;

        private Entry(String name, DType dtype, long[] shape, Payload payload) {
            this.name = name;
            this.dtype = dtype;
            this.shape = shape.clone();
            this.payload = payload;
        }

        /**
         * A tensor as another file stores it, byte for byte.
         *
         * @param tensor the tensor
         * @return the entry
         */
        public static Entry of(StoredTensor tensor) {
            return new Entry(
                    tensor.name(),
                    tensor.dtype(),
                    tensor.shape(),
                    channel -> AtomicFile.writeFully(channel, tensor.data()));
        }

        /**
         * A tensor whose bytes are made while the file is written and then forgotten.
         *
         * @param name its name
         * @param dtype its element type
         * @param shape its dimensions
         * @param bytes gives its bytes from position to limit, row major and little endian
         */
        static Entry made(String name, DType dtype, long[] shape, Supplier<ByteBuffer> bytes) {
            return new Entry(name, dtype, shape, channel -> AtomicFile.writeFully(channel, bytes.get()));
        }

        /**
         * A tensor of floats.
         *
         * @param name its name
         * @param dtype the type to round to: F32, F16 or BF16
         * @param shape its dimensions
         * @param values its values, row major
         * @return the entry
         * @throws IllegalArgumentException when the type is another or the shape has another number of elements
         */
        public static Entry of(String name, DType dtype, long[] shape, float[] values) {
            return of(name, dtype, shape, FloatBuffer.wrap(values));
        }

        /**
         * A tensor of floats.
         *
         * @param name its name
         * @param dtype the type to round to: F32, F16 or BF16
         * @param shape its dimensions
         * @param values its values from position to limit, row major
         * @return the entry
         * @throws IllegalArgumentException when the type is another or the shape has another number of elements
         */
        public static Entry of(String name, DType dtype, long[] shape, FloatBuffer values) {
            requireElements(name, shape, values.remaining());
            FloatBuffer view = values.duplicate();
            return computed(name, dtype, shape, view::duplicate);
        }

        /**
         * A tensor of floats that is computed while the file is written and then forgotten.
         *
         * @param name its name
         * @param dtype the type to round to: F32, F16 or BF16
         * @param shape its dimensions
         * @param values gives its values from position to limit, row major
         * @return the entry
         * @throws IllegalArgumentException when the type is another
         */
        public static Entry computed(String name, DType dtype, long[] shape, Supplier<FloatBuffer> values) {
            if (!dtype.widensToFloat32()) {
                throw new IllegalArgumentException(name + ": floats are written as F32, F16 or BF16, not " + dtype);
            }
            long[] dimensions = shape.clone();
            return new Entry(name, dtype, dimensions, channel -> {
                FloatBuffer computed = values.get();
                requireElements(name, dimensions, computed.remaining());
                writeFloats(channel, name, dtype, computed);
            });
        }

        private static void requireElements(String name, long[] shape, int elements) {
            if (elements(shape) != elements) {
                throw new IllegalArgumentException(
                        name + ": " + elements + " values do not fill the shape " + Arrays.toString(shape));
            }
        }

        /** {@return the tensor's name} */
        public String name() {
            return name;
        }

        /** {@return the element type it will have in the file} */
        public DType dtype() {
            return dtype;
        }

        /** {@return its dimensions} */
        public long[] shape() {
            return shape.clone();
        }

        /** {@return the bytes it will have in the file} */
        long byteLength() {
            return elements(shape) * dtype.bytes();
        }
    }

    /**
     * Writes a file: through a temporary file in the same directory that is flushed to the disk and then moved in
     * place. Tensors are laid out by decreasing element size, then by name.
     *
     * @param file the file, created with its directories or replaced
     * @param metadata the header's {@code __metadata__}, may be empty
     * @param entries the tensors
     * @throws IllegalArgumentException when two tensors have one name
     * @throws CheckpointException when it cannot be written or a finite value is too large for its type; the old file is then
     *     unchanged
     */
    public static void write(Path file, Map<String, String> metadata, List<Entry> entries) {
        writeInOrder(
                file,
                metadata,
                entries.stream()
                        .sorted(Comparator.comparingInt((Entry e) -> -e.dtype.bytes())
                                .thenComparing(Entry::name))
                        .toList());
    }

    /** The same with tensors in the order that they are given in, in which they are made. */
    static void writeInOrder(Path file, Map<String, String> metadata, List<Entry> entries) {
        requireDistinct(entries);
        byte[] header = header(metadata, entries);
        AtomicFile.write(file, channel -> {
            AtomicFile.writeFully(channel, ByteBuffer.wrap(header));
            for (Entry entry : entries) {
                entry.payload.writeTo(channel);
            }
        });
    }

    private static void requireDistinct(List<Entry> entries) {
        Set<String> names = new HashSet<>(Set.of("__metadata__"));
        for (Entry entry : entries) {
            if (!names.add(entry.name)) {
                throw new IllegalArgumentException("the tensor name '" + entry.name + "' is taken");
            }
        }
    }

    private static byte[] header(Map<String, String> metadata, List<Entry> entries) {
        byte[] json = json(metadata, entries).getBytes(StandardCharsets.UTF_8);
        int padded = (json.length + 7) / 8 * 8;
        byte[] bytes = new byte[8 + padded];
        Arrays.fill(bytes, (byte) ' ');
        ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).putLong(padded).put(json);
        return bytes;
    }

    private static String json(Map<String, String> metadata, List<Entry> entries) {
        StringWriter text = new StringWriter();
        try (JsonWriter writer = new JsonWriter(text)) {
            writer.beginObject();
            if (!metadata.isEmpty()) {
                writer.name("__metadata__").beginObject();
                for (var pair : new TreeMap<>(metadata).entrySet()) {
                    writer.name(pair.getKey()).value(pair.getValue());
                }
                writer.endObject();
            }
            long at = 0;
            for (Entry entry : entries) {
                writer.name(entry.name).beginObject();
                writer.name("dtype").value(entry.dtype.name());
                writer.name("shape").beginArray();
                for (long dimension : entry.shape) {
                    writer.value(dimension);
                }
                writer.endArray();
                writer.name("data_offsets")
                        .beginArray()
                        .value(at)
                        .value(at += entry.byteLength())
                        .endArray();
                writer.endObject();
            }
            writer.endObject();
        } catch (IOException e) {
            throw new AssertionError("a string can always be written", e);
        }
        return text.toString();
    }

    private static long elements(long[] shape) {
        return Arrays.stream(shape).reduce(1, Math::multiplyExact);
    }

    private static void writeFloats(FileChannel channel, String name, DType dtype, FloatBuffer values)
            throws IOException {
        float[] block = new float[BLOCK];
        ByteBuffer bytes = ByteBuffer.allocate(BLOCK * dtype.bytes()).order(ByteOrder.LITTLE_ENDIAN);
        while (values.hasRemaining()) {
            int n = Math.min(BLOCK, values.remaining());
            values.get(block, 0, n);
            bytes.clear().limit(n * dtype.bytes());
            switch (dtype) {
                case F32 -> bytes.asFloatBuffer().put(block, 0, n);
                case BF16 -> bytes.asShortBuffer().put(narrow(name, ElementType.BFLOAT16, block, n), 0, n);
                default -> bytes.asShortBuffer().put(narrow(name, ElementType.FLOAT16, block, n), 0, n);
            }
            AtomicFile.writeFully(channel, bytes);
        }
    }

    private static short[] narrow(String name, ElementType type, float[] block, int n) {
        short[] narrow = new short[n];
        for (int i = 0; i < n; i++) {
            narrow[i] = type.bits(block[i]);
            if (Float.isInfinite(type.number(narrow[i])) && Float.isFinite(block[i])) {
                throw new CheckpointException("tensor '" + name + "': the value " + block[i] + " is too large for "
                        + (type == ElementType.FLOAT16 ? "F16; write BF16 or F32" : "BF16; write F32") + " instead");
            }
        }
        return narrow;
    }
}
