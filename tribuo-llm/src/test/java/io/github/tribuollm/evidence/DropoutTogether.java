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

import io.github.tribuollm.llm.data.TokenSequence;
import io.github.tribuollm.llm.graphs.MicroBatch;
import io.github.tribuollm.llm.scoring.ScoredModel;
import io.github.tribuollm.llm.uncertainty.dropout.DropoutLayers;
import io.github.tribuollm.llm.uncertainty.dropout.DropoutRun;
import io.github.tribuollm.llm.uncertainty.dropout.MonteCarloDropout;
import io.github.tribuollm.llm.uncertainty.estimation.BatchPredictions;
import io.github.tribuollm.llm.uncertainty.estimation.UncertaintyEstimator;
import io.github.tribuollm.uncertainty.Measure;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.IntStream;

/** Monte Carlo dropout of a batch in one run, as on a device, against samples in groups. */
public final class DropoutTogether {
    private static final int DOCUMENTS = 7;

    private DropoutTogether() {}

    /** {@return the cases} */
    public static List<String> names() {
        return DropoutGolden.names();
    }

    /**
     * The largest difference of a measure, over batches of seven documents and of six.
     *
     * @param name a case
     * @param atOnce how many samples at once
     * @return nats
     */
    public static double worst(String name, int atOnce) {
        try (DropoutGolden golden = DropoutGolden.of(name)) {
            MonteCarloDropout dropout = golden.dropout().withPairs().withSamplesAtOnce(atOnce);
            List<MicroBatch> batches = batches(golden.sequences());
            List<Map<Measure, float[]>> apart = measured(golden.model(), batches, dropout::inGroups);
            List<Map<Measure, float[]>> together = measured(golden.model(), batches, dropout::together);
            return IntStream.range(0, batches.size())
                    .mapToDouble(i -> difference(together.get(i), apart.get(i)))
                    .max()
                    .orElseThrow();
        }
    }

    /**
     * Measures batches as on a device.
     *
     * @param name a case
     * @return how many batches
     */
    public static int batches(String name) {
        try (DropoutGolden golden = DropoutGolden.of(name)) {
            List<MicroBatch> batches = batches(golden.sequences());
            measured(golden.model(), batches, golden.dropout()::together);
            return batches.size();
        }
    }

    /**
     * What the graph declares for a batch of seven documents.
     *
     * @param name a case
     * @return bytes of the inputs and outputs by kind
     */
    public static Map<String, Long> traffic(String name) {
        try (DropoutGolden golden = DropoutGolden.of(name)) {
            MicroBatch batch = batches(golden.sequences()).get(0);
            DropoutLayers layers = golden.dropout().layers(golden.model());
            try (DropoutRun run = new DropoutRun(layers, 1, DropoutGolden.SAMPLES, 5, false)) {
                Map<String, Long> sizes = Map.of(
                        "B", (long) batch.sequences(),
                        "T", (long) batch.length(),
                        "N", (long) batch.completionTokens(),
                        "G", DropoutGolden.SAMPLES / 5L,
                        "S", (long) DropoutGolden.SAMPLES,
                        "K", 1L);
                return FixtureTraffic.byKind(run.model(), sizes, Set.of());
            }
        }
    }

    private static List<MicroBatch> batches(List<TokenSequence> sequences) {
        return IntStream.iterate(0, from -> from < sequences.size(), from -> from + DOCUMENTS)
                .mapToObj(from -> MicroBatch.of(
                        sequences,
                        IntStream.range(from, Math.min(from + DOCUMENTS, sequences.size()))
                                .toArray()))
                .toList();
    }

    private static List<Map<Measure, float[]>> measured(
            ScoredModel model, List<MicroBatch> batches, Function<ScoredModel, UncertaintyEstimator.Estimation> start) {
        try (UncertaintyEstimator.Estimation estimation = start.apply(model)) {
            return batches.stream()
                    .map(batch -> estimation.of(new BatchPredictions(batch, unused -> Map.of())))
                    .toList();
        }
    }

    private static double difference(Map<Measure, float[]> found, Map<Measure, float[]> expected) {
        if (!found.keySet().equals(expected.keySet())) {
            return Double.POSITIVE_INFINITY;
        }
        return expected.keySet().stream()
                .flatMapToDouble(measure -> IntStream.range(0, expected.get(measure).length)
                        .mapToDouble(i -> Math.abs(found.get(measure)[i] - expected.get(measure)[i])))
                .max()
                .orElseThrow();
    }
}
