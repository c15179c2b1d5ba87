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
import io.github.tribuollm.llm.architecture.Architecture;
import io.github.tribuollm.llm.architecture.Architectures;
import io.github.tribuollm.llm.checkpoint.Storage;
import io.github.tribuollm.llm.data.TokenSequence;
import io.github.tribuollm.llm.graphs.LanguageModelGraph;
import io.github.tribuollm.llm.graphs.MicroBatch;
import io.github.tribuollm.llm.graphs.ModelShape;
import io.github.tribuollm.llm.graphs.Names;
import io.github.tribuollm.llm.graphs.ParameterSet;
import io.github.tribuollm.llm.graphs.StepTask;
import io.github.tribuollm.llm.lora.Adapter;
import io.github.tribuollm.llm.lora.AdapterForm;
import io.github.tribuollm.llm.lora.LoraConfig;
import io.github.tribuollm.llm.lora.LoraTargets;
import io.github.tribuollm.llm.training.OptimiserStep;
import io.github.tribuollm.objectives.Objective;
import io.github.tribuollm.objectives.token.TokenMeasure;
import io.github.tribuollm.runtime.Backend;
import io.github.tribuollm.runtime.Feeds;
import io.github.tribuollm.runtime.GraphSession;
import io.github.tribuollm.runtime.WeightSource;
import java.nio.FloatBuffer;
import java.util.Arrays;
import java.util.BitSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;

/** How far we are from transformers, PEFT and PyTorch, measured on their fixtures. */
final class Exactness {
    private Exactness() {}

    /**
     * Below this loss, in nats, float32 cannot give a relative error of 1e-5: there, PyTorch's own float32 differs from
     * its float64 by up to 7e-5. Such losses are compared absolutely.
     */
    private static final double CONFIDENT = 0.1;

    /**
     * The largest differences from float64: logits (absolute, float32 reference), losses (relative), losses of
     * confident predictions (absolute), entropies (absolute).
     */
    record Forward(double logits, double nll, double confidentNll, double entropy) {}

    /** The worst parameter: smallest cosine, largest relative difference of norms; and the loss (relative). */
    record Backward(double cosine, double norm, double loss, int tensors) {}

    /** The worst step: loss and gradient norm, relative. */
    record Trajectory(double loss, double gradientNorm, boolean sameSelection) {}

    private static ModelShape shape(Golden golden, Optional<Adapter> adapter, boolean full, boolean recompute) {
        Architecture architecture = Architectures.of(golden.checkpoint);
        Optional<AdapterForm> form =
                full ? Optional.empty() : Optional.of(adapter.map(Adapter::form).orElseGet(AdapterForm::none));
        return new ModelShape(architecture, form, 128, 8, recompute);
    }

    /** The architecture of a fixture, by config.json's model_type. */
    static String architecture(String name) {
        try (Golden golden = Golden.of(name)) {
            return golden.checkpoint.config().modelType();
        }
    }

    /** Whether all-linear means the layers that it means to PEFT, which made the fixture's adapter so. */
    static boolean sameModules(String name) {
        try (Golden golden = Golden.of(name)) {
            Architecture architecture = Architectures.of(golden.checkpoint);
            return LoraTargets.resolve(architecture, new LoraConfig(1, 1, 0, List.of(LoraConfig.ALL_LINEAR)))
                    .keySet()
                    .equals(golden.adapter("adapter").modules().keySet());
        }
    }

    static ParameterSet allParameters(Golden golden) {
        Map<String, long[]> shapes = Architectures.of(golden.checkpoint).shapes();
        ParameterSet parameters = new ParameterSet(shapes);
        parameters
                .values()
                .forEach((name, buffer) -> buffer.duplicate()
                        .put(golden.checkpoint.weights().float32(name).asFloatBuffer()));
        return parameters;
    }

    static Forward forward(String name, boolean adapted) {
        try (Golden golden = Golden.of(name)) {
            Optional<Adapter> adapter = adapted ? Optional.of(golden.adapter("adapter")) : Optional.empty();
            String prefix = adapted ? "lora." : "";
            List<TokenSequence> everyToken = golden.sequences().stream()
                    .map(s -> {
                        BitSet all = new BitSet();
                        all.set(1, s.length());
                        return new TokenSequence(s.tokens(), all, 1, s.origin());
                    })
                    .toList();
            MicroBatch batch = MicroBatch.of(
                    everyToken, IntStream.range(0, everyToken.size()).toArray());
            ModelShape shape = shape(golden, adapter, false, false);
            float[] logits = golden.floats(prefix + "logits");
            double[] nll = golden.doubles(prefix + "nll.f64");
            double[] entropy = golden.doubles(prefix + "entropy.f64");
            int width = batch.length();
            int stored = (int) golden.shape(prefix + "logits")[0];
            int vocabulary = (int) golden.shape(prefix + "logits")[2];
            double worstLogit = 0;
            double worstNll = 0;
            double worstConfident = 0;
            double worstEntropy = 0;
            WeightSource weights = golden.checkpoint.weights().source(Storage.FLOAT32);
            try (GraphSession session = GraphSession.open(
                            new LanguageModelGraph(shape, weights)
                                    .measuringWithLogits(List.of(TokenMeasure.NLL, TokenMeasure.ENTROPY)),
                            weights);
                    Feeds feeds = batch.feeds()) {
                adapter.ifPresent(a -> feeds.tensors(ParameterSet.of(a).tensors(n -> n)));
                try (GraphSession.Outputs outputs = session.run(feeds)) {
                    float[] ours = outputs.floats(Names.LOGITS);
                    float[] ourNll = outputs.floats(Names.measure(0));
                    float[] ourEntropy = outputs.floats(Names.measure(1));
                    int[] positions = batch.completionPositions();
                    for (int n = 0; n < batch.completionTokens(); n++) {
                        int b = (int) batch.documents()[n];
                        int target = b * width + positions[n];
                        double error = Math.abs(ourNll[n] - nll[target]);
                        if (nll[target] >= CONFIDENT) {
                            worstNll = Math.max(worstNll, error / nll[target]);
                        } else {
                            worstConfident = Math.max(worstConfident, error);
                        }
                        worstEntropy = Math.max(worstEntropy, Math.abs(ourEntropy[n] - entropy[target]));
                        for (int v = 0; b < stored && v < vocabulary; v++) {
                            double difference =
                                    Math.abs(ours[n * vocabulary + v] - logits[(target - 1) * vocabulary + v]);
                            worstLogit = Math.max(worstLogit, difference);
                        }
                    }
                }
            }
            return new Forward(worstLogit, worstNll, worstConfident, worstEntropy);
        }
    }

    static Backward lora(String name, boolean recompute) {
        try (Golden golden = Golden.of(name)) {
            Adapter adapter = golden.adapter("adapter");
            return backward(
                    golden,
                    shape(golden, Optional.of(adapter), false, recompute),
                    ParameterSet.of(adapter),
                    "lora.loss",
                    "lora.grad.base_model.model.");
        }
    }

    static Backward full(String name, boolean recompute) {
        try (Golden golden = Golden.of(name)) {
            return backward(
                    golden, shape(golden, Optional.empty(), true, recompute), allParameters(golden), "loss", "grad.");
        }
    }

    private static Backward backward(
            Golden golden, ModelShape shape, ParameterSet parameters, String lossName, String prefix) {
        List<TokenSequence> sequences = golden.sequences();
        MicroBatch batch =
                MicroBatch.of(sequences, IntStream.range(0, sequences.size()).toArray());
        try (parameters;
                OptimiserStep step = new OptimiserStep(
                        StepTask.of(Objective.mle(), shape, Optional.empty()),
                        parameters,
                        golden.checkpoint.weights().source(Storage.FLOAT32),
                        0)) {
            double loss = step.compute(List.of(batch), 0).loss();
            double expected = golden.doubles(lossName + ".f64")[0];
            double cosine = 1;
            double norm = 0;
            for (Map.Entry<String, FloatBuffer> gradient : step.gradients().entrySet()) {
                float[] reference = golden.floats(prefix + gradient.getKey());
                double dot = 0;
                double ours = 0;
                double theirs = 0;
                for (int i = 0; i < reference.length; i++) {
                    double g = gradient.getValue().get(i);
                    dot += g * reference[i];
                    ours += g * g;
                    theirs += (double) reference[i] * reference[i];
                }
                cosine = Math.min(cosine, dot / Math.sqrt(ours * theirs));
                norm = Math.max(norm, Math.abs(Math.sqrt(ours) - Math.sqrt(theirs)) / Math.sqrt(theirs));
            }
            return new Backward(
                    cosine,
                    norm,
                    Math.abs(loss - expected) / expected,
                    step.gradients().size());
        }
    }

    static Map<String, Objective> objectives() {
        Map<String, Objective> objectives = new LinkedHashMap<>();
        objectives.put("mle", Objective.mle());
        objectives.put("masked_mle", Objective.maskedMle(0.75));
        objectives.put("masked_mle_distill", Objective.maskedMleDistill(0.75));
        return objectives;
    }

    /** Twenty AdamW steps against PyTorch's. */
    static Trajectory trajectory(String name, String objective, int microBatch) {
        try (Golden golden = Golden.trajectory(name)) {
            FixtureTrajectory found = FixtureTrajectory.of(golden, objective, microBatch, Backend.cpu(), 1);
            return new Trajectory(
                    FixtureTrajectory.worst(found.losses(), golden.doubles(objective + ".loss.f64")),
                    FixtureTrajectory.worst(found.norms(), golden.doubles(objective + ".gradient_norm.f64")),
                    Arrays.equals(found.selected(), golden.integers(objective + ".selected")));
        }
    }
}
