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
package io.github.tribuollm.llm.training;

import io.github.tribuollm.llm.architecture.Architectures;
import io.github.tribuollm.llm.checkpoint.Storage;
import io.github.tribuollm.llm.data.TokenSequence;
import io.github.tribuollm.llm.lora.Adapter;
import io.github.tribuollm.objectives.ColumnScore;
import io.github.tribuollm.objectives.EntropyScore;
import io.github.tribuollm.objectives.Granularity;
import io.github.tribuollm.objectives.LabelTarget;
import io.github.tribuollm.objectives.LogRatioScore;
import io.github.tribuollm.objectives.LossScore;
import io.github.tribuollm.objectives.Normaliser;
import io.github.tribuollm.objectives.Objective;
import io.github.tribuollm.objectives.Objectives;
import io.github.tribuollm.objectives.Policy;
import io.github.tribuollm.objectives.RandomScore;
import io.github.tribuollm.objectives.Scope;
import io.github.tribuollm.objectives.Selection;
import io.github.tribuollm.objectives.Selector;
import io.github.tribuollm.objectives.SoftFunction;
import io.github.tribuollm.objectives.SoftWeight;
import io.github.tribuollm.objectives.SparseTeacher;
import io.github.tribuollm.objectives.Term;
import io.github.tribuollm.objectives.Threshold;
import io.github.tribuollm.objectives.TokenWeight;
import io.github.tribuollm.objectives.TopCount;
import io.github.tribuollm.objectives.TopQuantile;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.LinkedHashMap;
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

    private final Golden golden = Golden.objectives("llama-tied");
    private final List<TokenSequence> data;

    ObjectiveGradients() {
        data = withColumn(
                withColumn(withColumn(golden.sequences(), ColumnScore.OLD_LOG_PROBABILITY), ColumnScore.ADVANTAGE),
                ColumnScore.EPISTEMIC);
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
        Map<String, Objective> all = new LinkedHashMap<>();
        all.put("mle", Objective.mle());
        all.put("masked-mle", Objective.maskedMle(0.75));
        all.put("masked-mle-distill", Objective.maskedMleDistill(0.75));
        all.put("self-distill", Objective.distill());
        all.put("masked-mle-entropy", Objectives.maskedMle(new EntropyScore(), 0.6));
        all.put("masked-mle-random", Objectives.maskedMle(new RandomScore(1), 0.6));
        all.put("document-selection", Objectives.documentSelection(new LossScore(), 0.5));
        all.put("bayesian-active-learning", Objectives.bayesianActiveLearning(0.5));
        all.put("rho-1", Objectives.rho1(0.4));
        all.put("rho-loss", Objectives.rhoLoss(0.7));
        all.put("knowledge-distillation", Objectives.knowledgeDistillation(2));
        all.put("truncated-kl", Objectives.truncatedKl(4, false));
        all.put("truncated-kl-renormalised", Objectives.truncatedKl(4, true));
        all.put("sparse-distillation", Objectives.sparseDistillation(table("samples", 6)));
        all.put("oracle-label-noise", Objectives.oracleLabelNoise(table("oracle", 3)));
        all.put("gkd-forward", Objectives.gkd(0, 1));
        all.put("gkd-0.1", Objectives.gkd(0.1, 1));
        all.put("gkd-0.5", Objectives.gkd(0.5, 1.5));
        all.put("gkd-reverse", Objectives.gkd(1, 1));
        all.put("dft", Objectives.dft());
        all.put("asft", Objectives.asft(0.05));
        all.put("eaft", Objectives.eaft(5));
        all.put("iw-sft", Objectives.importanceWeightedSft(1.5));
        all.put("psft", Objectives.psft(Policy.OLD, 0.2));
        all.put("psft-reference", Objectives.psft(Policy.REFERENCE, 0.3));
        all.put("reinforce", Objectives.reinforce());
        all.put("ppo", Objectives.ppo(0.2));
        all.put("grpo", Objectives.grpo(0.2, 0.04));
        all.put("dr-grpo", Objectives.drGrpo(0.2, 32));
        all.put("dapo", Objectives.dapo(0.2, 0.28));
        all.put("top-in-each-document", masked(new TopQuantile(0.8), Scope.SEQUENCE));
        all.put("five-hardest", masked(new TopCount(5), Scope.OPTIMISER_STEP));
        all.put("above-1.5-nats", masked(new Threshold(1.5), Scope.DATASET));
        all.put("soft-threshold", softThreshold());
        all.put("iw-sft-by-document", importanceWeightedByDocument());
        return all;
    }

    private static Objective masked(Selector selector, Scope scope) {
        return Objective.maskedMle(new Selection(new LossScore(), selector, Granularity.TOKEN, scope));
    }

    private static Objective labels(TokenWeight weight, Normaliser normaliser) {
        return new Objective(List.of(new Term(new LabelTarget(), weight, normaliser, 1)));
    }

    private static Objective softThreshold() {
        return labels(new SoftWeight(new LossScore(), SoftFunction.SIGMOID, 2).shifted(1), Normaliser.WEIGHT_SUM);
    }

    private static Objective importanceWeightedByDocument() {
        SoftWeight ratio = new SoftWeight(new LogRatioScore(Policy.REFERENCE), SoftFunction.EXP, 1);
        return labels(ratio.clipped(0.5, 1.5).byDocument(), Normaliser.VALID);
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
        Adapter adapter = golden.adapter("adapter");
        ModelShape shape = ModelShape.of(Architectures.of(golden.checkpoint), Optional.of(adapter), 23, data.size());
        try (ParameterSet parameters = ParameterSet.of(adapter);
                ReferenceModel base = ReferenceModel.base(shape);
                OptimiserStep step = new OptimiserStep(
                        objective,
                        shape,
                        parameters,
                        Optional.of(base),
                        golden.checkpoint.weights().source(Storage.FLOAT32),
                        0)) {
            step.weigh(data);
            return MICRO_BATCHES.stream()
                    .map(size -> difference(name, step, cut(size)))
                    .reduce(Difference::worse)
                    .orElseThrow();
        }
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
        try (ObjectiveGradients gradients = new ObjectiveGradients()) {
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
