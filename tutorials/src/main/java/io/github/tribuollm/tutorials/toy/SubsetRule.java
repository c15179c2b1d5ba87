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

import io.github.tribuollm.tutorials.toy.DescentStep.Outcome;
import java.util.Comparator;
import java.util.List;
import java.util.Spliterator;
import java.util.Spliterators;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import java.util.stream.StreamSupport;
import org.apache.commons.math3.random.RandomGenerator;
import org.apache.commons.math3.util.Combinations;

/** How the subset of a step is chosen (Figure 11). */
enum SubsetRule {
    FULL("all (full gradient descent)"),
    OPTIMAL("optimal subset (exhaustive search)"),
    LARGEST("largest error"),
    RANDOM("random subset");

    private final String label;

    SubsetRule(String label) {
        this.label = label;
    }

    String label() {
        return label;
    }

    /** How many a step takes. */
    int taken(int size, int kept) {
        return this == FULL ? size : kept;
    }

    /**
     * The masks to choose among; the step takes the one that lowers the training loss most.
     *
     * @param before a step with everything
     */
    List<float[]> masks(Subset subset, LinearSystem system, int kept, Outcome before, RandomGenerator random) {
        int size = subset.size(system);
        return switch (this) {
            case FULL -> List.of(Subset.ones(size));
            case OPTIMAL ->
                StreamSupport.stream(
                                Spliterators.spliteratorUnknownSize(
                                        new Combinations(size, kept).iterator(), Spliterator.ORDERED),
                                false)
                        .map(indices -> mask(IntStream.of(indices), size))
                        .toList();
            case LARGEST -> List.of(mask(largest(subset.errors(before)).limit(kept), size));
            case RANDOM -> List.of(mask(shuffled(size, random).limit(kept), size));
        };
    }

    private static IntStream largest(float[] errors) {
        return IntStream.range(0, errors.length)
                .boxed()
                .sorted(Comparator.comparingDouble(i -> -Math.abs(errors[i])))
                .mapToInt(Integer::intValue);
    }

    private static IntStream shuffled(int size, RandomGenerator random) {
        double[] keys = DoubleStream.generate(random::nextDouble).limit(size).toArray();
        return IntStream.range(0, size)
                .boxed()
                .sorted(Comparator.comparingDouble(i -> keys[i]))
                .mapToInt(Integer::intValue);
    }

    private static float[] mask(IntStream indices, int size) {
        float[] mask = new float[size];
        indices.forEach(i -> mask[i] = 1);
        return mask;
    }
}
