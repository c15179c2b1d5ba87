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
import java.util.function.Predicate;
import java.util.regex.Pattern;

/** What holds of a response as a whole: its start and end, language, case and punctuation. */
final class WholeInstructions {
    private static final Pattern SIX_ASTERISKS = Pattern.compile("******", Pattern.LITERAL);
    private static final String ENGLISH = "en";
    private static final char QUOTE = '"';

    private WholeInstructions() {}

    /** {@code language:response_language}; a text that has nothing to tell a language by passes. */
    static Instruction language(Arguments arguments, LanguageDetector detector) {
        String language = arguments.text("language");
        return response -> isIn(language, response, detector);
    }

    private static boolean isIn(String language, String response, LanguageDetector detector) {
        return detector.detect(response).map(language::equals).orElse(true);
    }

    /** {@code change_case:english_capital}. */
    static Instruction englishCapital(LanguageDetector detector) {
        return english(PythonText::isUpper, detector);
    }

    /** {@code change_case:english_lowercase}. */
    static Instruction englishLowercase(LanguageDetector detector) {
        return english(PythonText::isLower, detector);
    }

    private static Instruction english(Predicate<String> letters, LanguageDetector detector) {
        return response -> letters.test(response) && isIn(ENGLISH, response, detector);
    }

    /** {@code change_case:capital_word_frequency}: so many words in capital letters. */
    static Instruction capitalWords(Arguments arguments, EnglishWords words) {
        int frequency = arguments.count("capital_frequency");
        Relation relation = arguments.relation("capital_relation");
        return response -> relation.holds(
                (int) words.of(response).stream().filter(PythonText::isUpper).count(), frequency);
    }

    /** {@code punctuation:no_comma}. */
    static Instruction noComma() {
        return response -> !response.contains(",");
    }

    /** {@code startend:quotation}: double quotation marks around all. */
    static Instruction quotation() {
        return response -> {
            String text = PythonText.strip(response);
            return text.length() > 1 && text.charAt(0) == QUOTE && text.charAt(text.length() - 1) == QUOTE;
        };
    }

    /** {@code startend:end_checker}: a phrase at the end, in any case, also within quotation marks. */
    static Instruction end(Arguments arguments) {
        String phrase = PythonText.lower(PythonText.strip(arguments.text("end_phrase")));
        return response -> PythonText.lower(PythonText.strip(PythonText.strip(response), QUOTE))
                .endsWith(phrase);
    }

    /** {@code combination:repeat_prompt}: the request first, in any case. */
    static Instruction repeatPrompt(Arguments arguments) {
        String request = PythonText.lower(PythonText.strip(arguments.text("prompt_to_repeat")));
        return response -> PythonText.lower(PythonText.strip(response)).startsWith(request);
    }

    /** {@code combination:two_responses}: two that differ, with six asterisks between them. */
    static Instruction twoResponses() {
        return response -> {
            List<String> pieces = List.of(SIX_ASTERISKS.split(response, -1));
            List<String> responses = pieces.stream()
                    .map(PythonText::strip)
                    .filter(piece -> !piece.isEmpty())
                    .toList();
            return LengthInstructions.onlyEndsAreBlank(pieces)
                    && responses.size() == 2
                    && !responses.get(0).equals(responses.get(1));
        };
    }
}
