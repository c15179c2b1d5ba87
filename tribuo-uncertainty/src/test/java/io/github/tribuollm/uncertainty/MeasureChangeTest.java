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
package io.github.tribuollm.uncertainty;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class MeasureChangeTest {

    private static TokenMeasures document(String token, Map<String, double[]> measures) {
        BitSet completion = new BitSet();
        completion.set(1, 3);
        return new TokenMeasures("row 1", List.of("q", token, "b"), completion, measures, new BitSet());
    }

    @Test
    void aNameIsReadAsItIsWritten() {
        MeasureChange change = new MeasureChange("loss");
        assertEquals("change of loss", change.label());
        assertEquals(Optional.of(change), MeasureChange.named(change.label()));
        assertEquals(Optional.empty(), MeasureChange.named("loss"));
    }

    @Test
    void isAfterMinusBefore() {
        TokenMeasures before = document("a", Map.of("loss", new double[] {Double.NaN, 3, Double.NaN}));
        TokenMeasures after =
                document("a", Map.of("loss", new double[] {Double.NaN, 1, 2})).with("entropy", new double[3]);
        TokenMeasures both = after.since(before);
        assertEquals(List.of("loss", "entropy", "change of loss"), both.measureNames());
        assertArrayEquals(new double[] {Double.NaN, -2, Double.NaN}, both.measure("change of loss"));
    }

    @Test
    void isOfTheSameTokens() {
        TokenMeasures before = document("a", Map.of());
        TokenMeasures other = document("x", Map.of());
        assertThrows(IllegalArgumentException.class, () -> other.since(before));
    }
}
