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

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.tribuollm.uncertainty.TokenClass;
import io.github.tribuollm.uncertainty.TokenMeasures;
import io.github.tribuollm.uncertainty.pages.CurriculumPage;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CurriculumTest {

    private static TokenMeasures document(List<String> tokens, double... loss) {
        BitSet completion = new BitSet();
        completion.set(1, tokens.size());
        return new TokenMeasures("row 1", tokens, completion, Map.of("loss", loss), new BitSet());
    }

    @ParameterizedTest
    @CsvSource(
            quoteCharacter = '`',
            value = {
                "</s>, special",
                "<|im_end|>, special",
                "<end_of_turn>, special",
                "[INST], special",
                "`\n\n`, blank",
                "``, blank",
                "`  `, blank",
                "` 12`, number",
                "$3.50, number",
                "7, number",
                "` the`, start of a word",
                "ing, part of a word",
                "'s, part of a word",
                "don't, part of a word",
                "` =`, operator",
                "<<, operator",
                "`.`, punctuation",
                "`?\"`, punctuation",
                "😀, punctuation",
                "x1, mixed",
                "`é`, part of a word"
            })
    void kindsOfToken(String text, String kind) {
        assertEquals(kind, TokenClass.of(text).toString());
    }

    @Test
    void sumsUpByKindAndStep() {
        List<String> tokens = List.of("q", " the", " 12", " of", "</s>");
        Curriculum curriculum = Curriculum.of("loss")
                .and(100, List.of(document(tokens, Double.NaN, 1, 3, 2, Double.NaN)))
                .and(0, List.of(document(tokens, 9, 1, 2, 3, 4)));
        assertEquals("""
                kind of token,tokens,step 0,share (%),step 100,share (%)
                special,1.0,4.0,40.0,,0.0
                number,1.0,2.0,20.0,3.0,50.0
                start of a word,2.0,2.0,40.0,1.5,50.0
                """.replace("\n", "\r\n"), curriculum.table().csv());
        String html = CurriculumPage.of("Curriculum", curriculum).html();
        assertTrue(html.indexOf("<h3>Before training</h3>") < html.indexOf("<h3>After step 100</h3>"));
        assertEquals(1, html.split("class=\"scale").length - 1);
    }

    @Test
    void refusesOtherDocuments() {
        Curriculum curriculum = Curriculum.of("loss").and(0, List.of(document(List.of("a", "b"), 0, 1)));
        assertThrows(
                IllegalArgumentException.class, () -> curriculum.and(1, List.of(document(List.of("a", "c"), 0, 1))));
        assertThrows(
                IllegalArgumentException.class, () -> curriculum.and(0, List.of(document(List.of("a", "b"), 0, 1))));
        assertThrows(
                IllegalArgumentException.class,
                () -> Curriculum.of("entropy").and(0, List.of(document(List.of("a", "b"), 0, 1))));
        assertEquals(0, Curriculum.of("loss").table().rows().size());
    }
}
