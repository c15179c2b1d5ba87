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

import java.util.Comparator;
import java.util.stream.IntStream;

/** The order of some values, kept to rank them again whenever their weights change. */
final class Ranking {
    private final int[] order;

    /** The document of the value at each position. */
    private final int[] document;

    /** The position after each group of equal values, by position. */
    private final int[] groupEnd;

    Ranking(double[] values, int[] document) {
        order = IntStream.range(0, values.length)
                .boxed()
                .sorted(Comparator.comparingDouble(i -> values[i]))
                .mapToInt(Integer::intValue)
                .toArray();
        this.document = IntStream.of(order).map(row -> document[row]).toArray();
        groupEnd = new int[values.length];
        int end = values.length;
        for (int at = values.length - 1; at >= 0; at--) {
            if (at + 1 < values.length && values[order[at]] != values[order[at + 1]]) {
                end = at + 1;
            }
            groupEnd[at] = end;
        }
    }

    /**
     * {@return the rank of each value, from 1, among all copies; equal values share their mean rank}
     *
     * @param copies how often each document is taken
     */
    double[] ranks(int[] copies) {
        double[] ranks = new double[order.length];
        long below = 0;
        for (int from = 0; from < order.length; from = groupEnd[from]) {
            long equal = 0;
            for (int at = from; at < groupEnd[from]; at++) {
                equal += copies[document[at]];
            }
            double rank = below + (equal + 1) / 2.0;
            for (int at = from; at < groupEnd[from]; at++) {
                ranks[order[at]] = rank;
            }
            below += equal;
        }
        return ranks;
    }
}
