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
package io.github.tribuollm.llm.evaluation;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.api.Test;

/** Draws are those of CPython 3.11's random.Random. */
final class PythonRandomTest {
    @Test
    void samplesFollowOneAnotherAsInPython() {
        PythonRandom random = PythonRandom.of(1234);
        assertArrayEquals(new int[] {6374, 3610, 957, 61, 742}, random.sample(7473, 5));
        assertArrayEquals(new int[] {7462, 6610, 4769, 286, 5501}, random.sample(7473, 5));
        assertArrayEquals(new int[] {2, 3, 11, 7, 0}, random.sample(20, 5));
        assertArrayEquals(new int[] {3, 2, 44, 82, 79, 61, 78, 59}, random.sample(100, 8));
        assertArrayEquals(new int[] {9, 5, 11, 7, 0, 32, 31, 15}, random.sample(40, 8));
    }

    @Test
    void seedsMayBeLongAndTheirSignIsIgnored() {
        assertArrayEquals(
                new int[] {516, 529, 275}, PythonRandom.of((1L << 40) + 5).sample(1000, 3));
        assertArrayEquals(PythonRandom.of(7).sample(50, 9), PythonRandom.of(-7).sample(50, 9));
    }

    @Test
    void noMoreThanThereAreCanBeDrawn() {
        assertArrayEquals(new int[0], PythonRandom.of(1).sample(3, 0));
        assertThrows(IllegalArgumentException.class, () -> PythonRandom.of(1).sample(3, 4));
    }
}
