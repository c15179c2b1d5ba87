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

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.tribuollm.llm.data.TokenSequence;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DocumentLengthsTest {
    private static List<TokenSequence> documents(int... lengths) {
        return Arrays.stream(lengths)
                .mapToObj(length -> new TokenSequence(new int[length], new BitSet(), 1, "document"))
                .toList();
    }

    private static List<TokenSequence> drawn(int seed) {
        SplittableRandom random = new SplittableRandom(seed);
        return documents(random.ints(1 + random.nextInt(60), 2, 513).toArray());
    }

    private static int[] all(List<TokenSequence> data) {
        return IntStream.range(0, data.size()).toArray();
    }

    private static int total(List<TokenSequence> data, int[] row) {
        return Arrays.stream(row).map(i -> data.get(i).length()).sum();
    }

    private static void assertEachOnce(int count, List<int[]> parts) {
        int[] sorted = parts.stream().flatMapToInt(Arrays::stream).sorted().toArray();
        assertArrayEquals(IntStream.range(0, count).toArray(), sorted);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4, 5, 6, 7, 8})
    void rowsHoldEveryDocumentOnceAndNoMoreThanFits(int seed) {
        List<TokenSequence> data = drawn(seed);
        for (int capacity : new int[] {512, 700, 2048}) {
            List<int[]> rows = new DocumentLengths(data).rows(all(data), capacity);
            assertEachOnce(data.size(), rows);
            assertTrue(rows.stream().allMatch(row -> total(data, row) <= capacity));
            for (int r = 1; r < rows.size(); r++) {
                int first = data.get(rows.get(r)[0]).length();
                assertTrue(
                        rows.subList(0, r).stream().allMatch(row -> longestOf(data, row) >= first),
                        "the longest go first");
            }
            int[] totals =
                    rows.stream().mapToInt(row -> total(data, row)).sorted().toArray();
            assertTrue(
                    rows.size() == 1 || totals[0] + totals[1] > totals[totals.length - 1],
                    "two rows that fit one would be one");
        }
    }

    private static int longestOf(List<TokenSequence> data, int[] row) {
        return Arrays.stream(row).map(i -> data.get(i).length()).max().orElseThrow();
    }

    @Test
    void rowsAreFilledByTheRule() {
        List<TokenSequence> data = documents(2, 7, 5, 3, 5);
        List<int[]> rows = new DocumentLengths(data).rows(all(data), 10);
        assertEquals(3, rows.size(), "3 rows of 8 occupy less than 3 of 9 or 10, or 4 of 7");
        assertArrayEquals(new int[] {1}, rows.get(0));
        assertArrayEquals(new int[] {2, 3}, rows.get(1));
        assertArrayEquals(new int[] {4, 0}, rows.get(2));
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4, 5, 6, 7, 8})
    void bucketsHoldEveryDocumentOnceWithinTheirCapacity(int seed) {
        List<TokenSequence> data = drawn(seed);
        for (long capacity : new long[] {512, 4096, 1 << 20}) {
            List<int[]> buckets = new DocumentLengths(data).buckets(all(data), capacity);
            assertEachOnce(data.size(), buckets);
            int previous = Integer.MAX_VALUE;
            for (int[] bucket : buckets) {
                int longest = longestOf(data, bucket);
                assertTrue((long) bucket.length * longest <= capacity);
                assertTrue(longest <= previous);
                previous = data.get(bucket[bucket.length - 1]).length();
            }
        }
    }

    @Test
    void documentsOfOneLengthStayTogetherInTheirOrder() {
        List<TokenSequence> data = documents(20, 20, 20, 20);
        List<int[]> buckets = new DocumentLengths(data).buckets(new int[] {3, 0, 2, 1}, 80);
        assertEquals(1, buckets.size());
        assertArrayEquals(new int[] {3, 0, 2, 1}, buckets.get(0));
    }

    @Test
    void aBucketIsCutWhereThatSavesMorePaddingThanAPassCosts() {
        int[] lengths = new int[32];
        Arrays.fill(lengths, 50);
        lengths[5] = 500;
        List<TokenSequence> data = documents(lengths);
        List<int[]> buckets = new DocumentLengths(data).buckets(all(data), 1 << 20);
        assertEquals(2, buckets.size());
        assertArrayEquals(new int[] {5}, buckets.get(0));
    }

    /** Every cut of sorted documents is tried. */
    @Test
    void bucketsCostTheLeast() {
        List<TokenSequence> data = documents(400, 390, 200, 198, 90, 60, 60, 50, 20, 10);
        List<int[]> found = new DocumentLengths(data).buckets(all(data), 900);
        long least = Long.MAX_VALUE;
        for (int cuts = 0; cuts < 1 << (data.size() - 1); cuts++) {
            long cost = 0;
            int from = 0;
            for (int end = 1; end <= data.size(); end++) {
                if (end == data.size() || (cuts >> (end - 1) & 1) == 1) {
                    cost += cost(data, from, end);
                    from = end;
                }
            }
            least = Math.min(least, cost);
        }
        long reached = found.stream()
                .mapToLong(bucket -> cost(data, bucket[0], bucket[bucket.length - 1] + 1))
                .sum();
        assertEquals(least, reached);
    }

    private static long cost(List<TokenSequence> data, int from, int end) {
        long occupied = (long) (end - from) * data.get(from).length();
        return occupied > 900 ? 1 << 20 : occupied + DocumentLengths.PASS;
    }
}
