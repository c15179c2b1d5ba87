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

import com.google.gson.stream.JsonReader;
import com.google.gson.stream.JsonToken;
import com.google.gson.stream.MalformedJsonException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.IntBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;

/**
 * One {@code .safetensors} file whose header has been checked in full; tensors are mapped into memory when asked for,
 * those of a file of at most 64 MiB are copied.
 *
 * <p>The tensors must cover the file without gaps or overlap, as the format demands. Mapped tensors stay valid after
 * {@link #close()}. Nothing may shorten a file that is mapped. Safe for use by several threads.
 */
public final class SafetensorsFile implements TensorFile {
    private static final long LONGEST_HEADER = 100L * 1000 * 1000;
    private static final int MOST_DIMENSIONS = 16;

    private final Path file;
    private final FileChannel channel;
    private final OpenedFile opened;
    private final Map<String, String> metadata;
    private final Map<String, Slot> slots;
    private final Map<String, StoredTensor> mapped = new ConcurrentHashMap<>();

    /** Where one tensor lies: bytes {@code from} to {@code to} of the file. */
    private record Slot(String name, DType dtype, long[] shape, long from, long to) {}

    private SafetensorsFile(Path file, FileChannel channel, Map<String, String> metadata, Map<String, Slot> slots)
            throws IOException {
        this.file = file;
        opened = OpenedFile.of(file);
        this.channel = channel;
        this.metadata = metadata;
        this.slots = slots;
    }

    @Override
    public void requireUnchanged() {
        opened.requireUnchanged();
    }

    /**
     * Opens the weights of a checkpoint and checks the whole header.
     *
     * @param file the file
     * @return the open file
     * @throws CheckpointException when it cannot be read or breaks the format in any way
     */
    public static SafetensorsFile open(Path file) {
        return open(file, MissingFile.WEIGHTS);
    }

    /**
     * Opens a file and checks its whole header.
     *
     * @param file the file
     * @param kind what it holds, for the error where it is missing
     * @return the open file
     * @throws CheckpointException when it cannot be read or breaks the format in any way
     */
    public static SafetensorsFile open(Path file, MissingFile kind) {
        if (!Files.isRegularFile(file)) {
            throw kind.at(file);
        }
        return OpenedFile.open(file, channel -> read(file, channel));
    }

    private static SafetensorsFile read(Path file, FileChannel channel) throws IOException {
        long size = channel.size();
        if (size < 8) {
            throw broken(file, size + " bytes are too few for a header");
        }
        ByteBuffer start = bytes(file, channel, 0, 8);
        MissingFile.requireNoPointer(file, start.array());
        long length = start.getLong();
        if (length < 2 || length > LONGEST_HEADER || length > size - 8) {
            throw broken(
                    file, "it claims a header of " + Long.toUnsignedString(length) + " bytes in a file of " + size);
        }
        byte[] header = bytes(file, channel, 8, (int) length).array();
        if (header[0] != '{') {
            throw broken(file, "its header does not start with '{'");
        }
        Map<String, String> metadata = new TreeMap<>();
        Map<String, Slot> slots = new LinkedHashMap<>();
        long data = 8 + length;
        StrictJson.parse(file, header, reader -> {
            StrictJson.forEachName(reader, name -> {
                if (name.equals("__metadata__")) {
                    metadata(reader, metadata);
                } else {
                    slots.put(name, slot(file, name, reader, data, size));
                }
            });
            return null;
        });
        requireContiguous(file, slots.values(), data, size);
        return new SafetensorsFile(file, channel, Collections.unmodifiableMap(metadata), slots);
    }

    private static ByteBuffer bytes(Path file, FileChannel channel, long from, int length) throws IOException {
        ByteBuffer buffer = ByteBuffer.allocate(length).order(ByteOrder.LITTLE_ENDIAN);
        while (buffer.hasRemaining()) {
            if (channel.read(buffer, from + buffer.position()) < 0) {
                throw broken(file, "it ends inside its header");
            }
        }
        return buffer.flip();
    }

    private static void metadata(JsonReader reader, Map<String, String> metadata) throws IOException {
        if (reader.peek() == JsonToken.NULL) {
            reader.nextNull();
            return;
        }
        StrictJson.forEachName(reader, key -> {
            if (reader.peek() != JsonToken.STRING) {
                throw new MalformedJsonException("expected a string at " + reader.getPath());
            }
            metadata.put(key, reader.nextString());
        });
    }

    /** The fields of one header entry while it is being read. */
    private static final class Fields {
        String dtype;
        long[] shape;
        long[] offsets;
    }

    private static Slot slot(Path file, String name, JsonReader reader, long data, long size) throws IOException {
        Fields fields = new Fields();
        StrictJson.forEachName(reader, key -> {
            switch (key) {
                case "dtype" -> fields.dtype = reader.nextString();
                case "shape" -> fields.shape = naturals(reader, MOST_DIMENSIONS);
                case "data_offsets" -> fields.offsets = naturals(reader, 2);
                default -> throw broken(file, "tensor '" + name + "' has the unknown field '" + key + "'");
            }
        });
        if (fields.dtype == null || fields.shape == null || fields.offsets == null || fields.offsets.length != 2) {
            throw broken(file, "tensor '" + name + "' needs dtype, shape and two data_offsets");
        }
        DType dtype = DType.named(fields.dtype)
                .orElseThrow(() -> new CheckpointException(
                        file + ": tensor '" + name + "' has the unknown dtype '" + fields.dtype + "'"));
        long from = fields.offsets[0];
        long to = fields.offsets[1];
        if (from > to || to > size - data) {
            throw broken(
                    file,
                    "tensor '" + name + "' claims bytes " + from + " to " + to + " of " + (size - data)
                            + ", so the file is truncated or its header lies");
        }
        if (to - from != byteLength(file, name, dtype, fields.shape)) {
            throw broken(
                    file,
                    "tensor '" + name + "' of type " + dtype + " and shape " + Arrays.toString(fields.shape)
                            + " cannot have " + (to - from) + " bytes");
        }
        return new Slot(name, dtype, fields.shape, data + from, data + to);
    }

    private static long[] naturals(JsonReader reader, int most) throws IOException {
        List<Long> values = new ArrayList<>();
        reader.beginArray();
        while (reader.hasNext()) {
            if (values.size() == most) {
                throw new MalformedJsonException("more than " + most + " values at " + reader.getPath());
            }
            values.add(StrictJson.natural(reader));
        }
        reader.endArray();
        return values.stream().mapToLong(Long::longValue).toArray();
    }

    private static long byteLength(Path file, String name, DType dtype, long[] shape) {
        try {
            long bytes = dtype.bytes();
            for (long dimension : shape) {
                bytes = Math.multiplyExact(bytes, dimension);
            }
            return bytes;
        } catch (ArithmeticException e) {
            throw broken(file, "tensor '" + name + "' has the impossible shape " + Arrays.toString(shape));
        }
    }

    private static void requireContiguous(Path file, Iterable<Slot> slots, long data, long size) {
        List<Slot> ordered = new ArrayList<>();
        slots.forEach(ordered::add);
        ordered.sort(Comparator.comparingLong(Slot::from).thenComparingLong(Slot::to));
        long end = data;
        for (Slot slot : ordered) {
            if (slot.from() != end) {
                throw broken(
                        file,
                        "tensor '" + slot.name() + "' "
                                + (slot.from() < end ? "overlaps the tensor before it" : "leaves a gap before it"));
            }
            end = slot.to();
        }
        if (end != size) {
            throw broken(file, (size - end) + " bytes at its end belong to no tensor");
        }
    }

    private static CheckpointException broken(Path file, String what) {
        return new CheckpointException(
                file + ": not a valid safetensors file: " + what + "; copy or download the file again");
    }

    @Override
    public Path file() {
        return file;
    }

    /** {@return the header's {@code __metadata__}, sorted by key, possibly empty} */
    public Map<String, String> metadata() {
        return metadata;
    }

    /** {@return the names of all tensors, in header order} */
    @Override
    public Set<String> names() {
        return Collections.unmodifiableSet(slots.keySet());
    }

    @Override
    public long[] shape(String name) {
        return slot(name).shape().clone();
    }

    @Override
    public DType dtype(String name) {
        return slot(name).dtype();
    }

    @Override
    public OptionalLong offset(String name) {
        return OptionalLong.of(slot(name).from());
    }

    @Override
    public long bytes(String name) {
        return slot(name).to() - slot(name).from();
    }

    @Override
    public void read(String name, long from, IntBuffer target) {
        Slot slot = slot(name);
        int width = slot.dtype().bytes();
        ByteBuffer stored = ByteBuffer.allocate(target.remaining() * width).order(ByteOrder.LITTLE_ENDIAN);
        opened.read(channel, slot.from() + from * width, stored, name);
        Widening.widen(slot.dtype(), stored.flip(), target);
    }

    @Override
    public StoredTensor stored(String name) {
        Slot slot = slot(name);
        return mapped.computeIfAbsent(name, n -> map(slot));
    }

    private Slot slot(String name) {
        Slot slot = slots.get(name);
        if (slot == null) {
            throw new CheckpointException(file + ": has no tensor '" + name + "'");
        }
        return slot;
    }

    private StoredTensor map(Slot slot) {
        long length = slot.to() - slot.from();
        if (length > Integer.MAX_VALUE) {
            throw new CheckpointException(file + ": tensor '" + slot.name() + "' has " + length
                    + " bytes; tensors of 2 GiB or more are not supported");
        }
        ByteBuffer bytes = opened.region(channel, slot.from(), (int) length, slot.name());
        return new StoredTensor(slot.name(), slot.dtype(), slot.shape(), bytes, file);
    }

    /** Closes the file; tensors already mapped stay valid, others can no longer be had. */
    @Override
    public void close() {
        OpenedFile.close(channel);
    }
}
