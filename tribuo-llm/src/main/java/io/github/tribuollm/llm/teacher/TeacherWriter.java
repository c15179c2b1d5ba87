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

import io.github.tribuollm.llm.checkpoint.AtomicFile;
import io.github.tribuollm.llm.data.TokenSequence;
import io.github.tribuollm.llm.graphs.LanguageModelGraph;
import io.github.tribuollm.llm.graphs.MicroBatch;
import io.github.tribuollm.llm.graphs.ModelShape;
import io.github.tribuollm.llm.graphs.Names;
import io.github.tribuollm.llm.graphs.ParameterSet;
import io.github.tribuollm.llm.graphs.SparseMethod;
import io.github.tribuollm.llm.progress.ProgressListener;
import io.github.tribuollm.llm.progress.Unit;
import io.github.tribuollm.llm.progress.Work;
import io.github.tribuollm.llm.scoring.FiniteMeasures;
import io.github.tribuollm.objectives.token.CounterRandom;
import io.github.tribuollm.runtime.Feeds;
import io.github.tribuollm.runtime.GraphSession;
import io.github.tribuollm.runtime.WeightSource;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.logging.Logger;
import java.util.stream.IntStream;

/**
 * Runs a teacher over a data set once and keeps a few entries of each distribution in a file for {@link CachedTeacher}.
 * The entries are found in the graph: no tensor of the size of the vocabulary leaves the runtime.
 */
public final class TeacherWriter {
    private static final Logger LOGGER = Logger.getLogger(TeacherWriter.class.getName());

    private final ModelShape shape;
    private final ParameterSet adapter;
    private final WeightSource weights;
    private final String tokenizer;
    private final String identity;

    /**
     * A writer.
     *
     * @param shape the teacher's form
     * @param adapter its adapter; empty for none
     * @param weights its base's weights
     * @param tokenizer the SHA-256 of its tokenizer.json
     * @param identity what tells it from another teacher
     */
    public TeacherWriter(
            ModelShape shape, ParameterSet adapter, WeightSource weights, String tokenizer, String identity) {
        this.shape = shape;
        this.adapter = adapter;
        this.weights = weights;
        this.tokenizer = tokenizer;
        this.identity = identity;
    }

    /**
     * Writes a file; it is complete or not there.
     *
     * @param file the file
     * @param data the sequences, no longer than the form allows
     * @param method which entries are kept
     * @param entries how many of each distribution, or how many samples, from 1 to 255
     * @param seed of the samples
     * @return the bytes a completion token, index and header included
     * @throws IllegalArgumentException if the number of entries is out of its range
     * @throws io.github.tribuollm.llm.data.DataException if the teacher does not know a token
     * @throws io.github.tribuollm.llm.scoring.NotFiniteException if a distribution is not finite; nothing is written
     * @throws io.github.tribuollm.llm.checkpoint.CheckpointException if the file cannot be written
     */
    public double write(Path file, List<TokenSequence> data, SparseMethod method, int entries, long seed) {
        int vocabulary = shape.architecture().vocabularySize();
        if (entries < 1 || entries > Math.min(255, vocabulary)) {
            throw new IllegalArgumentException(
                    "A cached teacher keeps 1 to " + Math.min(255, vocabulary) + " entries a token, not " + entries);
        }
        data.forEach(sequence -> sequence.requireVocabulary(vocabulary));
        CachedTeacher.Header header = new CachedTeacher.Header(
                vocabulary, tokenizer, DataHash.of(data), data.size(), method, entries, seed, identity);
        try (GraphSession session =
                shape.backend().open(new LanguageModelGraph(shape, weights).sparse(method, entries), weights)) {
            AtomicFile.write(file, channel -> write(channel, header, data, session));
        }
        long tokens = data.stream().mapToLong(TokenSequence::completionTokens).sum();
        return (double) file.toFile().length() / tokens;
    }

    private void write(FileChannel channel, CachedTeacher.Header header, List<TokenSequence> data, GraphSession session)
            throws IOException {
        byte[] json = header.json();
        ByteBuffer start = buffer(CachedTeacher.MAGIC.length() + Integer.BYTES + json.length);
        start.put(CachedTeacher.MAGIC.getBytes(StandardCharsets.US_ASCII))
                .putInt(json.length)
                .put(json);
        writeFully(channel, start.flip());
        long indexStart = channel.position();
        ByteBuffer index = buffer(Math.multiplyExact(Long.BYTES, data.size() + 1));
        long blocksStart = indexStart + index.capacity();
        channel.position(blocksStart);
        FiniteMeasures finite = new FiniteMeasures(adapter, weights, session.model()::weights);
        long tokens = data.stream().mapToLong(TokenSequence::completionTokens).sum();
        Work work = Work.of("running the teacher", Unit.TOKENS, tokens, ProgressListener.logging(LOGGER));
        for (int from = 0; from < data.size(); from += shape.maxSequences()) {
            int to = Math.min(data.size(), from + shape.maxSequences());
            MicroBatch batch = MicroBatch.of(data, IntStream.range(from, to).toArray());
            Found found = find(header, batch, session);
            finite.require(batch, "distribution", found.heaviest(header.entries()));
            int completionToken = 0;
            for (int sequence = from; sequence < to; sequence++) {
                index.putLong(channel.position() - blocksStart);
                int end = completionToken + data.get(sequence).completionTokens();
                writeFully(channel, block(header, found, completionToken, end));
                completionToken = end;
            }
            work.add(batch.completionTokens());
        }
        index.putLong(channel.position() - blocksStart);
        channel.position(indexStart);
        writeFully(channel, index.flip());
    }

    /** The entries of a batch's completion tokens, [N, k] each; values are probabilities or numbers of samples. */
    private record Found(long[] ids, float[] values) {
        /** The largest value of each token, [N]; NaN where none is kept, which no distribution has. */
        float[] heaviest(int k) {
            float[] heaviest = new float[values.length / k];
            Arrays.fill(heaviest, Float.NaN);
            for (int i = 0; i < values.length; i++) {
                int n = i / k;
                if (values[i] > 0 && !(heaviest[n] >= values[i])) {
                    heaviest[n] = values[i];
                }
            }
            return heaviest;
        }
    }

    private Found find(CachedTeacher.Header header, MicroBatch batch, GraphSession session) {
        long[] sequences = batch.completionSequences();
        int[] positions = batch.completionPositions();
        float[] offsets = new float[batch.completionTokens()];
        for (int i = 0; i < offsets.length; i++) {
            offsets[i] = Math.max(0x1p-25f, CounterRandom.uniform(header.seed(), sequences[i], positions[i]));
        }
        try (Feeds feeds = batch.feeds().tensors(adapter.tensors(name -> name))) {
            feeds.floats(Names.OFFSETS, offsets, offsets.length);
            try (GraphSession.Outputs outputs = session.run(feeds)) {
                return new Found(outputs.integers(Names.sparseIds(0)), outputs.floats(Names.sparseProbabilities(0)));
            }
        }
    }

    private static ByteBuffer block(CachedTeacher.Header header, Found found, int from, int to) {
        int k = header.entries();
        ByteBuffer block = buffer((to - from) * (1 + k * (header.idBytes() + header.valueBytes())));
        for (int n = from; n < to; n++) {
            float[] values = Arrays.copyOfRange(found.values(), n * k, (n + 1) * k);
            int[] stored = new int[k];
            int count = 0;
            for (int i = 0; i < k; i++) {
                stored[i] = Math.round(header.method() == SparseMethod.TOP ? values[i] * 65535 : values[i]);
                count += stored[i] > 0 ? 1 : 0;
            }
            block.put((byte) count);
            for (int i = 0; i < k; i++) {
                if (stored[i] > 0) {
                    long id = found.ids()[n * k + i];
                    block.putShort((short) id);
                    if (header.idBytes() == 3) {
                        block.put((byte) (id >> 16));
                    }
                    if (header.valueBytes() == 2) {
                        block.putShort((short) stored[i]);
                    } else {
                        block.put((byte) stored[i]);
                    }
                }
            }
        }
        return block.flip();
    }

    private static ByteBuffer buffer(int bytes) {
        return ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
    }

    private static void writeFully(FileChannel channel, ByteBuffer bytes) throws IOException {
        while (bytes.hasRemaining()) {
            channel.write(bytes);
        }
    }
}
