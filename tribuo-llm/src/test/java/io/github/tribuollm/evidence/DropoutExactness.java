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
import io.github.tribuollm.llm.uncertainty.dropout.MonteCarloDropout;
import io.github.tribuollm.uncertainty.Measure;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.IntStream;

/** How far uncertainties are from those of transformers under the same masks, and from what they should be. */
final class DropoutExactness {
    private static final double LIMIT = 1e-4;
    private static final double IDENTITY_LIMIT = 1e-5;
    private static final double ROUNDING = 1e-5;

    private DropoutExactness() {}

    /**
     * The worst of a case.
     *
     * @param differences from transformers, by measure
     * @param lowestEpistemic the lowest mutual information, 0 but for rounding
     * @param identity |EPKL - MI - RMI|
     * @param sameForAnyBatch whether 40 samples are the same bits 1, 5, 20 or 30 at a time
     * @param zeroWithoutDropout whether rate 0 gives epistemic uncertainty 0, exactly
     */
    record Result(
            Map<Measure, Double> differences,
            double lowestEpistemic,
            double identity,
            boolean sameForAnyBatch,
            boolean zeroWithoutDropout) {
        double worst() {
            return differences.values().stream()
                    .mapToDouble(Double::doubleValue)
                    .max()
                    .orElseThrow();
        }

        boolean holds() {
            return worst() <= LIMIT
                    && lowestEpistemic >= -ROUNDING
                    && identity <= IDENTITY_LIMIT
                    && sameForAnyBatch
                    && zeroWithoutDropout;
        }
    }

    static Result of(String name) {
        try (DropoutGolden golden = DropoutGolden.of(name)) {
            MonteCarloDropout dropout = golden.dropout().withPairs();
            List<Map<Measure, double[]>> found = golden.measured(dropout);
            Map<Measure, Double> differences = new EnumMap<>(Measure.class);
            dropout.measures().forEach(measure -> differences.put(measure, difference(golden, found, measure)));
            double lowest = 0;
            double identity = 0;
            for (Map<Measure, double[]> document : found) {
                double[] epistemic = document.get(Measure.EPISTEMIC);
                for (int t = 0; t < epistemic.length; t++) {
                    if (!Double.isNaN(epistemic[t])) {
                        lowest = Math.min(lowest, epistemic[t]);
                        double sum = epistemic[t] + document.get(Measure.REVERSE_MUTUAL_INFORMATION)[t];
                        identity = Math.max(identity, Math.abs(document.get(Measure.PAIRWISE_DIVERGENCE)[t] - sum));
                    }
                }
            }
            return new Result(
                    differences, lowest, identity, sameForAnyBatch(golden, dropout), zeroWithoutDropout(golden));
        }
    }

    private static double difference(DropoutGolden golden, List<Map<Measure, double[]>> found, Measure measure) {
        double[][] wanted = golden.measured(measure);
        List<TokenSequence> sequences = golden.sequences();
        double worst = 0;
        for (int i = 0; i < wanted.length; i++) {
            double[] values = found.get(i).get(measure);
            for (int t : sequences.get(i).completion().stream().toArray()) {
                double difference = Math.abs(values[t] - wanted[i][t]);
                worst = difference <= worst ? worst : difference;
            }
        }
        return worst;
    }

    private static boolean sameForAnyBatch(DropoutGolden golden, MonteCarloDropout dropout) {
        List<Map<Measure, double[]>> single =
                golden.measured(dropout.withSamples(40).withSamplesAtOnce(1));
        return IntStream.of(5, 20, 30)
                .mapToObj(number -> golden.measured(dropout.withSamples(40).withSamplesAtOnce(number)))
                .allMatch(found -> equal(found, single));
    }

    private static boolean equal(List<Map<Measure, double[]>> a, List<Map<Measure, double[]>> b) {
        for (int i = 0; i < a.size(); i++) {
            for (Measure measure : a.get(i).keySet()) {
                if (!Arrays.equals(a.get(i).get(measure), b.get(i).get(measure))) {
                    return false;
                }
            }
        }
        return true;
    }

    private static boolean zeroWithoutDropout(DropoutGolden golden) {
        return golden.measured(golden.dropout().withRate(0)).stream()
                .flatMapToDouble(document -> Arrays.stream(document.get(Measure.EPISTEMIC)))
                .allMatch(value -> Double.isNaN(value) || value == 0);
    }

    /**
     * Prints the evidence.
     *
     * @param args none
     */
    public static void main(String[] args) {
        boolean holds = true;
        double worst = 0;
        for (String name : DropoutGolden.names()) {
            Result result = of(name);
            System.out.println(name + ": " + result);
            holds &= result.holds();
            worst = Math.max(worst, result.worst());
        }
        System.out.printf(
                Locale.ROOT,
                "{\"claim\": \"Monte Carlo dropout\", \"cases\": %d, \"worst_difference\": %.2e, \"limit\": 1e-4,"
                        + " \"holds\": %b}%n",
                DropoutGolden.names().size(),
                worst,
                holds);
        System.exit(holds ? 0 : 1);
    }
}
