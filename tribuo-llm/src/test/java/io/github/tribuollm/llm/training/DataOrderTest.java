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

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
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

class DataOrderTest {
    private static final List<TokenSequence> DATA = new SplittableRandom(1)
            .ints(203, 2, 300)
            .mapToObj(length -> new TokenSequence(new int[length], new BitSet(), 1, "document"))
            .toList();

    private static int[] epoch(DataOrder order, int epoch) {
        int steps = order.stepsInEpoch();
        return IntStream.range(epoch * steps, (epoch + 1) * steps)
                .flatMap(s -> Arrays.stream(order.step(s)))
                .toArray();
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void everyEpochHasEveryDocumentOnce(boolean grouped) {
        DataOrder order = new DataOrder(DATA, 8, grouped, 5);
        assertEquals(26, order.stepsInEpoch());
        for (int e = 0; e < 2; e++) {
            assertArrayEquals(
                    IntStream.range(0, 203).toArray(),
                    Arrays.stream(epoch(order, e)).sorted().toArray());
        }
        assertFalse(Arrays.equals(epoch(order, 0), epoch(order, 1)));
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void theOrderIsAFunctionOfTheSeedAndTheStep(boolean grouped) {
        int[] first = epoch(new DataOrder(DATA, 8, grouped, 5), 0);
        DataOrder again = new DataOrder(DATA, 8, grouped, 5);
        epoch(again, 1);
        assertArrayEquals(first, epoch(again, 0));
        assertFalse(Arrays.equals(first, epoch(new DataOrder(DATA, 8, grouped, 6), 0)));
    }

    @Test
    void stepsOfLikeLengthArePaddedLessAndStillComeInRandomOrder() {
        DataOrder grouped = new DataOrder(DATA, 8, true, 5);
        assertTrue(padding(grouped) < 0.1 * padding(new DataOrder(DATA, 8, false, 5)));
        int[] longest = IntStream.range(0, grouped.stepsInEpoch())
                .map(s -> DATA.get(grouped.step(s)[0]).length())
                .toArray();
        int rises = (int) IntStream.range(1, longest.length)
                .filter(s -> longest[s] > longest[s - 1])
                .count();
        assertTrue(rises > 5 && rises < 20, "rises " + rises);
    }

    private static int padding(DataOrder order) {
        return IntStream.range(0, order.stepsInEpoch())
                .map(s -> {
                    int[] lengths = Arrays.stream(order.step(s))
                            .map(i -> DATA.get(i).length())
                            .toArray();
                    return lengths.length * lengths[0] - Arrays.stream(lengths).sum();
                })
                .sum();
    }
}
