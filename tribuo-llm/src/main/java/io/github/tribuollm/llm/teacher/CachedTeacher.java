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
package io.github.tribuollm.llm.teacher;

import com.google.gson.Gson;
import com.google.gson.JsonParseException;
import com.oracle.labs.mlrg.olcut.config.Config;
import com.oracle.labs.mlrg.olcut.config.PropertyException;
import io.github.tribuollm.llm.data.TokenSequence;
import io.github.tribuollm.llm.graphs.SparseMethod;
import io.github.tribuollm.llm.graphs.TrainingException;
import io.github.tribuollm.objectives.target.SparseTeacher;
import java.io.IOException;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.BitSet;
import java.util.List;

/**
 * A teacher's distributions of the completion tokens of one data set, kept sparsely in a file that
 * {@link TeacherWriter} wrote. The file is mapped into memory and checked where it is read; it fits no other data,
 * vocabulary or tokenizer.
 *
 * <p>Layout, little-endian: {@value #MAGIC}, the length of the header (int32) and the header in JSON; for each sequence
 * and at the end where its block begins (int64, from the end of this index); the blocks. A block holds for each
 * completion token the number of its entries (1 byte), and for each entry the id (2 bytes for a vocabulary of up to
 * 65,536, else 3) and its probability in 65,535ths (2 bytes) or the number of its samples (1 byte).
 */
public final class CachedTeacher implements SparseTeacher, DataBound {
    static final String MAGIC = "TRBTEACH";
    private static final int LONGEST_HEADER = 1 << 16;
    private static final long LARGEST_COPY = 64 << 20;

    /** A probability of the largest is held as a multiple of 1 / this, to the nearest. */
    private static final float ONE = 65535f;

    @Config(mandatory = true, description = "The file that holds the teacher's distributions.")
    private Path path;

    private Header header;
    private Blocks blocks;
    private List<TokenSequence> data;

    /**
     * What a file was made of.
     *
     * @param vocabulary how many tokens the teacher knows
     * @param tokenizer the SHA-256 of its tokenizer.json
     * @param data the {@link DataHash} of the data
     * @param sequences how many sequences the data has
     * @param method which entries were kept
     * @param entries the most entries of a token, or the number of samples, at most 255
     * @param seed the seed of the samples
     * @param teacher what identifies the teacher: its base and adapter
     */
    record Header(
            int vocabulary,
            String tokenizer,
            String data,
            int sequences,
            SparseMethod method,
            int entries,
            long seed,
            String teacher) {
        int idBytes() {
            return vocabulary <= 1 << 16 ? 2 : 3;
        }

        int valueBytes() {
            return method == SparseMethod.TOP ? 2 : 1;
        }

        byte[] json() {
            return new Gson().toJson(this).getBytes(StandardCharsets.UTF_8);
        }
    }

    private CachedTeacher() {}

    /**
     * Opens a file.
     *
     * @param path the file
     * @throws PropertyException if it is not there, or is no such file
     */
    public CachedTeacher(Path path) {
        this.path = path;
        postConfig();
    }

    /**
     * Reads the header and maps the file.
     *
     * @throws PropertyException if the file is not there, or is no such file
     */
    @Override
    public void postConfig() {
        if (!Files.isRegularFile(path)) {
            throw new PropertyException("", "path", "There is no file " + path.toAbsolutePath());
        }
        try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
            ByteBuffer start = read(channel, 0, MAGIC.length() + Integer.BYTES);
            byte[] magic = new byte[MAGIC.length()];
            int length = start.get(magic).getInt();
            require(MAGIC.equals(new String(magic, StandardCharsets.US_ASCII)), "it does not begin with " + MAGIC);
            require(length > 0 && length <= LONGEST_HEADER, "its header claims " + length + " bytes");
            long index = MAGIC.length() + Integer.BYTES + length;
            header = header(read(channel, MAGIC.length() + Integer.BYTES, length));
            blocks = new Blocks(channel, index, header.sequences());
        } catch (IOException e) {
            throw new PropertyException("", "path", path + " cannot be read: " + e);
        }
    }

    private ByteBuffer read(FileChannel channel, long from, int length) throws IOException {
        ByteBuffer buffer = ByteBuffer.allocate(length).order(ByteOrder.LITTLE_ENDIAN);
        while (buffer.hasRemaining()) {
            require(channel.read(buffer, from + buffer.position()) >= 0, "it is shorter than it says");
        }
        return buffer.flip();
    }

    private Header header(ByteBuffer bytes) {
        try {
            Header read =
                    new Gson().fromJson(StandardCharsets.UTF_8.decode(bytes).toString(), Header.class);
            require(read != null, "its header is empty");
            require(read.tokenizer() != null, "its header has no 'tokenizer'");
            require(read.data() != null, "its header has no 'data'");
            require(read.method() != null, "its header has no 'method' that is known");
            require(read.vocabulary() > 0 && read.vocabulary() < 1 << 24, "its vocabulary is " + read.vocabulary());
            require(read.entries() > 0 && read.entries() < 256, "it claims " + read.entries() + " entries a token");
            require(read.sequences() > 0, "it claims " + read.sequences() + " sequences");
            return read;
        } catch (JsonParseException e) {
            throw wrong("its header is not JSON: " + e.getMessage());
        }
    }

    private void require(boolean holds, String problem) {
        if (!holds) {
            throw wrong(problem);
        }
    }

    private PropertyException wrong(String problem) {
        return new PropertyException(
                "", "path", path + " is no cached teacher, or is damaged: " + problem + "; write it again");
    }

    /** The mapped blocks of a file, in windows that ByteBuffer can address. */
    private final class Blocks {
        private static final long WINDOW = 1L << 30;

        private final ByteBuffer index;
        private final ByteBuffer[] windows;
        private final long size;

        Blocks(FileChannel channel, long indexStart, int sequences) throws IOException {
            long indexBytes = Long.BYTES * (sequences + 1L);
            size = channel.size() - indexStart - indexBytes;
            require(size >= 0 && indexBytes <= Integer.MAX_VALUE, "it is too short for its index");
            index = map(channel, indexStart, indexBytes);
            windows = new ByteBuffer[(int) (size / WINDOW) + 1];
            for (int i = 0; i < windows.length; i++) {
                long from = i * WINDOW;
                long length = Math.min(size - from, Integer.MAX_VALUE);
                windows[i] = map(channel, indexStart + indexBytes + from, length);
            }
            require(index.getLong(Long.BYTES * sequences) == size, "its index does not end where it ends");
        }

        /** A small file is copied, so that it may be cut off without harm. */
        private ByteBuffer map(FileChannel channel, long from, long length) throws IOException {
            if (channel.size() <= LARGEST_COPY) {
                return read(channel, from, (int) length);
            }
            return channel.map(FileChannel.MapMode.READ_ONLY, from, length).order(ByteOrder.LITTLE_ENDIAN);
        }

        /** The block of a sequence; a window overlaps the next one by a GiB, which no block exceeds. */
        ByteBuffer of(int sequence) {
            long from = index.getLong(Long.BYTES * sequence);
            long to = index.getLong(Long.BYTES * (sequence + 1));
            require(
                    0 <= from && from <= to && to <= size && to - from < WINDOW,
                    "sequence " + sequence + " has no block");
            ByteBuffer window = windows[(int) (from / WINDOW)];
            return window.slice((int) (from % WINDOW), (int) (to - from)).order(ByteOrder.LITTLE_ENDIAN);
        }
    }

    /** {@return the most entries of a token} */
    @Override
    public int width() {
        return header.entries();
    }

    @Override
    public Path path() {
        return path;
    }

    /**
     * Checks that the trained model reads the tokens that the teacher read.
     *
     * @param sha256 the SHA-256 of the trained model's tokenizer.json, in hexadecimal
     * @throws TrainingException if it is another
     */
    void requireTokenizer(String sha256) {
        if (!header.tokenizer().equals(sha256)) {
            throw new TrainingException("The cached teacher " + path
                    + " was made with another tokenizer.json than the trained model's; write it with this one");
        }
    }

    @Override
    public void requireMadeFor(List<TokenSequence> sequences, int vocabularySize) {
        if (header.vocabulary() != vocabularySize) {
            throw new TrainingException("The cached teacher " + path + " has a vocabulary of " + header.vocabulary()
                    + " tokens, the trained model one of " + vocabularySize + "; write it with a teacher of the same");
        }
        if (!header.data().equals(DataHash.of(sequences))) {
            throw new TrainingException("The cached teacher " + path + " was made for other data ("
                    + header.sequences() + " sequences; the training data has " + sequences.size()
                    + "); write it for these data, with the same template, tokenizer and maximal length");
        }
        data = sequences;
    }

    /**
     * {@inheritDoc}
     *
     * @throws IllegalStateException before {@link #requireMadeFor}
     * @throws TrainingException if the file is damaged
     */
    @Override
    public Rows rows(long[] sequences, int[] positions) {
        if (data == null) {
            throw new IllegalStateException("The cached teacher " + path + " has not been told its data");
        }
        int width = width();
        long[] ids = new long[sequences.length * width];
        float[] probabilities = new float[ids.length];
        int from = 0;
        while (from < sequences.length) {
            int to = from;
            while (to < sequences.length && sequences[to] == sequences[from]) {
                to++;
            }
            try {
                read((int) sequences[from], positions, from, to, ids, probabilities);
            } catch (IndexOutOfBoundsException | BufferUnderflowException e) {
                throw damaged((int) sequences[from], "its block is too short");
            }
            from = to;
        }
        return new Rows(ids, probabilities);
    }

    /** Reads the entries of some tokens of one sequence, whose positions ascend. */
    private void read(int sequence, int[] positions, int from, int to, long[] ids, float[] probabilities) {
        ByteBuffer block = blocks.of(sequence);
        BitSet completion = data.get(sequence).completion();
        int next = from;
        for (int t = completion.nextSetBit(0); next < to; t = completion.nextSetBit(t + 1)) {
            int count = Byte.toUnsignedInt(block.get());
            if (count > width()) {
                throw damaged(sequence, "token " + t + " claims " + count + " entries");
            }
            if (positions[next] == t) {
                double sum = 0;
                for (int i = next * width(); i < next * width() + count; i++) {
                    ids[i] = id(block, sequence);
                    probabilities[i] = probability(block);
                    sum += probabilities[i];
                }
                if (sum > 1 + count / ONE) {
                    throw damaged(sequence, "the probabilities of token " + t + " have the sum " + sum);
                }
                next++;
            } else {
                block.position(block.position() + count * (header.idBytes() + header.valueBytes()));
            }
        }
    }

    private int id(ByteBuffer block, int sequence) {
        int id = Short.toUnsignedInt(block.getShort());
        if (header.idBytes() == 3) {
            id |= Byte.toUnsignedInt(block.get()) << 16;
        }
        if (id >= header.vocabulary()) {
            throw damaged(sequence, "it names token " + id + " of " + header.vocabulary());
        }
        return id;
    }

    private float probability(ByteBuffer block) {
        return header.method() == SparseMethod.TOP
                ? Short.toUnsignedInt(block.getShort()) / ONE
                : (float) Byte.toUnsignedInt(block.get()) / header.entries();
    }

    private TrainingException damaged(int sequence, String problem) {
        return new TrainingException("The cached teacher " + path + " is damaged at sequence " + sequence + ": "
                + problem + "; write it again");
    }

    @Override
    public String toString() {
        return header.method() == SparseMethod.TOP
                ? "top " + header.entries() + " of a cached teacher"
                : header.entries() + " samples of a cached teacher";
    }
}
