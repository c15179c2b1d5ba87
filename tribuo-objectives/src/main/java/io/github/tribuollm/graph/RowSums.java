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
package io.github.tribuollm.graph;

import java.util.stream.LongStream;

/**
 * Sums along rows as long as a vocabulary. ONNX Runtime adds up a row from left to right in float32; of 50,000
 * probabilities it loses those that are small beside the sum so far, 1e-5 of the whole and always to the same side.
 * Here a row is cut into blocks whose sums are added up in turn: a few roundings, whatever the length. All rows are
 * [N, V], V a constant.
 */
public final class RowSums {
    /** What is added up from left to right. */
    private static final long SHORT = 512;

    /** Shorter blocks cost more than they save. */
    private static final long LEAST = 64;

    private RowSums() {}

    /**
     * The sum of each row.
     *
     * @param rows [N, V]
     * @return [N, 1]
     */
    public static Tensor sum(Tensor rows) {
        long length = length(rows);
        if (length <= SHORT) {
            return rows.sum(-1);
        }
        long block = block(length);
        if (block == 0) {
            return sum(head(rows)).add(sum(tail(rows)));
        }
        Dim n = rows.shape().dim(0);
        Dim blocks = Dim.of(length / block);
        return sum(rows.reshape(n, blocks, Dim.of(block)).sum(-1).reshape(n, blocks));
    }

    /**
     * The inner product of each pair of rows, by products [1, B] [B, 1] of their blocks: no product [N, V] is stored.
     *
     * @param a [N, V]
     * @param b [N, V]
     * @return [N]
     */
    public static Tensor dot(Tensor a, Tensor b) {
        long length = length(a);
        long block = length <= SHORT ? length : block(length);
        if (block == 0) {
            return dot(head(a), head(b)).add(dot(tail(a), tail(b)));
        }
        Dim n = a.shape().dim(0);
        Dim blocks = Dim.of(length / block);
        Dim all = n.times(blocks);
        Tensor products = a.reshape(all, Dim.ONE, Dim.of(block)).matmul(b.reshape(all, Dim.of(block), Dim.ONE));
        return sum(products.reshape(n, blocks)).reshape(n);
    }

    /**
     * The sum of each row up to each element, which included; where no element is negative, the sums do not fall.
     *
     * @param rows [N, V]
     * @return [N, V]; it has no gradient rule
     */
    public static Tensor cumulative(Tensor rows) {
        long length = length(rows);
        if (length <= SHORT) {
            return rows.cumulativeSum();
        }
        long block = block(length);
        if (block == 0) {
            Tensor head = cumulative(head(rows));
            long last = length(head);
            return head.concat(1, cumulative(tail(rows)).add(head.slice(1, last - 1, last)));
        }
        Dim n = rows.shape().dim(0);
        long count = length / block;
        Tensor inside = rows.reshape(n, Dim.of(count), Dim.of(block)).cumulativeSum();
        Tensor ends = cumulative(inside.slice(2, block - 1, block).reshape(n, Dim.of(count)));
        Tensor before = ends.slice(1, 0, 1).mul(0).concat(1, ends.slice(1, 0, count - 1));
        return inside.add(before.reshape(n, Dim.of(count), Dim.ONE)).reshape(rows.shape());
    }

    private static long length(Tensor rows) {
        return rows.shape().dim(1).factor();
    }

    /** The longest block that cuts a row without a rest; 0 if there is none. */
    private static long block(long length) {
        return LongStream.iterate(SHORT, size -> size >= LEAST, size -> size - 1)
                .filter(size -> length % size == 0)
                .findFirst()
                .orElse(0);
    }

    /** What can be cut into blocks of a row that has no divisor for it. */
    private static Tensor head(Tensor rows) {
        return rows.slice(1, 0, cut(rows));
    }

    private static Tensor tail(Tensor rows) {
        return rows.slice(1, cut(rows), length(rows));
    }

    private static long cut(Tensor rows) {
        return length(rows) - length(rows) % SHORT;
    }
}
