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
package io.github.tribuollm.llm.token;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.BitSet;
import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class MarkedTextTest {
    private static BitSet bits(int... set) {
        BitSet bits = new BitSet();
        IntStream.of(set).forEach(bits::set);
        return bits;
    }

    @Test
    void learnedPartsAreMarked() {
        MarkedText text = new MarkedText(List.of("a", "b\n", "c", "d", "e"), bits(1, 2, 4));
        assertEquals("a\u27e6b\nc\u27e7d\u27e6e\u27e7", text.whole());
        assertEquals("a\u27e6b\u21b5c\u27e7d\u27e6e\u27e7", text.brief());
        assertEquals("ab", new MarkedText(List.of("a", "b"), bits()).whole());
    }

    @Test
    void longPartsAreShortenedInTheMiddleAndCharactersStayWhole() {
        String smile = "\ud83d\ude00";
        MarkedText text = new MarkedText(List.of(smile.repeat(500), "x".repeat(5000) + "!"), bits(1));
        String brief = text.brief();
        assertEquals(smile.repeat(80) + " \u2026 " + smile.repeat(40), brief.substring(0, brief.indexOf('\u27e6')));
        assertTrue(brief.endsWith("x!\u27e7"), brief);
        assertTrue(brief.length() < 1000, brief.length() + " characters");
    }

    @Test
    void ofManyTurnsTheFirstAndTheLastAreShown() {
        List<String> turns = Collections.nCopies(200, "y".repeat(1000));
        int[] answers = IntStream.range(0, 100).map(i -> 2 * i + 1).toArray();
        String brief = new MarkedText(turns, bits(answers)).brief();
        assertEquals(3, brief.chars().filter(c -> c == '\u27e6').count());
        assertTrue(brief.length() < 1000, brief.length() + " characters");
    }
}
