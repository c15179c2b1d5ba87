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
import io.github.tribuollm.llm.architecture.Architectures;
import io.github.tribuollm.llm.checkpoint.Storage;
import io.github.tribuollm.llm.data.TokenSequence;
import io.github.tribuollm.llm.graphs.MicroBatch;
import io.github.tribuollm.llm.graphs.ModelShape;
import io.github.tribuollm.llm.graphs.ParameterSet;
import io.github.tribuollm.llm.graphs.ReferenceModel;
import io.github.tribuollm.llm.graphs.StepTask;
import io.github.tribuollm.llm.lora.Adapter;
import io.github.tribuollm.llm.training.OptimiserStep;
import io.github.tribuollm.objectives.Objective;
import io.github.tribuollm.objectives.ReadyMade;
import io.github.tribuollm.objectives.target.SparseTeacher;
import io.github.tribuollm.objectives.token.ColumnNames;
import io.github.tribuollm.runtime.Backend;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * The loss and the LoRA gradients of each objective of the literature on a checkpoint, against PyTorch in float64, with
 * the four sequences of the fixture in micro-batches of 4, 2 and 1.
 */
final class ObjectiveGradients implements AutoCloseable {
    static final List<Integer> MICRO_BATCHES = List.of(4, 2, 1);

    /** The worst of some micro-batch sizes: relative error of the loss, smallest cosine, relative error of the norm. */
    record Difference(double loss, double cosine, double norm) {
        Difference worse(Difference other) {
            return new Difference(
                    Math.max(loss, other.loss), Math.min(cosine, other.cosine), Math.max(norm, other.norm));
        }
    }

    private final Golden golden;
    private final List<TokenSequence> data;

    ObjectiveGradients(String checkpoint) {
        golden = Golden.objectives(checkpoint);
        data = withColumn(
                withColumn(withColumn(golden.sequences(), ColumnNames.OLD_LOG_PROBABILITY), ColumnNames.ADVANTAGE),
                ColumnNames.EPISTEMIC);
    }

    private List<TokenSequence> withColumn(List<TokenSequence> sequences, String name) {
        float[] values = golden.floats(name);
        List<TokenSequence> longer = new ArrayList<>();
        int next = 0;
        for (TokenSequence sequence : sequences) {
            float[] column = new float[sequence.length()];
            Arrays.fill(column, Float.NaN);
            BitSet completion = sequence.completion();
            for (int t = completion.nextSetBit(0); t >= 0; t = completion.nextSetBit(t + 1)) {
                column[t] = values[next++];
            }
            longer.add(sequence.with(name, column));
        }
        return longer;
    }

    /** The objectives of make_objective_fixtures.py, by its names. */
    Map<String, Objective> objectives() {
        return ReadyMade.objectives(table("samples", 6), table("oracle", 3));
    }

    private SparseTeacher table(String name, int width) {
        long[] ids = golden.integers(name + ".ids");
        float[] probabilities = new float[ids.length];
        if (golden.contains(name + ".probabilities")) {
            probabilities = golden.floats(name + ".probabilities");
        } else {
            Arrays.fill(probabilities, 1f / width);
        }
        return new TableTeacher(data, ids, probabilities, width);
    }

    /** The worst difference from PyTorch over the sizes of micro-batches. */
    Difference of(String name, Objective objective) {
        return of(name, objective, Backend.cpu());
    }

    /** The same in another precision. */
    Difference of(String name, Objective objective, Backend backend) {
        Adapter adapter = golden.adapter("adapter");
        ModelShape shape = ModelShape.of(
                        Architectures.of(golden.checkpoint), Optional.of(adapter), longest(), data.size())
                .on(backend);
        try (ParameterSet parameters = ParameterSet.of(adapter);
                ReferenceModel base = ReferenceModel.base(shape);
                OptimiserStep step = new OptimiserStep(
                        StepTask.of(objective, shape, Optional.of(base)),
                        parameters,
                        golden.checkpoint.weights().source(Storage.FLOAT32, backend.computeType()),
                        0)) {
            step.weigh(data);
            return MICRO_BATCHES.stream()
                    .map(size -> difference(name, step, cut(size)))
                    .reduce(Difference::worse)
                    .orElseThrow();
        }
    }

    private int longest() {
        return data.stream().mapToInt(TokenSequence::length).max().orElseThrow();
    }

    private List<MicroBatch> cut(int size) {
        return IntStream.iterate(0, from -> from < data.size(), from -> from + size)
                .mapToObj(from ->
                        MicroBatch.of(data, IntStream.range(from, from + size).toArray()))
                .toList();
    }

    private Difference difference(String name, OptimiserStep step, List<MicroBatch> batches) {
        double expected = golden.doubles(name + ".loss")[0];
        double loss = step.compute(batches, 0).loss();
        double dot = 0;
        double ours = 0;
        double theirs = 0;
        for (Map.Entry<String, FloatBuffer> gradient : step.gradients().entrySet()) {
            float[] reference = golden.floats(name + ".grad.base_model.model." + gradient.getKey());
            for (int i = 0; i < reference.length; i++) {
                double g = gradient.getValue().get(i);
                dot += g * reference[i];
                ours += g * g;
                theirs += (double) reference[i] * reference[i];
            }
        }
        return new Difference(
                Math.abs(loss - expected) / Math.abs(expected),
                dot / Math.sqrt(ours * theirs),
                Math.abs(Math.sqrt(ours / theirs) - 1));
    }

    @Override
    public void close() {
        golden.close();
    }

    /** A sparse teacher whose rows are those of all completion tokens, in the order of the data. */
    private record TableTeacher(List<TokenSequence> data, long[] ids, float[] probabilities, int width)
            implements SparseTeacher {
        @Override
        public Rows rows(long[] sequences, int[] positions) {
            long[] chosenIds = new long[sequences.length * width];
            float[] chosen = new float[chosenIds.length];
            for (int i = 0; i < sequences.length; i++) {
                int row = row((int) sequences[i], positions[i]);
                System.arraycopy(ids, row * width, chosenIds, i * width, width);
                System.arraycopy(probabilities, row * width, chosen, i * width, width);
            }
            return new Rows(chosenIds, chosen);
        }

        private int row(int sequence, int position) {
            int before = data.subList(0, sequence).stream()
                    .mapToInt(TokenSequence::completionTokens)
                    .sum();
            return before + data.get(sequence).completion().get(0, position).cardinality();
        }
    }

    /**
     * Prints the evidence.
     *
     * @param args none
     */
    public static void main(String[] args) {
        try (ObjectiveGradients gradients = new ObjectiveGradients("llama-tied")) {
            Difference worst = new Difference(0, 1, 0);
            Map<String, Objective> objectives = gradients.objectives();
            for (Map.Entry<String, Objective> objective : objectives.entrySet()) {
                Difference found = gradients.of(objective.getKey(), objective.getValue());
                System.out.printf(
                        Locale.ROOT,
                        "%s: loss %.1e, 1 - cosine %.1e, norm %.1e%n",
                        objective.getKey(),
                        found.loss(),
                        1 - found.cosine(),
                        found.norm());
                worst = worst.worse(found);
            }
            boolean holds = worst.loss() <= 1e-5 && worst.cosine() >= 0.99999;
            System.out.printf(
                    Locale.ROOT,
                    "{\"claim\": \"objective LoRA gradients\", \"objectives\": %d, \"micro_batches\": %s,"
                            + " \"worst_relative_loss\": %.2e, \"worst_1_minus_cosine\": %.2e,"
                            + " \"worst_relative_norm\": %.2e, \"holds\": %b}%n",
                    objectives.size(),
                    MICRO_BATCHES,
                    worst.loss(),
                    1 - worst.cosine(),
                    worst.norm(),
                    holds);
            System.exit(holds ? 0 : 1);
        }
    }
}
