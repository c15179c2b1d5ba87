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
package io.github.tribuollm.llm.graphs;

import java.util.Arrays;
import java.util.List;
import java.util.function.Function;
import java.util.function.ToLongFunction;

/**
 * The micro-batches of an optimiser step, or of another scope, whose places, documents and completion tokens follow
 * one another.
 *
 * @param parts the micro-batches, in order
 */
public record MicroBatches(List<MicroBatch> parts) {
    /** Some micro-batches. */
    static MicroBatches of(MicroBatch... parts) {
        return new MicroBatches(List.of(parts));
    }

    private long sum(ToLongFunction<MicroBatch> of) {
        return parts.stream().mapToLong(of).sum();
    }

    /** {@return P, the places of all grids, padding included} */
    public long places() {
        return sum(batch -> batch.tokens().length);
    }

    /** {@return S, the completion tokens} */
    public int completionTokens() {
        return (int) sum(MicroBatch::completionTokens);
    }

    /** {@return the number of sequences} */
    int sequences() {
        return (int) sum(MicroBatch::sequences);
    }

    /** {@return the number of tokens, prompts included, padding not} */
    public long allTokens() {
        return sum(MicroBatch::allTokens);
    }

    /** {@return what decides how a step of these runs} */
    public StepPlan.Size size() {
        return new StepPlan.Size(parts.size(), places());
    }

    /** {@return values of each micro-batch, joined} */
    public float[] floats(Function<MicroBatch, float[]> values) {
        return joined(parts, values);
    }

    /** {@return values of each micro-batch, joined} */
    long[] integers(Function<MicroBatch, long[]> values) {
        return parts.stream().map(values).flatMapToLong(Arrays::stream).toArray();
    }

    /** {@return the position of each completion token in its sequence, [S]} */
    int[] completionPositions() {
        return parts.stream()
                .flatMapToInt(batch -> Arrays.stream(batch.completionPositions()))
                .toArray();
    }

    /** The sequence of each completion token, [S], numbered from the first micro-batch to the last. */
    long[] documents() {
        long[] ids = new long[completionTokens()];
        int at = 0;
        int before = 0;
        for (MicroBatch batch : parts) {
            for (long document : batch.documents()) {
                ids[at++] = before + document;
            }
            before += batch.sequences();
        }
        return ids;
    }

    /**
     * Joins arrays.
     *
     * @param parts what has an array each
     * @param values the array of each
     * @return their elements, in order
     */
    public static <B> float[] joined(List<B> parts, Function<B, float[]> values) {
        List<float[]> arrays = parts.stream().map(values).toList();
        float[] whole =
                new float[arrays.stream().mapToInt(array -> array.length).sum()];
        int at = 0;
        for (float[] array : arrays) {
            System.arraycopy(array, 0, whole, at, array.length);
            at += array.length;
        }
        return whole;
    }
}
