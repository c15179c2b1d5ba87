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

import io.github.tribuollm.fixtures.BundledModel;
import io.github.tribuollm.llm.checkpoint.Storage;
import io.github.tribuollm.llm.data.TokenSequence;
import io.github.tribuollm.llm.graphs.DocumentLengths;
import io.github.tribuollm.llm.graphs.ModelShape;
import io.github.tribuollm.llm.graphs.ParameterSet;
import io.github.tribuollm.llm.training.LossScale;
import io.github.tribuollm.llm.training.TrainingSettings;
import io.github.tribuollm.runtime.Backend;
import io.github.tribuollm.runtime.ComputeType;
import io.github.tribuollm.runtime.WeightSource;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * The bundled checkpoint on word problems in float16, from the usual loss scale and from one under which gradients
 * overflow: steps are skipped until the scale bears the gradients, and the held-out loss becomes that of float32, but
 * for what the skipped steps would have taught.
 */
final class LossScaleEvidence {
    private static final TrainingSettings SETTINGS = ScaledRun.settings(1, 4);
    private static final int DOCUMENTS = 300;
    private static final LossScale TOO_LARGE = new LossScale(0x1p20f, 0, 0);
    private static final double LIMIT = 1e-3;
    private static final double LIMIT_AFTER_OVERFLOW = 0.03;

    private LossScaleEvidence() {}

    private static ScaledRun run(BundledModel bundled, ComputeType type, Optional<LossScale> start) {
        List<TokenSequence> data = bundled.problems("train").subList(0, DOCUMENTS);
        List<TokenSequence> heldOut = bundled.problems("heldout");
        int longest = Math.max(new DocumentLengths(data).longest(), new DocumentLengths(heldOut).longest());
        ModelShape shape = bundled.shape
                .with(SETTINGS.batches().batchSize(), longest, false)
                .on(Backend.cpu(type));
        WeightSource weights = bundled.checkpoint.weights().source(Storage.FLOAT32, type);
        try (ParameterSet parameters = new ParameterSet(bundled.student.shapes())) {
            parameters.initialiseAdapter(1);
            ScaledRun found = ScaledRun.of(
                    ScaledRun.task(SETTINGS, shape, weights, parameters, data, Map.of("heldout", heldOut)),
                    start,
                    Optional.empty(),
                    step -> false);
            System.out.printf(
                    Locale.ROOT,
                    "%s from %s: held-out loss %.4f; skipped %s%n",
                    type,
                    start,
                    found.heldOutLoss(),
                    found.skippedSteps());
            return found;
        }
    }

    /**
     * Prints the evidence.
     *
     * @param args none
     */
    public static void main(String[] args) {
        try (BundledModel bundled = new BundledModel()) {
            double expected =
                    run(bundled, ComputeType.FLOAT32, Optional.empty()).heldOutLoss();
            ScaledRun usual = run(bundled, ComputeType.FLOAT16, LossScale.initial(ComputeType.FLOAT16));
            ScaledRun tooLarge = run(bundled, ComputeType.FLOAT16, Optional.of(TOO_LARGE));
            double difference = Math.abs(usual.heldOutLoss() / expected - 1);
            double differenceAfterOverflow = Math.abs(tooLarge.heldOutLoss() / expected - 1);
            int skipped = tooLarge.skippedSteps().size();
            boolean holds = skipped > 0 && difference <= LIMIT && differenceAfterOverflow <= LIMIT_AFTER_OVERFLOW;
            System.out.printf(
                    Locale.ROOT,
                    "{\"claim\": \"loss scaling\", \"steps\": %d, \"held_out_float32\": %.4f,"
                            + " \"from_65536\": {\"skipped\": %d, \"difference\": %.2e, \"limit\": %s},"
                            + " \"from_1048576\": {\"skipped\": %d, \"scale_afterwards\": %.0f,"
                            + " \"difference\": %.2e, \"limit\": %s}, \"holds\": %b}%n",
                    usual.steps.size(),
                    expected,
                    usual.skippedSteps().size(),
                    difference,
                    LIMIT,
                    skipped,
                    tooLarge.lastScale(),
                    differenceAfterOverflow,
                    LIMIT_AFTER_OVERFLOW,
                    holds);
            System.exit(holds ? 0 : 1);
        }
    }
}
