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
import java.nio.ByteBuffer;
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

/**
 * An open GGUF file, version 2 or 3, whose header has been checked in full. Tensors must follow one another as the
 * format's alignment demands. Nothing may shorten a file that is mapped. Safe for use by several threads.
 */
final class GgufFile implements AutoCloseable {
    /** How the names of such files end. */
    static final String ENDING = ".gguf";

    private static final int MAGIC = 0x46554747;
    private static final int MOST_KEYS = 1 << 16;
    private static final int LONGEST_KEY = (1 << 16) - 1;
    private static final int MOST_TENSORS = 1 << 17;
    private static final int LONGEST_NAME = 64;
    private static final int MOST_DIMENSIONS = 4;
    private static final int WIDEST_ALIGNMENT = 1 << 16;
    private static final String ALIGNMENT = "general.alignment";

    private final OpenedFile opened;
    private final FileChannel channel;
    private final GgufMetadata metadata;
    private final Map<String, GgufTensor> tensors;

    private GgufFile(OpenedFile opened, FileChannel channel, GgufMetadata metadata, Map<String, GgufTensor> tensors) {
        this.opened = opened;
        this.channel = channel;
        this.metadata = metadata;
        this.tensors = Collections.unmodifiableMap(tensors);
    }

    /**
     * Opens a file and checks its header.
     *
     * @param file the file
     * @return the open file
     * @throws CheckpointException when it cannot be read, breaks the format in any way, is a part of a split model, or
     *     has a tensor of a type that is not read
     */
    static GgufFile open(Path file) {
        if (!Files.isRegularFile(file)) {
            throw MissingFile.unknown(file);
        }
        return OpenedFile.open(file, channel -> read(file, channel));
    }

    private static GgufFile read(Path file, FileChannel channel) throws IOException {
        GgufReader reader = new GgufReader(file, channel, 0);
        requireVersion(file, reader);
        int tensors = reader.count("the number of tensors", MOST_TENSORS);
        int keys = reader.count("the number of keys", MOST_KEYS);
        GgufMetadata metadata = new GgufMetadata(file, channel, values(reader, keys));
        requireWhole(metadata);
        int alignment = metadata.natural(ALIGNMENT, 32);
        if (Integer.bitCount(alignment) != 1 || alignment > WIDEST_ALIGNMENT) {
            throw reader.broken("'" + ALIGNMENT + "' is " + alignment + ", no power of 2 up to " + WIDEST_ALIGNMENT);
        }
        List<Claim> claims = new ArrayList<>();
        for (int i = 0; i < tensors; i++) {
            claims.add(Claim.read(file, reader));
        }
        Map<String, GgufTensor> placed = placed(reader, claims, alignment, channel.size());
        return new GgufFile(OpenedFile.of(file), channel, metadata, placed);
    }

    private static void requireVersion(Path file, GgufReader reader) throws IOException {
        if (reader.word() != MAGIC) {
            throw new CheckpointException(file + ": is no GGUF file"
                    + FileKind.of(file)
                            .map(kind -> " but " + kind.what() + "; " + kind.remedy(file))
                            .orElse("; copy or download the file again"));
        }
        int version = reader.word();
        if (version != 2 && version != 3) {
            boolean swapped = Integer.reverseBytes(version) == 2 || Integer.reverseBytes(version) == 3;
            throw new CheckpointException(file + ": has "
                    + (swapped
                            ? "numbers with the highest byte first"
                            : "GGUF version " + Integer.toUnsignedString(version))
                    + ", which is not read; convert the model again with a newer llama.cpp");
        }
    }

    private static Map<String, Object> values(GgufReader reader, int keys) throws IOException {
        Map<String, Object> values = new LinkedHashMap<>();
        for (int i = 0; i < keys; i++) {
            String key = reader.text("key " + i, LONGEST_KEY);
            if (values.put(key, reader.value(key)) != null) {
                throw reader.broken("it has the key '" + key + "' twice");
            }
        }
        return values;
    }

    private static void requireWhole(GgufMetadata metadata) {
        int parts = metadata.natural("split.count", 0);
        if (parts > 1) {
            throw new CheckpointException(
                    metadata.file() + ": is one of " + parts + " parts of a model ('split.count');"
                            + " join them first: llama-gguf-split --merge FIRST_PART model.gguf");
        }
    }

    /** A tensor as the header describes it, before its place is known to be in the file. */
    private record Claim(String name, GgufType type, long[] shape, long offset, long bytes) {
        static Claim read(Path file, GgufReader reader) throws IOException {
            String name = reader.text("the name of a tensor", LONGEST_NAME);
            long[] shape = shape(reader, name);
            int number = reader.word();
            GgufType type = GgufType.numbered(number)
                    .orElseThrow(() -> new CheckpointException(file + ": tensor '" + name + "' has the type "
                            + GgufType.otherName(number) + ", which is not read; take a file of the types "
                            + Arrays.toString(GgufType.values())));
            return new Claim(name, type, shape, reader.longWord(), bytes(reader, name, type, shape));
        }

        /** The format has the shortest stride first. */
        private static long[] shape(GgufReader reader, String name) throws IOException {
            int dimensions = reader.word();
            if (dimensions < 1 || dimensions > MOST_DIMENSIONS) {
                throw reader.broken(
                        "tensor '" + name + "' has " + Integer.toUnsignedString(dimensions) + " dimensions");
            }
            long[] shape = new long[dimensions];
            for (int i = dimensions - 1; i >= 0; i--) {
                shape[i] = reader.longWord();
            }
            return shape;
        }

        private static long bytes(GgufReader reader, String name, GgufType type, long[] shape) {
            try {
                long elements = 1;
                for (long size : shape) {
                    elements = Math.multiplyExact(elements, size);
                }
                if (Arrays.stream(shape).allMatch(size -> size > 0) && shape[shape.length - 1] % type.block() == 0) {
                    return Math.multiplyExact(elements / type.block(), type.bytes());
                }
            } catch (ArithmeticException e) {
                // reported below
            }
            throw reader.broken(
                    "tensor '" + name + "' of type " + type + " has the impossible shape " + Arrays.toString(shape));
        }
    }

    private static Map<String, GgufTensor> placed(GgufReader reader, List<Claim> claims, int alignment, long size) {
        long data = aligned(reader.position(), alignment);
        long end = 0;
        List<Claim> ordered = new ArrayList<>(claims);
        ordered.sort(Comparator.comparingLong(Claim::offset));
        Map<String, GgufTensor> tensors = new LinkedHashMap<>();
        for (Claim claim : ordered) {
            if (claim.offset() != end) {
                throw reader.broken("tensor '" + claim.name() + "' is said to begin at "
                        + Long.toUnsignedString(claim.offset()) + " of the data, but the one before it ends at " + end);
            }
            if (claim.bytes() > size - data - claim.offset()) {
                throw reader.broken("tensor '" + claim.name() + "' claims " + claim.bytes() + " bytes from "
                        + claim.offset() + " of " + Math.max(0, size - data)
                        + ", so the file is truncated or its header lies");
            }
            long from = data + claim.offset();
            GgufTensor tensor = new GgufTensor(claim.name(), claim.type(), claim.shape(), from, from + claim.bytes());
            if (tensors.put(claim.name(), tensor) != null) {
                throw reader.broken("it has tensor '" + claim.name() + "' twice");
            }
            end = aligned(claim.offset() + claim.bytes(), alignment);
        }
        return tensors;
    }

    private static long aligned(long offset, int alignment) {
        return (offset + alignment - 1) / alignment * alignment;
    }

    /** {@return the file} */
    Path file() {
        return opened.file();
    }

    /** {@return its keys and values} */
    GgufMetadata metadata() {
        return metadata;
    }

    /** {@return its tensors by their names, in the order of their bytes} */
    Map<String, GgufTensor> tensors() {
        return tensors;
    }

    /** Reads bytes of a tensor, from an offset in it, until the buffer is full; nothing is mapped. */
    void read(GgufTensor tensor, long from, ByteBuffer into) {
        opened.read(channel, tensor.from() + from, into, tensor.name());
    }

    /** The bytes of a tensor, of which there are less than 2 GiB: mapped, or of a small file copied. */
    ByteBuffer bytes(GgufTensor tensor) {
        return opened.region(channel, tensor.from(), Math.toIntExact(tensor.to() - tensor.from()), tensor.name());
    }

    void requireUnchanged() {
        opened.requireUnchanged();
    }

    @Override
    public void close() {
        OpenedFile.close(channel);
    }
}
