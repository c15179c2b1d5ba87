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
import io.github.tribuollm.llm.graphs.MicroBatch;
import io.github.tribuollm.llm.graphs.MicroBatches;
import io.github.tribuollm.llm.scoring.ScoredBatch;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.stream.IntStream;

/**
 * The weights of every completion token of a data set, ranked among all of them once, before the first step.
 *
 * @param offsets where the tokens of each sequence begin, [S]
 * @param weights for each term the raw weights of all tokens, in the order of the data
 */
record DataSetWeights(int[] offsets, List<float[]> weights) {
    /**
     * Scores a data set and weighs its tokens.
     *
     * @param data the sequences
     * @param maxSequences how many of the longest are scored together
     * @param scorer scores micro-batches
     * @param weighting weighs what was scored
     */
    static DataSetWeights of(
            List<TokenSequence> data,
            int maxSequences,
            Function<List<MicroBatch>, List<ScoredBatch>> scorer,
            TokenWeighting weighting) {
        int[] offsets = new int[data.size()];
        int count = 0;
        for (int i = 0; i < offsets.length; i++) {
            offsets[i] = count;
            count = Math.addExact(count, data.get(i).completionTokens());
        }
        int[] all = IntStream.range(0, data.size()).toArray();
        int longest = new DocumentLengths(data).longest();
        List<ScoredBatch> batches = scorer.apply(
                Batching.BUCKETED.cut(data, all, maxSequences, longest).toList());
        List<float[]> scattered = weighting.masks(batches, 0);
        List<float[]> ordered = new ArrayList<>();
        for (float[] weights : scattered) {
            ordered.add(inOrder(weights, batches, offsets));
        }
        return new DataSetWeights(offsets, ordered);
    }

    private static float[] inOrder(float[] weights, List<ScoredBatch> batches, int[] offsets) {
        float[] ordered = new float[weights.length];
        int next = 0;
        for (ScoredBatch scored : batches) {
            int[] places = places(scored.batch(), offsets);
            for (int place : places) {
                ordered[place] = weights[next++];
            }
        }
        return ordered;
    }

    /**
     * Where each completion token of a batch is among all tokens; a sequence's completion tokens follow one another.
     */
    private static int[] places(MicroBatch batch, int[] offsets) {
        int[] places = new int[batch.completionTokens()];
        long[] sequences = batch.completionSequences();
        for (int i = 0; i < places.length; i++) {
            boolean sameSequence = i > 0 && batch.documents()[i] == batch.documents()[i - 1];
            places[i] = sameSequence ? places[i - 1] + 1 : offsets[(int) sequences[i]];
        }
        return places;
    }

    /** For each term, the raw weights of the completion tokens of some micro-batches, in order. */
    List<float[]> masks(MicroBatches batches) {
        return weights.stream()
                .map(all -> batches.floats(batch -> MicroBatch.pick(all, places(batch, offsets))))
                .toList();
    }
}
