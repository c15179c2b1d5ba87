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
package io.github.tribuollm.llm.evaluation.ifeval;

import java.util.List;
import java.util.regex.Pattern;

/** Which words and letters a response holds. */
final class KeywordInstructions {
    private KeywordInstructions() {}

    /** {@code keywords:existence}: every keyword is found, also within words, in any case. */
    static Instruction existence(Arguments arguments) {
        List<Pattern> keywords = arguments.texts("keywords").stream()
                .map(word -> arguments.pattern("keywords", word, PythonPattern.IGNORE_CASE))
                .toList();
        return response -> keywords.stream().allMatch(word -> PythonPattern.isFound(word, response));
    }

    /** {@code keywords:frequency}: a keyword is found so often, also within words, in any case. */
    static Instruction frequency(Arguments arguments) {
        Pattern keyword =
                arguments.pattern("keyword", PythonText.strip(arguments.text("keyword")), PythonPattern.IGNORE_CASE);
        int frequency = arguments.count("frequency");
        Relation relation = arguments.relation("relation");
        return response -> relation.holds(PythonPattern.count(keyword, response), frequency);
    }

    /** {@code keywords:forbidden_words}: none of the words occurs, in any case. */
    static Instruction forbiddenWords(Arguments arguments) {
        List<Pattern> words = arguments.texts("forbidden_words").stream()
                .map(word -> arguments.pattern("forbidden_words", "\\b" + word + "\\b", PythonPattern.IGNORE_CASE))
                .toList();
        return response -> words.stream().noneMatch(word -> PythonPattern.isFound(word, response));
    }

    /**
     * {@code keywords:letter_frequency}: a letter occurs so often, in either case. Where a prompt names a character that
     * is no Latin letter, the published check draws a letter at random; this one counts that character.
     */
    static Instruction letterFrequency(Arguments arguments) {
        String letter = PythonText.lower(arguments.text("letter"));
        if (letter.codePointCount(0, letter.length()) != 1) {
            throw arguments.row().wrong("letter", "is not one character: \"" + letter + "\"");
        }
        int frequency = arguments.count("let_frequency");
        Relation relation = arguments.relation("let_relation");
        int wanted = letter.codePointAt(0);
        return response -> relation.holds(
                (int) PythonText.lower(response)
                        .codePoints()
                        .filter(c -> c == wanted)
                        .count(),
                frequency);
    }
}
