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
package io.github.tribuollm.tutorials.verdicts;

import io.github.tribuollm.uncertainty.statistics.ClusterBootstrap;
import io.github.tribuollm.uncertainty.statistics.Estimate;
import java.util.List;
import java.util.stream.IntStream;

/**
 * On what share of tasks an objective beats another (Figure 6 B). Tasks are taken as they are; prompts and seeds of each
 * are resampled.
 *
 * @param model the objective
 * @param share in [0, 1], with its interval, which is undefined if that of the difference on any task is
 * @param resampled the share in each resample, NaN where the interval is undefined
 */
record BeatenShare(String model, Estimate share, double[] resampled) {
    /**
     * The share.
     *
     * @param contrasts the two on each task, at least one
     */
    static BeatenShare of(List<Contrast> contrasts) {
        double tasks = contrasts.size();
        double[] resampled = IntStream.range(0, ClusterBootstrap.STANDARD.resamples())
                .mapToDouble(resample -> contrasts.stream()
                                .mapToDouble(contrast -> beats(contrast, resample))
                                .sum()
                        / tasks)
                .toArray();
        double share = contrasts.stream().filter(Contrast::beats).count() / tasks;
        return new BeatenShare(contrasts.get(0).model(), interval(share, resampled), resampled);
    }

    /** {@return 1 or 0; NaN where the difference of the two has no interval} */
    private static double beats(Contrast contrast, int resample) {
        return Double.isNaN(contrast.difference().low()) ? Double.NaN : contrast.differences()[resample] > 0 ? 1 : 0;
    }

    /** This share less another, in the same resamples. */
    Estimate minus(BeatenShare other) {
        double[] differences = IntStream.range(0, resampled.length)
                .mapToDouble(resample -> resampled[resample] - other.resampled[resample])
                .toArray();
        return interval(share.value() - other.share.value(), differences);
    }

    private static Estimate interval(double value, double[] resampled) {
        return Estimate.ofPercentiles(value, resampled, ClusterBootstrap.STANDARD.confidence());
    }
}
