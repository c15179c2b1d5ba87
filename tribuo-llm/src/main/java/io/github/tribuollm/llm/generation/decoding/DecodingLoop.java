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
package io.github.tribuollm.llm.generation.decoding;

import io.github.tribuollm.graph.CachedAttention;
import io.github.tribuollm.graph.Dim;
import io.github.tribuollm.graph.ElementType;
import io.github.tribuollm.graph.Graph;
import io.github.tribuollm.graph.Loop;
import io.github.tribuollm.graph.Shape;
import io.github.tribuollm.graph.Tensor;
import io.github.tribuollm.llm.architecture.Architecture;
import io.github.tribuollm.llm.architecture.KeyValueCache;
import io.github.tribuollm.llm.architecture.Parameters;
import io.github.tribuollm.llm.architecture.SeenTokens;
import io.github.tribuollm.llm.architecture.TokenGrid;
import io.github.tribuollm.llm.graphs.ModelShape;
import io.github.tribuollm.llm.graphs.OutputLayer;
import io.github.tribuollm.llm.graphs.ParameterSet;
import io.github.tribuollm.llm.scoring.ScoredModel;
import io.github.tribuollm.runtime.Feeds;
import io.github.tribuollm.runtime.GraphSession;
import io.github.tribuollm.runtime.WeightSource;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import java.util.stream.LongStream;

/**
 * Sequences continued by their most probable tokens in one run of one graph, for a device: a loop whose runs hand keys
 * and values on, so that only prompts go there and only tokens come back. Every row takes as many tokens, and costs
 * what the longest does. The layers are those of all other passes.
 */
public final class DecodingLoop implements AutoCloseable {
    private static final String STEPS = "steps";
    private static final String FIRST = "first";
    private static final String FIRST_LOGITS = "first.logits";
    private static final String NEXT = "next";
    private static final String NEXT_LOGITS = "next.logits";
    private static final Dim ROWS = Dim.symbol("B");
    private static final Dim TIME = Dim.symbol("T");
    private static final Dim COUNT = Dim.symbol("N");

    private final SequenceLimits limits;
    private final GraphSession session;
    private final ParameterSet adapter;

    /** Loads the graph of a model. */
    public DecodingLoop(ScoredModel model) {
        this.limits = SequenceLimits.of(model);
        this.adapter = model.adapterTensors();
        this.session = opened(model);
    }

    private GraphSession opened(ScoredModel model) {
        try {
            return model.backend().open(graph(model.shape(), model.weights()), model.weights());
        } catch (RuntimeException | Error e) {
            adapter.close();
            throw e;
        }
    }

    /** The graph: prompts, side by side and padded on the right, then token after token. */
    public static Graph.Model graph(ModelShape shape, WeightSource weights) {
        return new Building(shape, weights).model();
    }

    /** The graph under construction. */
    private static final class Building {
        private final ModelShape shape;
        private final Architecture architecture;
        private final Graph graph;
        private final Parameters parameters;
        private final Tensor ends;
        private final Tensor steps;
        private final Dim places;
        private final Tensor place;

        private Building(ModelShape shape, WeightSource weights) {
            this.shape = shape;
            this.architecture = shape.architecture();
            this.graph = shape.backend().graph();
            this.parameters = shape.parameters(graph, weights);
            graph.input(DecodingGraph.TOKENS, ElementType.INT64, ROWS, TIME);
            this.ends = graph.input(DecodingGraph.ENDS, ElementType.INT64, ROWS, Dim.ONE);
            this.steps = graph.input(STEPS, ElementType.INT64, COUNT, Dim.ONE);
            this.places = graph.dim("C", graph.size(TIME).add(graph.size(COUNT)));
            this.place = graph.range(places);
        }

        private Graph.Model model() {
            Tensor tokens = graph.inputs().get(DecodingGraph.TOKENS);
            Tensor positions = graph.input(DecodingGraph.POSITIONS, ElementType.INT64, ROWS, TIME);
            Tensor rows = graph.input(DecodingGraph.ROWS, ElementType.INT64, ROWS);
            Tensor last = graph.input(DecodingGraph.LAST, ElementType.INT64, ROWS, Dim.ONE);
            Prompts prompts = new Prompts(positions);
            Tensor logits = logits(hidden(prompts, tokens, positions).gather(rows));
            Tensor first = logits.argMax();
            List<Tensor> initial = new ArrayList<>(List.of(first.reshape(ROWS, Dim.ONE), last));
            prompts.kept.values().forEach(kept -> initial.add(roomy(kept)));
            Loop.Values values = graph.loop(
                    steps, initial.stream().map(Loop.Carried::of).toList(), (row, carried) -> step(prompts, carried));
            Map<String, Tensor> outputs = new LinkedHashMap<>();
            outputs.put(FIRST, first);
            outputs.put(FIRST_LOGITS, logits);
            outputs.put(NEXT, values.stacked().get(0));
            outputs.put(NEXT_LOGITS, values.stacked().get(1));
            return graph.model(outputs);
        }

        /** One more token for each row. */
        private Loop.Values step(Prompts prompts, List<Tensor> carried) {
            Tensor position = carried.get(1).add(graph.integer(1));
            Continued continued =
                    new Continued(position, prompts.kept.keySet().iterator(), carried.subList(2, carried.size()));
            Tensor logits = logits(hidden(continued, carried.get(0), position));
            Tensor token = logits.argMax();
            List<Tensor> next = new ArrayList<>(List.of(token.reshape(ROWS, Dim.ONE), position));
            next.addAll(continued.kept);
            return new Loop.Values(next, List.of(token, logits));
        }

        private Tensor hidden(KeyValueCache cache, Tensor tokens, Tensor positions) {
            TokenGrid grid = TokenGrid.after(cache, tokens, positions, shape.maxLength());
            return architecture.through(
                    architecture.layers(), architecture.embedded(grid, parameters), grid, false, parameters);
        }

        /** The logits after each state, [B, V]. */
        private Tensor logits(Tensor hidden) {
            Tensor states = architecture.normalised(hidden, parameters);
            return OutputLayer.of(architecture, parameters)
                    .widenedFor(states)
                    .predictions(states)
                    .logits();
        }

        /** Keys or values with room for all that will follow. */
        private Tensor roomy(Tensor kept) {
            Shape sizes = kept.shape();
            Tensor room = graph.constant(0).expand(sizes.with(2, COUNT));
            return kept.concat(2, room).renamed(sizes.with(2, places));
        }

        /** [B, T, KV*size] to [B, KV, T, size]. */
        private static Tensor split(Tensor beside, int heads) {
            Dim size = Dim.of(beside.shape().dim(2).factor() / heads);
            return beside.reshape(beside.shape().dim(0), beside.shape().dim(1), Dim.of(heads), size)
                    .transpose(0, 2, 1, 3);
        }

        /** Prompts that see themselves alone. */
        private final class Prompts implements KeyValueCache {
            private final Tensor positions;
            private final Map<String, Tensor> kept = new LinkedHashMap<>();

            private Prompts(Tensor positions) {
                this.positions = positions;
            }

            @Override
            public Tensor lastPositions() {
                return ends.toFloat();
            }

            @Override
            public Tensor attend(String module, Tokens tokens, CachedAttention form, UnaryOperator<Tensor> dropout) {
                Tensor keys = split(tokens.k(), form.keyHeads());
                Tensor values = split(tokens.v(), form.keyHeads());
                kept.put(module + ".keys", keys);
                kept.put(module + ".values", values);
                return new SeenTokens(new CachedAttention.Memory(keys, values), graph.range(TIME), positions)
                        .attend(tokens.q(), form, dropout);
            }
        }

        /** A token of each row, which sees all before it. */
        private final class Continued implements KeyValueCache {
            private final Tensor position;
            private final Tensor isNew;
            private final Map<String, Tensor> before = new LinkedHashMap<>();
            private final List<Tensor> kept = new ArrayList<>();

            private Continued(Tensor position, Iterator<String> names, List<Tensor> carried) {
                this.position = position;
                this.isNew = place.reshape(Dim.ONE, Dim.ONE, places, Dim.ONE)
                        .equalTo(position.reshape(ROWS, Dim.ONE, Dim.ONE, Dim.ONE));
                carried.forEach(value -> before.put(names.next(), value));
            }

            @Override
            public Tensor lastPositions() {
                return ends.toFloat();
            }

            @Override
            public Tensor attend(String module, Tokens tokens, CachedAttention form, UnaryOperator<Tensor> dropout) {
                Tensor keys = added(module + ".keys", tokens.k(), form);
                Tensor values = added(module + ".values", tokens.v(), form);
                return new SeenTokens(new CachedAttention.Memory(keys, values), place, position)
                        .attend(tokens.q(), form, dropout);
            }

            private Tensor added(String name, Tensor beside, CachedAttention form) {
                Tensor all = split(beside, form.keyHeads()).where(isNew, before.get(name));
                kept.add(all);
                return all;
            }
        }
    }

    /**
     * Continues prompts.
     *
     * @param prompts at least one token each
     * @param newTokens how many tokens follow each, at least 1
     * @return the new tokens and what they were chosen from, to be closed
     * @throws DecodingException if a sequence would be longer than the model's form allows, or its rates of rotation
     *     would change on the way (LongRoPE, dynamic scaling), after which what is kept would have to be computed again
     */
    public Steps run(List<int[]> prompts, int newTokens) {
        prompts.forEach(prompt -> check(prompt, newTokens));
        int rows = prompts.size();
        int time = prompts.stream().mapToInt(prompt -> prompt.length).max().orElseThrow();
        long[] tokens = new long[rows * time];
        for (int row = 0; row < rows; row++) {
            for (int t = 0; t < prompts.get(row).length; t++) {
                tokens[row * time + t] = prompts.get(row)[t];
            }
        }
        long[] positions = LongStream.range(0, tokens.length).map(i -> i % time).toArray();
        long[] last = prompts.stream().mapToLong(prompt -> prompt.length - 1).toArray();
        long[] ends = Arrays.stream(last).map(i -> i + newTokens - 1).toArray();
        long[] ofLast = IntStream.range(0, rows)
                .mapToLong(row -> (long) row * time + last[row])
                .toArray();
        try (Feeds feeds = new Feeds()
                .integers(DecodingGraph.TOKENS, tokens, rows, time)
                .integers(DecodingGraph.POSITIONS, positions, rows, time)
                .integers(DecodingGraph.ROWS, ofLast, rows)
                .integers(DecodingGraph.LAST, last, rows, 1)
                .integers(DecodingGraph.ENDS, ends, rows, 1)
                .integers(STEPS, new long[newTokens - 1], newTokens - 1, 1)
                .tensors(adapter.tensors(name -> name))) {
            return new Steps(session.run(feeds), rows, newTokens);
        }
    }

    private void check(int[] prompt, int newTokens) {
        int length = prompt.length + newTokens;
        if (prompt.length == 0 || newTokens < 1 || length > limits.maxLength()) {
            throw new DecodingException("A prompt of " + prompt.length + " tokens with " + newTokens
                    + " new ones cannot be continued; both are at least 1, and together at most " + limits.maxLength());
        }
        int steps = limits.stepsAtSameRates(prompt.length, newTokens);
        if (steps < newTokens) {
            throw new DecodingException("A prompt of " + prompt.length + " tokens with " + newTokens
                    + " new ones passes the length of " + (prompt.length + steps - 1)
                    + " tokens, where the rates of rotation change; continue it up to there, then anew");
        }
    }

    /** Tokens that follow some prompts, each the most probable, and the logits that say so. */
    public static final class Steps implements AutoCloseable {
        private final GraphSession.Outputs outputs;
        private final int rows;
        private final int count;
        private final long[] first;
        private final long[] next;
        private final FloatBuffer firstLogits;
        private final FloatBuffer nextLogits;

        private Steps(GraphSession.Outputs outputs, int rows, int count) {
            this.outputs = outputs;
            this.rows = rows;
            this.count = count;
            this.first = outputs.integers(FIRST);
            this.next = outputs.integers(NEXT);
            this.firstLogits = outputs.tensor(FIRST_LOGITS).getFloatBuffer();
            this.nextLogits = outputs.tensor(NEXT_LOGITS).getFloatBuffer();
        }

        /** {@return how many tokens follow each prompt} */
        public int count() {
            return count;
        }

        /**
         * A token.
         *
         * @param step its number after the prompt, from 0
         * @param row the number of the prompt
         * @return its id
         */
        public int token(int step, int row) {
            return (int) (step == 0 ? first[row] : next[(step - 1) * rows + row]);
        }

        /**
         * Copies the logits that a token was chosen from.
         *
         * @param step its number after the prompt, from 0
         * @param row the number of the prompt
         * @param into takes them, [V]
         */
        public void logits(int step, int row, float[] into) {
            if (step == 0) {
                firstLogits.get(row * into.length, into);
            } else {
                nextLogits.get(((step - 1) * rows + row) * into.length, into);
            }
        }

        @Override
        public void close() {
            outputs.close();
        }
    }

    @Override
    public void close() {
        session.close();
        adapter.close();
    }
}
