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
package io.github.tribuollm.tutorials.figures;

import io.github.tribuollm.uncertainty.Measure;
import io.github.tribuollm.uncertainty.TokenMeasures;
import io.github.tribuollm.uncertainty.statistics.ClusterBootstrap;
import io.github.tribuollm.uncertainty.statistics.ClusterStatistic;
import io.github.tribuollm.uncertainty.statistics.Distribution;
import io.github.tribuollm.uncertainty.statistics.Estimate;
import java.util.Arrays;
import java.util.List;

/**
 * How losses spread over tokens and over documents (the paper's Figure 9, Appendix A).
 *
 * @param tokens the losses of completion tokens, nats
 * @param documents the mean loss of each document's completion, nats a token
 * @param ratio the standard deviation over tokens divided by that over documents; documents are resampled
 */
record LossSpread(Distribution tokens, Distribution documents, Estimate ratio) {
    static LossSpread of(List<TokenMeasures> measured, ClusterBootstrap bootstrap) {
        List<double[]> losses = measured.stream()
                .map(document -> document.completionValues(Measure.LOSS.label()).toArray())
                .filter(values -> values.length > 0)
                .toList();
        double[] all = losses.stream().flatMapToDouble(Arrays::stream).toArray();
        double[] means = losses.stream().mapToDouble(LossSpread::mean).toArray();
        return new LossSpread(
                Distribution.of(all), Distribution.of(means), bootstrap.estimate(losses.size(), ratio(losses)));
    }

    /** {@return whether tokens differ more than documents do, by the whole interval} */
    boolean tokensVaryMore() {
        return ratio.isAbove(1);
    }

    private static double mean(double[] values) {
        return Arrays.stream(values).average().orElseThrow();
    }

    private static ClusterStatistic ratio(List<double[]> losses) {
        return copies -> {
            Spread tokens = new Spread();
            Spread documents = new Spread();
            for (int d = 0; d < copies.length; d++) {
                for (double loss : losses.get(d)) {
                    tokens.add(loss, copies[d]);
                }
                documents.add(mean(losses.get(d)), copies[d]);
            }
            return tokens.deviation() / documents.deviation();
        };
    }

    /** A standard deviation of weighted values, by Welford's recurrence. */
    private static final class Spread {
        private double weight;
        private double mean;
        private double squares;

        void add(double value, double copies) {
            if (copies == 0) {
                return;
            }
            weight += copies;
            double difference = value - mean;
            mean += difference * copies / weight;
            squares += copies * difference * (value - mean);
        }

        double deviation() {
            return Math.sqrt(squares / weight);
        }
    }
}
