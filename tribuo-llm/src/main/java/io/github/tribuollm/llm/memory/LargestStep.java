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
package io.github.tribuollm.llm.memory;

import io.github.tribuollm.llm.data.TokenSequence;
import io.github.tribuollm.llm.graphs.ModelShape;
import java.util.List;
import java.util.Map;

/** The sizes of the symbols in graphs, for the largest step of a run. */
final class LargestStep {
    private LargestStep() {}

    /**
     * The sizes.
     *
     * @param run what runs
     * @param data what it runs on; empty if that is not known
     * @return by symbol
     */
    static Map<String, Long> sizes(PlannedRun run, List<TokenSequence> data) {
        return run.sizes().orElseGet(() -> ofMicroBatch(run, data));
    }

    private static Map<String, Long> ofMicroBatch(PlannedRun run, List<TokenSequence> data) {
        ModelShape shape = run.shape();
        long rows = shape.maxSequences();
        long tokens = rows * shape.maxLength();
        long completionTokens = data.isEmpty() || shape.packed() ? tokens - rows : completionTokens(data, shape);
        long batches = run.microBatches();
        return Map.of(
                "B", rows,
                "T", (long) shape.maxLength(),
                "N", completionTokens,
                "D", rows,
                "M", batches,
                "P", batches * tokens,
                "S", batches * completionTokens);
    }

    /** Those of the sequences that have the most, cut to the greatest length. */
    private static long completionTokens(List<TokenSequence> data, ModelShape shape) {
        return data.stream()
                .map(sequence -> Math.min(sequence.completionTokens(), shape.maxLength() - 1))
                .sorted((a, b) -> b - a)
                .limit(shape.maxSequences())
                .mapToLong(Integer::longValue)
                .sum();
    }
}
