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
package io.github.tribuollm.llm.generation.sampling;

import java.util.function.IntToDoubleFunction;

/** The n tokens of the largest keys in descending order, found with a heap of n; of equal keys the lower ids first. */
final class Largest {
    private final int[] heap;
    private final double[] keys;
    private int size;

    private Largest(int n) {
        heap = new int[n];
        keys = new double[n];
    }

    /**
     * Finds them.
     *
     * @param candidates of which
     * @param n how many at most
     * @param key by what
     * @return min(n, count) tokens
     */
    static int[] of(Candidates candidates, int n, IntToDoubleFunction key) {
        if (n == 0) {
            return new int[0];
        }
        Largest largest = new Largest(Math.min(n, candidates.count()));
        for (int i = 0; i < candidates.count(); i++) {
            largest.offer(candidates.token(i), key.applyAsDouble(candidates.token(i)));
        }
        return largest.descending();
    }

    private void offer(int token, double key) {
        if (size < heap.length) {
            rise(size++, token, key);
        } else if (less(heap[0], keys[0], token, key)) {
            sink(token, key);
        }
    }

    private boolean less(int token, double key, int at) {
        return less(token, key, heap[at], keys[at]);
    }

    private void rise(int from, int token, double key) {
        int at = from;
        while (at > 0 && less(token, key, (at - 1) / 2)) {
            move((at - 1) / 2, at);
            at = (at - 1) / 2;
        }
        heap[at] = token;
        keys[at] = key;
    }

    /** Replaces the smallest. */
    private void sink(int token, double key) {
        int at = 0;
        for (int child = 1; child < size; child = 2 * at + 1) {
            if (child + 1 < size && less(heap[child + 1], keys[child + 1], child)) {
                child++;
            }
            if (!less(heap[child], keys[child], token, key)) {
                break;
            }
            move(child, at);
            at = child;
        }
        heap[at] = token;
        keys[at] = key;
    }

    private static boolean less(int token, double key, int than, double thanKey) {
        return key < thanKey || key == thanKey && token > than;
    }

    private void move(int from, int to) {
        heap[to] = heap[from];
        keys[to] = keys[from];
    }

    private int[] descending() {
        int[] tokens = new int[size];
        while (size > 0) {
            tokens[size - 1] = heap[0];
            int last = --size;
            sink(heap[last], keys[last]);
        }
        return tokens;
    }
}
