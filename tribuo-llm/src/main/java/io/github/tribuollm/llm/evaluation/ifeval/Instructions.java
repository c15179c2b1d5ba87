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

import java.util.Map;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The 25 kinds of instruction, by their names in the data. */
final class Instructions {
    private static final Map<String, Kind> KINDS = Stream.of(
                    kind("keywords:existence", KeywordInstructions::existence),
                    kind("keywords:frequency", KeywordInstructions::frequency),
                    kind("keywords:forbidden_words", KeywordInstructions::forbiddenWords),
                    kind("keywords:letter_frequency", KeywordInstructions::letterFrequency),
                    new Kind("language:response_language", (a, t) -> WholeInstructions.language(a, t.languages())),
                    new Kind(
                            "length_constraints:number_sentences",
                            (a, t) -> LengthInstructions.sentences(a, t.sentences())),
                    kind("length_constraints:number_paragraphs", LengthInstructions::paragraphs),
                    kind("length_constraints:number_words", LengthInstructions::words),
                    kind("length_constraints:nth_paragraph_first_word", LengthInstructions::firstWord),
                    kind("detectable_content:number_placeholders", FormatInstructions::placeholders),
                    kind("detectable_content:postscript", FormatInstructions::postscript),
                    kind("detectable_format:number_bullet_lists", FormatInstructions::bullets),
                    kind("detectable_format:constrained_response", a -> FormatInstructions.constrainedResponse()),
                    kind("detectable_format:number_highlighted_sections", FormatInstructions::highlights),
                    kind("detectable_format:multiple_sections", FormatInstructions::sections),
                    kind("detectable_format:json_format", a -> FormatInstructions.json()),
                    kind("detectable_format:title", a -> FormatInstructions.title()),
                    kind("combination:two_responses", a -> WholeInstructions.twoResponses()),
                    kind("combination:repeat_prompt", WholeInstructions::repeatPrompt),
                    kind("startend:end_checker", WholeInstructions::end),
                    kind("startend:quotation", a -> WholeInstructions.quotation()),
                    new Kind(
                            "change_case:capital_word_frequency",
                            (a, t) -> WholeInstructions.capitalWords(a, t.words())),
                    new Kind("change_case:english_capital", (a, t) -> WholeInstructions.englishCapital(t.languages())),
                    new Kind(
                            "change_case:english_lowercase",
                            (a, t) -> WholeInstructions.englishLowercase(t.languages())),
                    kind("punctuation:no_comma", a -> WholeInstructions.noComma()))
            .collect(Collectors.toUnmodifiableMap(Kind::name, Function.identity()));

    private final Tools tools;

    /**
     * Instructions whose checks of language draw from a seed.
     *
     * @param seed any number
     */
    Instructions(long seed) {
        PunktSentences sentences = new PunktSentences(PunktTables.ENGLISH);
        tools = new Tools(sentences, new EnglishWords(sentences), new LanguageDetector(seed));
    }

    static boolean isKnown(String name) {
        return KINDS.containsKey(name);
    }

    /**
     * Makes an instruction.
     *
     * @param name one of the 25
     * @param arguments what it demands in particular
     * @throws io.github.tribuollm.llm.data.DataException if arguments are missing or wrong
     */
    Instruction of(String name, Arguments arguments) {
        return KINDS.get(name).maker().apply(arguments, tools);
    }

    private static Kind kind(String name, Function<Arguments, Instruction> maker) {
        return new Kind(name, (arguments, tools) -> maker.apply(arguments));
    }

    private record Kind(String name, BiFunction<Arguments, Tools, Instruction> maker) {}

    private record Tools(PunktSentences sentences, EnglishWords words, LanguageDetector languages) {}
}
