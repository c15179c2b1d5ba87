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
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.tribuollm.uncertainty.pages.Panel;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;

class TokenMeasuresTest {

    private static BitSet bits(int... set) {
        BitSet bits = new BitSet();
        for (int bit : set) {
            bits.set(bit);
        }
        return bits;
    }

    private static TokenMeasures measures(double... loss) {
        return new TokenMeasures("row 1", List.of("a", "b"), bits(1), Map.of("loss", loss), bits(1));
    }

    @Test
    void nothingGivenOrTakenChangesIt() {
        double[] loss = {Double.NaN, 2.5};
        BitSet completion = bits(1);
        TokenMeasures document =
                new TokenMeasures("row 1", List.of("a", "b"), completion, Map.of("loss", loss), bits(1));
        loss[1] = 0;
        completion.clear();
        document.measures().get("loss")[1] = 0;
        document.measure("loss")[1] = 0;
        document.completion().clear();
        document.selected().clear();
        assertArrayEquals(new double[] {Double.NaN, 2.5}, document.measure("loss"));
        assertEquals(bits(1), document.completion());
        assertEquals(bits(1), document.selected());
    }

    @Test
    void printsItselfInALine() {
        assertEquals(
                "row 1 (2 tokens, 1 of the completion, 1 selected): mean loss 2.5000",
                measures(Double.NaN, 2.5).toString());
    }

    @Test
    void comparesValues() {
        assertEquals(measures(Double.NaN, 1), measures(Double.NaN, 1));
        assertEquals(measures(Double.NaN, 1).hashCode(), measures(Double.NaN, 1).hashCode());
        assertNotEquals(measures(Double.NaN, 1), measures(Double.NaN, 2));
    }

    @Test
    void documentsAreMeansAndSumsOfMeasuredCompletionTokens() {
        TokenMeasures document = new TokenMeasures(
                "d",
                List.of("q", "a", "b", "c"),
                bits(1, 2, 3),
                Map.of("loss", new double[] {9, 1, Double.NaN, 4}),
                bits());
        assertEquals(2.5, document.mean("loss"));
        assertEquals(5, document.sum("loss"));
        TokenMeasures unmeasured = document.with("entropy", new double[] {1, Double.NaN, Double.NaN, Double.NaN});
        assertEquals(List.of("loss", "entropy"), unmeasured.measureNames());
        assertEquals(List.of("loss"), document.measureNames());
        assertTrue(Double.isNaN(unmeasured.mean("entropy")));
        assertTrue(Double.isNaN(unmeasured.sum("entropy")));
    }

    @Test
    void refusesWhatIsNotAligned() {
        assertSays("'loss' has 1 values for 2 tokens", () -> measures(1));
        assertSays("completion bit 2", () -> new TokenMeasures("d", List.of("a"), bits(2), Map.of(), bits()));
        assertSays(
                "token 0 is selected but is no completion",
                () -> new TokenMeasures("d", List.of("a", "b"), bits(1), Map.of(), bits(0)));
        assertSays("no measure 'entropy'", () -> measures(0, 1).measure("entropy"));
        assertSays("no measure 'entropy'", () -> new Panel("p", measures(0, 1), "entropy"));
    }

    private static void assertSays(String message, Executable code) {
        String said = assertThrows(IllegalArgumentException.class, code).getMessage();
        assertTrue(said.contains(message), said);
    }
}
