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

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.tribuollm.fixtures.Golden;
import io.github.tribuollm.llm.architecture.Architectures;
import io.github.tribuollm.llm.checkpoint.SafetensorsFile;
import io.github.tribuollm.llm.checkpoint.Storage;
import io.github.tribuollm.llm.data.TokenSequence;
import io.github.tribuollm.llm.graphs.Batching;
import io.github.tribuollm.llm.graphs.MicroBatch;
import io.github.tribuollm.llm.graphs.ModelShape;
import io.github.tribuollm.llm.graphs.ParameterSet;
import io.github.tribuollm.llm.graphs.StepTask;
import io.github.tribuollm.llm.graphs.TrainingException;
import io.github.tribuollm.llm.training.AdamW;
import io.github.tribuollm.llm.training.DataOrder;
import io.github.tribuollm.llm.training.GradientNorm;
import io.github.tribuollm.llm.training.LossScale;
import io.github.tribuollm.llm.training.Optimisation;
import io.github.tribuollm.llm.training.OptimiserStep;
import io.github.tribuollm.llm.training.TrainingRun;
import io.github.tribuollm.llm.training.TrainingSettings;
import io.github.tribuollm.llm.training.report.StepReport;
import io.github.tribuollm.objectives.Objective;
import io.github.tribuollm.runtime.Backend;
import io.github.tribuollm.runtime.ComputeType;
import io.github.tribuollm.runtime.WeightSource;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Runs in float16 whose gradients overflow. */
class LossScalingTest {
    /** A document of this weight overflows under every scale that is left, but its loss does not. */
    private static final float HEAVY = 1e36f;

    private static final int BATCH = 8;
    private static final TrainingSettings SETTINGS = ScaledRun.settings(2, BATCH);

    @TempDir
    private Path directory;

    private Golden golden;
    private ModelShape shape;
    private ParameterSet parameters;
    private List<TokenSequence> data;

    @BeforeEach
    void open() {
        golden = Golden.trajectory("llama-untied-gqa");
        data = golden.sequences();
        shape = ModelShape.of(
                Architectures.of(golden.checkpoint), Optional.of(golden.adapter("adapter-initial")), 64, BATCH);
    }

    @AfterEach
    void close() {
        parameters.close();
        golden.close();
    }

    private ScaledRun run(ComputeType type, Optional<LossScale> start, Optional<Path> state, IntPredicate stopAfter) {
        if (parameters != null) {
            parameters.close();
        }
        parameters = ParameterSet.of(golden.adapter("adapter-initial"));
        TrainingRun.Task task =
                ScaledRun.task(SETTINGS, shape.on(Backend.cpu(type)), weights(type), parameters, data, Map.of());
        return ScaledRun.of(task, start, state, stopAfter);
    }

    private ScaledRun float16(LossScale start, Path state, IntPredicate stopAfter) {
        return run(ComputeType.FLOAT16, Optional.of(start), Optional.of(state), stopAfter);
    }

    private WeightSource weights(ComputeType type) {
        return golden.checkpoint.weights().source(Storage.FLOAT32, type);
    }

    private static boolean never(int step) {
        return false;
    }

    private Map<String, float[]> trained() {
        Map<String, float[]> copies = new LinkedHashMap<>();
        parameters.values().keySet().forEach(name -> copies.put(name, parameters.copy(name)));
        return copies;
    }

    private static void assertSame(Map<String, float[]> expected, Map<String, float[]> found) {
        assertEquals(expected.keySet(), found.keySet());
        expected.forEach((name, values) -> assertArrayEquals(values, found.get(name), name));
    }

    /** The tensors of a saved state: parameters and moments. */
    private static Map<String, float[]> tensors(Path state) {
        try (SafetensorsFile file = SafetensorsFile.open(state.resolve("state.safetensors"))) {
            Map<String, float[]> tensors = new LinkedHashMap<>();
            file.names().forEach(name -> tensors.put(name, file.stored(name).floats()));
            return tensors;
        }
    }

    private static Map<String, String> metadata(Path state) {
        try (SafetensorsFile file = SafetensorsFile.open(state.resolve("state.safetensors"))) {
            return file.metadata();
        }
    }

    private void addHeavyDocument() {
        TokenSequence first = data.get(0);
        data.set(0, new TokenSequence(first.tokens(), first.completion(), HEAVY, first.origin()));
    }

    @Test
    void aStepThatOverflowsChangesNeitherParametersNorMoments() {
        addHeavyDocument();
        LossScale usual = LossScale.initial(ComputeType.FLOAT16).orElseThrow();
        ScaledRun whole = float16(usual, directory.resolve("whole"), LossScalingTest::never);
        List<Integer> skipped = whole.skippedSteps();
        assertEquals(SETTINGS.optimisation().epochs(), skipped.size(), "once an epoch: " + skipped);
        int overflow = skipped.get(1);

        Path cut = directory.resolve("cut");
        float16(usual, cut, step -> step == overflow - 1);
        Map<String, float[]> before = tensors(cut);
        Map<String, String> progress = metadata(cut);
        float16(usual, cut, step -> step == overflow);
        assertSame(before, tensors(cut));
        assertEquals(Integer.toString(overflow - 1), progress.get("step"));
        assertEquals(Integer.toString(overflow), metadata(cut).get("step"));
        assertEquals("1", progress.get("skipped_steps"));
        assertEquals("2", metadata(cut).get("skipped_steps"));
        assertEquals("32768.0", progress.get("loss_scale"));
        assertEquals("16384.0", metadata(cut).get("loss_scale"));

        float16(usual, cut, step -> step == overflow + 1);
        Map<String, float[]> after = tensors(cut);
        before.forEach((name, values) ->
                assertFalse(Arrays.equals(values, after.get(name)), "the next step leaves " + name + " as it was"));
    }

    @Test
    void anInterruptedRunResumesToTheSameBits() {
        addHeavyDocument();
        ScaledRun whole = float16(ScaledRun.TOO_LARGE, directory.resolve("whole"), LossScalingTest::never);
        Map<String, float[]> expected = trained();
        for (int cut : new int[] {10, 35}) {
            Path state = directory.resolve("cut-" + cut);
            ScaledRun first = float16(ScaledRun.TOO_LARGE, state, step -> step == cut);
            ScaledRun rest = float16(ScaledRun.TOO_LARGE, state, LossScalingTest::never);
            assertEquals(whole.steps.size(), first.steps.size() + rest.steps.size());
            assertSame(expected, trained());
            assertEquals(
                    whole.notes.get(whole.notes.size() - 1), rest.notes.get(rest.notes.size() - 1), "skipped steps");
        }
    }

    /** The reference skips the same steps, so that only the arithmetic differs. */
    @Test
    void float16FollowsFloat32FromAScaleThatOverflows() {
        ScaledRun found =
                run(ComputeType.FLOAT16, Optional.of(ScaledRun.TOO_LARGE), Optional.empty(), LossScalingTest::never);
        List<Integer> skipped = found.skippedSteps();
        int count = skipped.size();
        assertEquals(IntStream.rangeClosed(1, count).boxed().toList(), skipped, "the first steps, and no other");
        assertTrue(count > 10 && count < found.steps.size() - 10, skipped.toString());
        assertEquals(ScaledRun.TOO_LARGE.value() * Math.pow(0.5, count), found.lastScale());
        assertEquals(
                "skipped " + count + " of " + found.steps.size()
                        + " steps, whose float16 gradients overflowed; the loss" + " scale is "
                        + (float) found.lastScale(),
                found.notes.get(found.notes.size() - 1));
        assertTrue(
                found.steps.stream().allMatch(step -> ScaledRun.skipped(step) != Double.isFinite(step.gradientNorm())));

        List<Double> expected = float32Losses(Set.copyOf(skipped), found.steps.size());
        for (int s = 0; s < expected.size(); s++) {
            assertEquals(expected.get(s), found.steps.get(s).loss(), 2e-3 * expected.get(s), "step " + (s + 1));
        }
        assertNotEquals(expected, found.steps.stream().map(StepReport::loss).toList());
    }

    private List<Double> float32Losses(Set<Integer> skipped, int steps) {
        List<Double> losses = new ArrayList<>();
        DataOrder order = new DataOrder(data, BATCH, SETTINGS.batches().bucketByLength(), SETTINGS.seed());
        try (ParameterSet theta = ParameterSet.of(golden.adapter("adapter-initial"));
                OptimiserStep step = new OptimiserStep(
                        StepTask.of(Objective.mle(), shape, Optional.empty()),
                        theta,
                        weights(ComputeType.FLOAT32),
                        0)) {
            Optimisation settings = SETTINGS.optimisation();
            AdamW adam = new AdamW(theta.values(), settings.beta1(), settings.beta2(), settings.weightDecay());
            for (int s = 0; s < steps; s++) {
                losses.add(step.compute(List.of(MicroBatch.of(data, order.step(s))), s)
                        .loss());
                if (!skipped.contains(s + 1)) {
                    double factor = GradientNorm.clip(GradientNorm.of(step.gradients()), settings.clipNorm());
                    double rate = settings.learningRate(s, steps);
                    adam.step(theta.values(), step.gradients(), factor, rate);
                }
            }
        }
        return losses;
    }

    /** Weights computed in the same pass, weights that are given, all micro-batches in one run. */
    @ParameterizedTest
    @CsvSource({"8, false", "4, false", "4, true"})
    void everyFormOfAStepIsScaled(int microBatch, boolean together) {
        parameters = ParameterSet.of(golden.adapter("adapter-initial"));
        int[] documents = IntStream.range(0, BATCH).toArray();
        List<MicroBatch> batches =
                Batching.PADDED.cut(data, documents, microBatch, 64).toList();
        try (OptimiserStep step = new OptimiserStep(
                StepTask.of(Objective.maskedMle(0.75), shape.on(Backend.cpu(ComputeType.FLOAT16)), Optional.empty())
                        .runningTogether(together),
                parameters,
                weights(ComputeType.FLOAT16),
                0)) {
            double loss = step.compute(batches, 0).loss();
            double norm = GradientNorm.of(step.gradients());
            step.scaleLoss(256);
            assertEquals(loss, step.compute(batches, 0).loss());
            assertEquals(256, GradientNorm.of(step.gradients()) / norm, 0.5);
        }
    }

    @Test
    void gradientsThatOverflowUnderNoScaleStopTheRun() {
        data.replaceAll(s -> new TokenSequence(s.tokens(), s.completion(), 1e30f, s.origin()));
        LossScale usual = LossScale.initial(ComputeType.FLOAT16).orElseThrow();
        TrainingException stopped =
                assertThrows(TrainingException.class, () -> float16(usual, directory, LossScalingTest::never));
        String said = stopped.getMessage();
        assertTrue(said.startsWith("Step 17 is not finite"), said);
        assertTrue(said.contains("first in model.layers."), said);
        assertTrue(said.contains("the loss scale is down to 1.0"), said);
        assertTrue(said.contains("failed-step-17.json"), said);
        assertTrue(said.contains("bfloat16"), said);
        try (SafetensorsFile state = SafetensorsFile.open(directory.resolve("failed-step-17.safetensors"))) {
            assertEquals("16", state.metadata().get("skipped_steps"));
        }
    }

    @Test
    void float32AndBfloat16AreNotScaled() {
        for (ComputeType type : new ComputeType[] {ComputeType.FLOAT32, ComputeType.BFLOAT16}) {
            Path state = directory.resolve(type.name());
            ScaledRun found = run(type, LossScale.initial(type), Optional.of(state), step -> step == 2);
            assertTrue(found.steps.stream().allMatch(step -> step.lossScaling().isEmpty()));
            assertEquals(
                    Set.of("step", "settings", "loss", "selected"),
                    metadata(state).keySet());
        }
    }
}
