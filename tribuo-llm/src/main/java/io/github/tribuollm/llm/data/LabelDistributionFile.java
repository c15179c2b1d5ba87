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
package io.github.tribuollm.llm.data;

import com.oracle.labs.mlrg.olcut.config.PropertyException;
import java.nio.file.Path;
import java.util.Arrays;

/**
 * Label distributions from a JSON-lines file of one row a sequence, in the order of the data: {@code counts}, for each
 * completion token the number of its possible labels, and their {@code ids} and {@code probabilities}, token by token.
 * The probabilities of a token add up to 1. A field {@code origin} must be the sequence's, if it is there.
 */
public final class LabelDistributionFile extends RowSource<LabelDistributions> {
    private static final double ROUNDING = 1e-3;

    private LabelDistributionFile() {}

    /**
     * The distributions of all rows of a file.
     *
     * @param path the file
     * @throws PropertyException if the file is not there
     */
    public LabelDistributionFile(Path path) {
        super(path, 0, ALL);
        postConfig();
    }

    @Override
    protected LabelDistributions item(JsonRow row) {
        int[] counts = row.ids("counts");
        int[] ids = row.ids("ids");
        float[] probabilities = row.numbers("probabilities");
        long entries = Arrays.stream(counts).asLongStream().sum();
        requireLength(row, "ids", ids.length, entries);
        requireLength(row, "probabilities", probabilities.length, entries);
        int next = 0;
        for (int token = 0; token < counts.length; token++) {
            double sum = 0;
            for (int i = 0; i < counts[token]; i++, next++) {
                if (!(probabilities[next] >= 0)) {
                    throw row.wrong("probabilities[" + next + "]", "is not a probability");
                }
                sum += probabilities[next];
            }
            if (Math.abs(sum - 1) > ROUNDING) {
                throw row.wrong("probabilities", "of completion token " + token + " add up to " + sum + ", not 1");
            }
        }
        return new LabelDistributions(row.textOrEmpty("origin"), counts, ids, probabilities, row.origin());
    }

    private static void requireLength(JsonRow row, String field, int length, long entries) {
        if (length != entries) {
            throw row.wrong(field, "has " + length + " elements, but the counts add up to " + entries);
        }
    }
}
