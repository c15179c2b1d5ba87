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
package io.github.tribuollm.llm.architecture;

import io.github.tribuollm.graph.Dim;
import io.github.tribuollm.graph.ElementType;
import io.github.tribuollm.graph.Graph;
import io.github.tribuollm.graph.Tensor;
import io.github.tribuollm.llm.checkpoint.CheckpointException;
import io.github.tribuollm.llm.checkpoint.ColumnImportance;
import io.github.tribuollm.llm.checkpoint.SuccessiveWeights;
import io.github.tribuollm.llm.checkpoint.Weights;
import io.github.tribuollm.llm.progress.ProgressListener;
import io.github.tribuollm.llm.progress.Unit;
import io.github.tribuollm.llm.progress.Work;
import io.github.tribuollm.runtime.Feeds;
import io.github.tribuollm.runtime.GraphSession;
import io.github.tribuollm.runtime.WeightSource;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.logging.Logger;
import java.util.stream.IntStream;
import java.util.stream.LongStream;

/**
 * Columns count as much as what enters them is large: the mean square of the input of each column of each linear layer, over
 * about {@value #TOKENS} tokens drawn at random. Which tokens they are matters little; some columns are a hundred times as
 * large as others whatever is read (Dettmers et al., "LLM.int8()", Section 3.1), and an error of rounding in their weights
 * as many times as harmful (Lin et al., "AWQ", Section 3.1).
 *
 * <p>Layers pass one by one, so that of the weights only those of a layer are in memory. Means are rounded to powers of two:
 * the last bits of a processor's sums then make no difference but at the bounds between them.
 */
final class InputPower implements ColumnImportance {
    private static final Logger LOGGER = Logger.getLogger(InputPower.class.getName());

    private static final int TOKENS = 1024;
    private static final int LENGTH = 256;
    private static final long SEED = 0;

    /** Of the mean over all columns: what one that is hardly used counts. */
    private static final double FLOOR = 0.01;

    private static final String HIDDEN = "hidden";
    private static final String IDS = "tokens";
    private static final String POSITIONS = "positions";

    private final Architecture architecture;
    private final Weights weights;
    private final Dim rows;
    private final Dim length;
    private Map<String, float[]> squares;

    /** Measures when it is first asked. */
    InputPower(Architecture architecture, Weights weights) {
        this.architecture = architecture;
        this.weights = weights;
        this.length = Dim.of(Math.min(LENGTH, architecture.maxPositions()));
        this.rows = Dim.of(TOKENS / length.factor());
    }

    @Override
    public float[] of(String matrix, int in) {
        return Optional.ofNullable(squares().get(matrix))
                .map(InputPower::powers)
                .orElseGet(() -> ColumnImportance.ALIKE.of(matrix, in));
    }

    /** The mean squares, by the names of matrices; not for several threads at once. */
    Map<String, float[]> squares() {
        if (squares == null) {
            squares = measured();
        }
        return squares;
    }

    private Map<String, float[]> measured() {
        List<DecoderLayer> layers = architecture.layers();
        Work work = Work.of(
                "measuring inputs of layers", Unit.TOKENS, layers.size() * tokens(), ProgressListener.logging(LOGGER));
        Map<String, float[]> found = new HashMap<>();
        SuccessiveWeights source = weights.successive();
        float[] hidden = embedded(source);
        for (DecoderLayer layer : layers) {
            source.next();
            hidden = through(layer, hidden, source, found);
            requireFinite(layer, hidden);
            work.add(tokens());
        }
        return found;
    }

    private long tokens() {
        return rows.times(length).factor();
    }

    private float[] embedded(WeightSource source) {
        Graph graph = new Graph();
        Tensor hidden = architecture.embedded(grid(graph, IDS), new BaseParameters(graph, source, ""));
        try (GraphSession session = GraphSession.open(graph.model(Map.of(HIDDEN, hidden)), source);
                Feeds feeds = feeds(IDS, ids());
                GraphSession.Outputs outputs = session.run(feeds)) {
            return outputs.floats(HIDDEN);
        }
    }

    private LongStream ids() {
        Random random = new Random(SEED);
        return LongStream.generate(() -> random.nextInt(architecture.vocabularySize()));
    }

    private LongStream positions() {
        return LongStream.iterate(0, i -> i + 1).map(i -> i % length.factor());
    }

    private Feeds feeds(String name, LongStream values) {
        return new Feeds().integers(name, values.limit(tokens()).toArray(), rows.factor(), length.factor());
    }

    private TokenGrid grid(Graph graph, String name) {
        Tensor given = graph.input(name, ElementType.INT64, rows, length);
        return new TokenGrid(given, given, Optional.empty(), (int) length.factor());
    }

    /** What leaves a layer; notes the mean squares of what enters its matrices. */
    private float[] through(DecoderLayer layer, float[] hidden, WeightSource source, Map<String, float[]> squares) {
        Graph graph = new Graph();
        Dim width = Dim.of(architecture.hiddenSize());
        Tensor input = graph.input(HIDDEN, ElementType.FLOAT, rows.times(length), width);
        Observed observed = new Observed(new BaseParameters(graph, source, ""), new LinkedHashMap<>());
        Map<String, Tensor> results = new LinkedHashMap<>();
        results.put(HIDDEN, architecture.through(List.of(layer), input, grid(graph, POSITIONS), false, observed));
        results.putAll(observed.squares);
        try (GraphSession session = GraphSession.open(graph.model(results), source);
                Feeds feeds = feeds(POSITIONS, positions()).floats(HIDDEN, hidden, tokens(), width.factor());
                GraphSession.Outputs outputs = session.run(feeds)) {
            observed.squares.keySet().forEach(matrix -> squares.put(matrix, outputs.floats(matrix)));
            return outputs.floats(HIDDEN);
        }
    }

    private void requireFinite(DecoderLayer layer, float[] hidden) {
        for (float value : hidden) {
            if (!Float.isFinite(value)) {
                weights.requireFinite(architecture.shapes().keySet());
                throw new CheckpointException(
                        weights.place() + ": what leaves " + layer.path() + " is not finite, though"
                                + " all weights are; their training has diverged: take an earlier state");
            }
        }
    }

    private static float[] powers(float[] squares) {
        double mean = IntStream.range(0, squares.length)
                .mapToDouble(i -> squares[i])
                .average()
                .orElseThrow();
        double floor = Math.max(FLOOR * mean, Float.MIN_NORMAL);
        float[] powers = new float[squares.length];
        for (int i = 0; i < powers.length; i++) {
            powers[i] = Math.scalb(1f, Math.min(Float.MAX_EXPONENT, Math.getExponent(squares[i] + floor)));
        }
        return powers;
    }

    /** Parameters whose linear layers also give the mean squares of their inputs, by the names of their matrices. */
    private record Observed(Parameters parameters, Map<String, Tensor> squares) implements Parameters {
        @Override
        public Tensor weight(String name, long... sizes) {
            return parameters.weight(name, sizes);
        }

        @Override
        public Tensor linear(String module, Tensor x, long out, boolean bias) {
            squares.put(module + ".weight", x.mul(x).mean(0));
            return parameters.linear(module, x, out, bias);
        }
    }
}
