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

import io.github.tribuollm.llm.data.TokenSequence;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedList;
import java.util.List;
import java.util.stream.IntStream;

/**
 * How long the documents of a data set are, and the arrangements that follow from it. Documents are named by their
 * index; those of one length keep their order, so that every arrangement is a function of its arguments.
 */
public final class DocumentLengths {
    /** What a forward and backward pass costs beside its tokens, in tokens. */
    static final int PASS = 128;

    /** The length of a row, in tokens, at which attention costs as much as the rest of a layer. */
    private static final long ATTENTION = 2048;

    private final List<TokenSequence> data;

    public DocumentLengths(List<TokenSequence> data) {
        this.data = data;
    }

    private int of(int document) {
        return data.get(document).length();
    }

    /** {@return the length of the longest document, 0 if there is none} */
    public int longest() {
        return data.stream().mapToInt(TokenSequence::length).max().orElse(0);
    }

    /** {@return the documents, the longest first} */
    public int[] longestFirst(int[] documents) {
        return Arrays.stream(documents)
                .boxed()
                .sorted(Comparator.comparingInt(i -> -of(i)))
                .mapToInt(Integer::intValue)
                .toArray();
    }

    /**
     * Buckets of like length, the longest documents first, at the least cost: a bucket costs what its documents occupy
     * when they are padded to its longest, and a constant for the pass.
     *
     * @param documents at least one
     * @param capacity the most tokens that a bucket may occupy, padding included; a longer document has its own
     * @return every document in one bucket
     */
    List<int[]> buckets(int[] documents, long capacity) {
        int[] sorted = longestFirst(documents);
        long[] cost = new long[sorted.length + 1];
        int[] start = new int[sorted.length + 1];
        for (int end = 1; end <= sorted.length; end++) {
            cost[end] = Long.MAX_VALUE;
            for (int from = end - 1; from >= 0; from--) {
                long occupied = (long) (end - from) * of(sorted[from]);
                if (occupied > capacity && from < end - 1) {
                    break;
                }
                if (cost[from] + occupied + PASS < cost[end]) {
                    cost[end] = cost[from] + occupied + PASS;
                    start[end] = from;
                }
            }
        }
        LinkedList<int[]> buckets = new LinkedList<>();
        for (int end = sorted.length; end > 0; end = start[end]) {
            buckets.addFirst(Arrays.copyOfRange(sorted, start[end], end));
        }
        return buckets;
    }

    /**
     * Rows of several documents at the least cost over the lengths that a row may have: what the rows occupy, and
     * attention, which grows with the square of their length.
     *
     * @param documents at least one, none longer than a row may be
     * @param maxLength the greatest length of a row, in tokens
     * @return every document in one row
     */
    List<int[]> rows(int[] documents, int maxLength) {
        int[] sorted = longestFirst(documents);
        return IntStream.rangeClosed(of(sorted[0]), maxLength)
                .mapToObj(capacity -> firstFit(sorted, capacity))
                .min(Comparator.comparingLong(this::cost))
                .orElseThrow();
    }

    private long cost(List<int[]> rows) {
        long length = rows.stream().mapToLong(this::total).max().orElseThrow();
        return rows.size() * length * (length + ATTENTION);
    }

    private long total(int[] row) {
        return Arrays.stream(row).mapToLong(this::of).sum();
    }

    /** The first-fit rule: each document goes into the first row that has room for it. */
    private List<int[]> firstFit(int[] documents, int capacity) {
        List<List<Integer>> rows = new ArrayList<>();
        List<Integer> room = new ArrayList<>();
        for (int document : documents) {
            int row = 0;
            while (row < rows.size() && room.get(row) < of(document)) {
                row++;
            }
            if (row == rows.size()) {
                rows.add(new ArrayList<>());
                room.add(capacity);
            }
            rows.get(row).add(document);
            room.set(row, room.get(row) - of(document));
        }
        return rows.stream()
                .map(row -> row.stream().mapToInt(Integer::intValue).toArray())
                .toList();
    }
}
