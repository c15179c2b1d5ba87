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
package io.github.tribuollm.llm.training;

import io.github.tribuollm.llm.data.TokenSequence;
import io.github.tribuollm.llm.graphs.Batching;
import io.github.tribuollm.llm.graphs.DocumentLengths;
import io.github.tribuollm.objectives.token.CounterRandom;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Which sequences each optimiser step takes: every epoch a new permutation, a pure function of the seed.
 *
 * <p>Grouped by length, pools of {@value #POOL_STEPS} steps are sorted by length before they are cut into steps, and
 * the steps are shuffled: little padding, and still a random order. Unlike a {@link Batching}, this changes which
 * documents share a step, and so what is learned.
 */
public final class DataOrder {
    private static final int POOL_STEPS = 50;

    private final DocumentLengths lengths;
    private final int size;
    private final int batchSize;
    private final boolean bucketByLength;
    private final long seed;
    private int epoch = -1;
    private List<int[]> steps = List.of();

    public DataOrder(List<TokenSequence> data, int batchSize, boolean bucketByLength, long seed) {
        this.lengths = new DocumentLengths(data);
        this.size = data.size();
        this.batchSize = Math.min(batchSize, Math.max(1, size));
        this.bucketByLength = bucketByLength;
        this.seed = seed;
    }

    int stepsInEpoch() {
        return (size + batchSize - 1) / batchSize;
    }

    /** The indices of the sequences of a step, the longest first. */
    public int[] step(int step) {
        int wanted = step / stepsInEpoch();
        if (wanted != epoch) {
            epoch = wanted;
            steps = plan(wanted);
        }
        return steps.get(step % stepsInEpoch());
    }

    private List<int[]> plan(int epochNumber) {
        int[] order = shuffled(IntStream.range(0, size).toArray(), epochNumber, 0);
        List<int[]> cut = new ArrayList<>();
        int pool = bucketByLength ? POOL_STEPS * batchSize : batchSize;
        for (int from = 0; from < order.length; from += pool) {
            int[] sorted = lengths.longestFirst(Arrays.copyOfRange(order, from, Math.min(order.length, from + pool)));
            for (int start = 0; start < sorted.length; start += batchSize) {
                cut.add(Arrays.copyOfRange(sorted, start, Math.min(sorted.length, start + batchSize)));
            }
        }
        int[] stepOrder = shuffled(IntStream.range(0, cut.size()).toArray(), epochNumber, 1);
        return Arrays.stream(stepOrder).mapToObj(cut::get).toList();
    }

    private int[] shuffled(int[] indices, int epochNumber, int purpose) {
        for (int i = indices.length - 1; i > 0; i--) {
            int j = (int) Long.remainderUnsigned(CounterRandom.bits(seed, epochNumber, purpose, i), i + 1);
            int swapped = indices[i];
            indices[i] = indices[j];
            indices[j] = swapped;
        }
        return indices;
    }
}
