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
package io.github.tribuollm.evidence;

import io.github.tribuollm.fixtures.Golden;
import io.github.tribuollm.graph.Dim;
import io.github.tribuollm.graph.ElementType;
import io.github.tribuollm.graph.Graph;
import io.github.tribuollm.graph.Tensor;
import io.github.tribuollm.graph.TensorType;
import io.github.tribuollm.llm.architecture.Architectures;
import io.github.tribuollm.llm.checkpoint.Storage;
import io.github.tribuollm.llm.data.TokenSequence;
import io.github.tribuollm.llm.graphs.Batching;
import io.github.tribuollm.llm.graphs.LanguageModelGraph;
import io.github.tribuollm.llm.graphs.MicroBatch;
import io.github.tribuollm.llm.graphs.MicroBatches;
import io.github.tribuollm.llm.graphs.ModelShape;
import io.github.tribuollm.llm.graphs.Names;
import io.github.tribuollm.llm.graphs.ParameterSet;
import io.github.tribuollm.llm.graphs.ReferenceModel;
import io.github.tribuollm.llm.graphs.StepGraph;
import io.github.tribuollm.llm.graphs.StepTask;
import io.github.tribuollm.llm.graphs.TrainingGraph;
import io.github.tribuollm.llm.lora.Adapter;
import io.github.tribuollm.llm.scoring.TokenScorer;
import io.github.tribuollm.llm.training.OptimiserStep;
import io.github.tribuollm.objectives.Objective;
import io.github.tribuollm.objectives.token.TokenMeasure;
import io.github.tribuollm.runtime.Backend;
import io.github.tribuollm.runtime.WeightSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.IntStream;

/**
 * What the inputs and the outputs of one run of a graph hold.
 *
 * @param in bytes of the inputs
 * @param out bytes of the outputs
 */
public record FixtureTraffic(long in, long out) {
    /** Where it is not known. */
    public static final FixtureTraffic UNKNOWN = new FixtureTraffic(0, 0);

    /**
     * Takes a step on a fixture's documents.
     *
     * @param name the checkpoint
     * @param objective as {@link Exactness#objectives} names it; it needs scores
     * @param microBatch documents at a time
     * @param backend where
     * @return what the run of the training graph moves; not known of several micro-batches on
     *     the processor
     */
    public static FixtureTraffic step(String name, String objective, int microBatch, Backend backend) {
        Objective chosen = Exactness.objectives().get(objective);
        return on(name, microBatch, backend, (shape, parameters, weights, batches) -> {
            Optional<ReferenceModel> reference = Optional.of(ReferenceModel.base(shape));
            try (OptimiserStep step =
                    new OptimiserStep(StepTask.of(chosen, shape, reference), parameters, weights, 0)) {
                step.compute(batches, 0);
            }
            if (batches.size() > 1) {
                return backend.onDevice()
                        ? of(new StepGraph(chosen, shape, weights, reference).training(parameters.shapes()), batches)
                        : UNKNOWN;
            }
            TrainingGraph graph = new TrainingGraph(shape, weights, reference);
            return of(graph.withOwnWeights(chosen, chosen.requirements()), batches);
        });
    }

    /**
     * Scores a fixture's documents.
     *
     * @param name the checkpoint
     * @param backend where
     * @return what one run moves
     */
    public static FixtureTraffic score(String name, Backend backend) {
        List<TokenMeasure> all =
                List.of(TokenMeasure.NLL, TokenMeasure.ENTROPY, TokenMeasure.BEST, TokenMeasure.BEST_NLL);
        return on(name, Integer.MAX_VALUE, backend, (shape, parameters, weights, batches) -> {
            try (TokenScorer scorer = new TokenScorer(shape, parameters, weights, all)) {
                scorer.score(batches.get(0));
            }
            return of(new LanguageModelGraph(shape, weights).measuring(all), batches);
        });
    }

    private interface Run {
        FixtureTraffic of(ModelShape shape, ParameterSet parameters, WeightSource weights, List<MicroBatch> batches);
    }

    private static FixtureTraffic on(String name, int microBatch, Backend backend, Run run) {
        try (Golden golden = Golden.of(name);
                ParameterSet parameters = ParameterSet.of(golden.adapter("adapter"))) {
            Adapter adapter = golden.adapter("adapter");
            ModelShape shape = ModelShape.of(Architectures.of(golden.checkpoint), Optional.of(adapter), 128, 8)
                    .on(backend);
            WeightSource weights = golden.checkpoint.weights().source(Storage.FLOAT32, backend.computeType());
            return run.of(shape, parameters, weights, batches(golden.sequences(), microBatch));
        }
    }

    private static List<MicroBatch> batches(List<TokenSequence> sequences, int microBatch) {
        int size = Math.min(sequences.size(), microBatch);
        return Batching.PADDED
                .cut(sequences, IntStream.range(0, sequences.size()).toArray(), size, 128)
                .toList();
    }

    /** Of the first micro-batch, or of all where the graph takes them together. */
    private static FixtureTraffic of(Graph.Model model, List<MicroBatch> batches) {
        MicroBatch batch = batches.get(0);
        Map<String, Long> sizes = Map.of(
                "B", (long) batch.tokens().length / batch.length(),
                "T", (long) batch.length(),
                "N", (long) batch.completionTokens(),
                "M", (long) batches.size(),
                "P", new MicroBatches(batches).places(),
                "S", (long) new MicroBatches(batches).completionTokens());
        List<TensorType> outputs = new ArrayList<>();
        for (Tensor tensor : model.outputs().values()) {
            outputs.add(tensor.type());
        }
        return new FixtureTraffic(bytes(model.inputs().values(), sizes), bytes(outputs, sizes));
    }

    /** The bytes of tensors whose symbolic sizes are known. */
    public static long bytes(Collection<TensorType> types, Map<String, Long> sizes) {
        return types.stream()
                .mapToLong(type -> type.element().bytes()
                        * type.shape().dims().stream()
                                .mapToLong(dim -> size(dim, sizes))
                                .reduce(1, (a, b) -> a * b))
                .sum();
    }

    /**
     * What a graph declares by kind: tokens (all that the data says of them, and where micro-batches begin), masks,
     * adapters; gradients, and what is reported.
     *
     * @param model the graph
     * @param sizes its symbols
     * @param parameters the names of what is trained
     * @return bytes
     * @throws IllegalArgumentException if an input is of none of these kinds
     */
    public static Map<String, Long> byKind(Graph.Model model, Map<String, Long> sizes, Set<String> parameters) {
        Map<String, Long> bytes = new TreeMap<>();
        model.inputs().forEach((name, type) -> bytes.merge(kind(name, type), bytes(List.of(type), sizes), Long::sum));
        model.outputs().forEach((name, tensor) -> {
            boolean gradient = name.startsWith(Names.gradient(""))
                    && parameters.contains(name.substring(Names.gradient("").length()));
            bytes.merge(gradient ? "gradients" : "reports", bytes(List.of(tensor.type()), sizes), Long::sum);
        });
        return bytes;
    }

    private static String kind(String name, TensorType type) {
        if (name.contains(".lora_A.") || name.contains(".lora_B.")) {
            return "adapters";
        }
        if (type.element() == ElementType.BOOL) {
            return "masks";
        }
        if (type.shape().rank() == 1 || type.element() == ElementType.INT64) {
            return "tokens";
        }
        throw new IllegalArgumentException(name + ": " + type + " is neither tokens, masks nor adapters");
    }

    private static long size(Dim dim, Map<String, Long> sizes) {
        return dim.symbols().stream().mapToLong(sizes::get).reduce(dim.factor(), (a, b) -> a * b);
    }
}
