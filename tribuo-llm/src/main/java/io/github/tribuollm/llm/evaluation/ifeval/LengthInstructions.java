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

/** How many sentences, words and paragraphs a response has. */
final class LengthInstructions {
    private static final Pattern WORD = PythonPattern.compile("\\w+");
    private static final Pattern DIVIDER = PythonPattern.compile("\\s?\\*\\*\\*\\s?");
    private static final Pattern EMPTY_LINE = Pattern.compile("\n\n");
    private static final String ENDS_WORD = ".,?!'\"";

    private LengthInstructions() {}

    /** {@code length_constraints:number_sentences}. */
    static Instruction sentences(Arguments arguments, PunktSentences sentences) {
        int number = arguments.count("num_sentences");
        Relation relation = arguments.relation("relation");
        return response -> relation.holds(sentences.of(response).size(), number);
    }

    /** {@code length_constraints:number_words}. */
    static Instruction words(Arguments arguments) {
        int number = arguments.count("num_words");
        Relation relation = arguments.relation("relation");
        return response -> relation.holds(PythonPattern.count(WORD, response), number);
    }

    /** {@code length_constraints:number_paragraphs}: so many between dividers of three asterisks, none of them blank. */
    static Instruction paragraphs(Arguments arguments) {
        int number = arguments.count("num_paragraphs");
        return response -> {
            List<String> pieces = List.of(DIVIDER.split(response, -1));
            return filled(pieces) == number && onlyEndsAreBlank(pieces);
        };
    }

    private static int filled(List<String> pieces) {
        return (int) pieces.stream().filter(piece -> !PythonText.isBlank(piece)).count();
    }

    /** {@return whether no piece is blank but the first and the last, which dividers at the ends leave} */
    static boolean onlyEndsAreBlank(List<String> pieces) {
        return pieces.size() < 3
                || pieces.subList(1, pieces.size() - 1).stream().noneMatch(PythonText::isBlank);
    }

    /**
     * {@code length_constraints:nth_paragraph_first_word}: so many paragraphs between empty lines, and the word that one
     * of them starts with. Blank paragraphs are not counted, but numbered.
     */
    static Instruction firstWord(Arguments arguments) {
        int number = arguments.count("num_paragraphs");
        int nth = arguments.count("nth_paragraph");
        if (nth < 1 || nth > number) {
            throw arguments.row().wrong("nth_paragraph", "is " + nth + ", of " + number + " paragraphs");
        }
        String word = PythonText.lower(arguments.text("first_word"));
        return response -> {
            List<String> paragraphs = List.of(EMPTY_LINE.split(response, -1));
            return filled(paragraphs) == number
                    && firstWord(paragraphs.get(nth - 1)).equals(word);
        };
    }

    private static String firstWord(String paragraph) {
        List<String> words = PythonText.split(paragraph);
        if (words.isEmpty()) {
            return "";
        }
        String word = words.get(0).replaceFirst("^'+", "").replaceFirst("^\"+", "");
        int end = 0;
        while (end < word.length() && ENDS_WORD.indexOf(word.charAt(end)) < 0) {
            end++;
        }
        return PythonText.lower(word.substring(0, end));
    }
}
