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
import io.github.tribuollm.graph.Graph;
import io.github.tribuollm.llm.checkpoint.Storage;
import io.github.tribuollm.llm.data.TokenSequence;
import io.github.tribuollm.llm.graphs.Batching;
import io.github.tribuollm.llm.graphs.MicroBatch;
import io.github.tribuollm.llm.graphs.MicroBatches;
import io.github.tribuollm.llm.graphs.ModelShape;
import io.github.tribuollm.llm.graphs.ParameterSet;
import io.github.tribuollm.llm.graphs.ReferenceModel;
import io.github.tribuollm.llm.graphs.StepGraph;
import io.github.tribuollm.llm.graphs.StepTask;
import io.github.tribuollm.llm.lora.Adapter;
import io.github.tribuollm.llm.training.OptimiserStep;
import io.github.tribuollm.objectives.Objective;
import io.github.tribuollm.objectives.ReadyMade;
import io.github.tribuollm.objectives.target.SparseTeacher;
import io.github.tribuollm.objectives.token.ColumnNames;
import io.github.tribuollm.objectives.token.CounterRandom;
import io.github.tribuollm.objectives.weight.Granularity;
import io.github.tribuollm.objectives.weight.LossScore;
import io.github.tribuollm.objectives.weight.Scope;
import io.github.tribuollm.objectives.weight.Selection;
import io.github.tribuollm.objectives.weight.TopQuantile;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * Steps of eight documents whose micro-batches run together, as on a device, against those that run one after
 * another.
 */
public final class OneRun implements AutoCloseable {
    private static final int VOCABULARY = 100;

    private final Golden golden = Golden.trajectory("llama-untied-gqa");
    private final Adapter adapter = golden.adapter("adapter-reference");
    private final List<TokenSequence> documents =
            LayoutDifference.documents(golden).stream().map(OneRun::withColumns).toList();

    /** The document with numbers for each token under all names that ready-made objectives read. */
    static TokenSequence withColumns(TokenSequence sequence) {
        TokenSequence old = withColumn(sequence, ColumnNames.OLD_LOG_PROBABILITY, -4);
        return withColumn(withColumn(old, ColumnNames.ADVANTAGE, 2), ColumnNames.EPISTEMIC, 1);
    }

    private static TokenSequence withColumn(TokenSequence sequence, String name, float range) {
        float[] column = new float[sequence.length()];
        for (int t = 0; t < column.length; t++) {
            column[t] = range * CounterRandom.uniform(name.hashCode(), sequence.tokens()[t], t);
        }
        return sequence.with(name, column);
    }

    /** Distributions over a few ids that sequence and position decide. */
    private record AnyTeacher(int width) implements SparseTeacher {
        @Override
        public Rows rows(long[] sequences, int[] positions) {
            long[] ids = new long[sequences.length * width];
            float[] probabilities = new float[ids.length];
            Arrays.fill(probabilities, 1f / width);
            for (int i = 0; i < ids.length; i++) {
                ids[i] = (7 * sequences[i / width] + 3L * positions[i / width] + 5L * (i % width)) % VOCABULARY;
            }
            return new Rows(ids, probabilities);
        }
    }

    /** The ready-made objectives by name, and one that ranks within micro-batches. */
    static Map<String, Objective> objectives() {
        Map<String, Objective> all = new LinkedHashMap<>(ReadyMade.objectives(new AnyTeacher(6), new AnyTeacher(3)));
        all.put(
                "masked-mle-micro-batch",
                Objective.maskedMle(
                        new Selection(new LossScore(), new TopQuantile(0.5), Granularity.DOCUMENT, Scope.MICRO_BATCH)));
        return all;
    }

    /** {@return how many objectives there are} */
    public static int objectiveCount() {
        return objectives().size();
    }

    /** The form of the model; the step is laid out as {@link LayoutDifference.Layout} says. */
    ModelShape shape(double dropout, boolean recompute, boolean packed) {
        ModelShape shape =
                LayoutDifference.shape(golden, adapter, dropout).with(8, LayoutDifference.MAX_LENGTH, recompute);
        return packed ? shape.packing() : shape;
    }

    /**
     * The largest difference over layouts, relative: of the gradients to their norm, and of the losses; infinity where
     * counts differ.
     */
    double worst(Objective objective, ModelShape shape, List<LayoutDifference.Layout> layouts) {
        double worst = 0;
        try (ParameterSet parameters = ParameterSet.of(adapter);
                ParameterSet other = new ParameterSet(parameters.shapes());
                OptimiserStep apart = step(objective, shape, parameters, other, false);
                OptimiserStep together = step(objective, shape, parameters, other, true)) {
            apart.weigh(documents);
            together.weigh(documents);
            for (LayoutDifference.Layout layout : layouts) {
                List<MicroBatch> batches = layout.of(documents);
                OptimiserStep.Result expected = apart.compute(batches, 3);
                Map<String, float[]> gradients = LayoutDifference.copy(apart.gradients());
                OptimiserStep.Result found = together.compute(batches, 3);
                worst = Math.max(worst, LayoutDifference.difference(together.gradients(), gradients));
                worst = Math.max(worst, difference(found, expected));
            }
        }
        return worst;
    }

    private static double difference(OptimiserStep.Result found, OptimiserStep.Result expected) {
        boolean same = found.selected() == expected.selected()
                && found.tokens() == expected.tokens()
                && found.completionTokens() == expected.completionTokens();
        double scale = Arrays.stream(expected.termLosses()).map(Math::abs).max().orElseThrow();
        return same
                ? IntStream.range(0, expected.termLosses().length)
                        .mapToDouble(k -> Math.abs(found.termLosses()[k] - expected.termLosses()[k]) / scale)
                        .max()
                        .orElseThrow()
                : Double.POSITIVE_INFINITY;
    }

    private OptimiserStep step(
            Objective objective, ModelShape shape, ParameterSet parameters, ParameterSet reference, boolean together) {
        return step(golden, objective, shape, parameters, reference, together);
    }

    /** Steps beside a reference model of the same base. */
    static OptimiserStep step(
            Golden golden,
            Objective objective,
            ModelShape shape,
            ParameterSet parameters,
            ParameterSet reference,
            boolean together) {
        return new OptimiserStep(
                StepTask.of(objective, shape, Optional.of(new ReferenceModel(shape, reference, Optional.empty())))
                        .runningTogether(together),
                parameters,
                golden.checkpoint
                        .weights()
                        .source(Storage.FLOAT32, shape.backend().computeType()),
                5);
    }

    /** Padded micro-batches of so many documents. */
    static List<LayoutDifference.Layout> padded(int... sizes) {
        return Arrays.stream(sizes)
                .mapToObj(size -> new LayoutDifference.Layout(Batching.PADDED, size, LayoutDifference.MAX_LENGTH))
                .toList();
    }

    /**
     * Compares with micro-batches that run one after another.
     *
     * @return the largest relative difference of losses and gradients, by objective and by what else was changed
     */
    public static Map<String, Double> differences() {
        Map<String, Double> all = new LinkedHashMap<>();
        Objective distilled = Objective.maskedMleDistill(0.75);
        try (OneRun steps = new OneRun()) {
            objectives()
                    .forEach((name, objective) ->
                            all.put(name, steps.worst(objective, steps.shape(0, false, false), padded(4))));
            int[] sizes = {8, 4, 2, 1};
            all.put("micro-batches", steps.worst(distilled, steps.shape(0, false, false), padded(sizes)));
            all.put("dropout", steps.worst(distilled, steps.shape(0.1, false, false), padded(sizes)));
            all.put("recomputation", steps.worst(distilled, steps.shape(0, true, false), padded(2)));
            all.put("packed", steps.worst(distilled, steps.shape(0, false, true), packed()));
        }
        return all;
    }

    static List<LayoutDifference.Layout> packed() {
        return List.of(
                new LayoutDifference.Layout(Batching.PACKED, 1, LayoutDifference.MAX_LENGTH),
                new LayoutDifference.Layout(Batching.BUCKETED, 2, LayoutDifference.MAX_LENGTH));
    }

    /**
     * Steps of Masked MLE + Distill with dropout, of two, four and eight micro-batches.
     *
     * @return how many steps
     */
    public static int steps() {
        List<LayoutDifference.Layout> layouts = padded(4, 2, 1);
        try (OneRun steps = new OneRun();
                ParameterSet parameters = ParameterSet.of(steps.adapter);
                ParameterSet reference = new ParameterSet(parameters.shapes());
                OptimiserStep step = steps.step(
                        Objective.maskedMleDistill(0.75),
                        steps.shape(0.1, false, false),
                        parameters,
                        reference,
                        true)) {
            layouts.forEach(layout -> step.compute(layout.of(steps.documents), 0));
        }
        return layouts.size();
    }

    /**
     * What the graph of such a step declares, for micro-batches of two documents.
     *
     * @return bytes of the inputs and outputs by kind
     * @throws IllegalArgumentException if one is of no kind that should cross the bus
     */
    public static Map<String, Long> traffic() {
        try (OneRun steps = new OneRun();
                ParameterSet parameters = ParameterSet.of(steps.adapter)) {
            ModelShape shape = steps.shape(0.1, false, false);
            Graph.Model model = new StepGraph(
                            Objective.maskedMleDistill(0.75),
                            shape,
                            steps.golden.checkpoint.weights().source(Storage.FLOAT32),
                            Optional.of(ReferenceModel.adapted(shape, steps.adapter)))
                    .training(parameters.shapes());
            List<MicroBatch> batches = padded(2).get(0).of(steps.documents);
            Map<String, Long> sizes = Map.of(
                    "M", (long) batches.size(),
                    "P", new MicroBatches(batches).places(),
                    "S", (long) new MicroBatches(batches).completionTokens(),
                    "D", (long) steps.documents.size());
            return FixtureTraffic.byKind(model, sizes, parameters.shapes().keySet());
        }
    }

    @Override
    public void close() {
        golden.close();
    }
}
