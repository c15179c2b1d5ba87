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
package io.github.tribuollm.uncertainty.statistics;

import java.util.Locale;

/**
 * How far a model is right as often as it says: predictions in bins of equal width by their confidence (Guo et al.,
 * <i>On Calibration of Modern Neural Networks</i>, 2017, equations 2 to 5). Bin b of B holds confidences in (b / B,
 * (b + 1) / B], the first also 0.
 *
 * @param counts how many predictions each bin holds, weighted, [B]
 * @param confidence the mean confidence of each bin, [B]; NaN where it is empty
 * @param accuracy the share of right predictions of each bin, [B]; NaN where it is empty
 */
public record Calibration(double[] counts, double[] confidence, double[] accuracy) {
    /** The bins that papers take. */
    public static final int BINS = 15;

    /** Copies the arrays. */
    public Calibration {
        counts = counts.clone();
        confidence = confidence.clone();
        accuracy = accuracy.clone();
    }

    /** {@return a copy of the counts} */
    @Override
    public double[] counts() {
        return counts.clone();
    }

    /** {@return a copy of the confidences} */
    @Override
    public double[] confidence() {
        return confidence.clone();
    }

    /** {@return a copy of the accuracies} */
    @Override
    public double[] accuracy() {
        return accuracy.clone();
    }

    /** {@return the share of right predictions minus the mean confidence, by bins: the expected calibration error} */
    public double expectedError() {
        double all = 0;
        double error = 0;
        for (int bin = 0; bin < counts.length; bin++) {
            if (counts[bin] > 0) {
                all += counts[bin];
                error += counts[bin] * Math.abs(accuracy[bin] - confidence[bin]);
            }
        }
        return error / all;
    }

    @Override
    public String toString() {
        return String.format(
                Locale.ROOT, "expected calibration error %.4f over %d bins", expectedError(), counts.length);
    }

    /** Counts predictions. Not thread-safe. */
    public static final class Builder {
        private final double[] counts;
        private final double[] confidences;
        private final double[] hits;

        /**
         * Begins with empty bins.
         *
         * @param bins their number, at least 1
         * @throws IllegalArgumentException if there is none
         */
        public Builder(int bins) {
            if (bins < 1) {
                throw new IllegalArgumentException("calibration needs at least 1 bin, not " + bins);
            }
            counts = new double[bins];
            confidences = new double[bins];
            hits = new double[bins];
        }

        /**
         * Counts a prediction.
         *
         * @param confidence the probability that the model gave to what it predicted, in [0, 1]
         * @param hit whether it was right: 1 or 0
         * @param weight how much it counts
         * @throws IllegalArgumentException if the confidence is out of range by more than a rounding
         */
        public void add(double confidence, double hit, double weight) {
            if (!(confidence >= 0 && confidence <= 1 + 1e-4)) {
                throw new IllegalArgumentException("a confidence lies in [0, 1], not at " + confidence);
            }
            int bin = Math.min(counts.length, Math.max(1, (int) Math.ceil(confidence * counts.length))) - 1;
            counts[bin] += weight;
            confidences[bin] += weight * confidence;
            hits[bin] += weight * hit;
        }

        /** {@return the bins so far} */
        public Calibration build() {
            double[] confidence = new double[counts.length];
            double[] accuracy = new double[counts.length];
            for (int bin = 0; bin < counts.length; bin++) {
                confidence[bin] = confidences[bin] / counts[bin];
                accuracy[bin] = hits[bin] / counts[bin];
            }
            return new Calibration(counts, confidence, accuracy);
        }
    }
}
