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
package io.github.tribuollm.tutorials.toy;

import io.github.tribuollm.uncertainty.statistics.Estimate;
import io.github.tribuollm.uncertainty.statistics.PairedDifference;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/** Means over seeds, with Student's 95 % intervals. */
final class SeedMeans {
    private SeedMeans() {}

    /**
     * The mean of one figure of at least two seeds.
     *
     * @throws DivergedException if the figure of a seed is not finite
     */
    static Estimate of(double[] seeds) {
        for (double figure : seeds) {
            if (!Double.isFinite(figure)) {
                throw new DivergedException("A figure of one seed is " + figure + ": a run diverged, or all of"
                        + " what is ranked is alike; lower the learning rate, or the noise");
            }
        }
        PairedDifference mean =
                PairedDifference.ofMean(Arrays.stream(seeds).boxed().toList());
        return new Estimate(mean.mean(), mean.mean() - mean.halfWidth(), mean.mean() + mean.halfWidth());
    }

    /** The mean of each point of curves: {@code seeds.get(s)[i]} is point i of seed s. */
    static List<Estimate> ofCurves(List<double[]> seeds) {
        return IntStream.range(0, seeds.get(0).length)
                .mapToObj(i -> of(seeds.stream().mapToDouble(curve -> curve[i]).toArray()))
                .toList();
    }

    /** The mean of paired differences at one point. */
    static Estimate difference(List<double[]> a, List<double[]> b, int point) {
        return of(IntStream.range(0, a.size())
                .mapToDouble(seed -> a.get(seed)[point] - b.get(seed)[point])
                .toArray());
    }
}
