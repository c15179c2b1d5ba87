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

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/** Splits English text into words as NLTK's {@code word_tokenize} does: sentences first, then rules that part words. */
final class EnglishWords {
    private static final List<Rule> RULES = List.of(
            rule("([\u00ab\u201c\u2018\u201e]|[`]+)", " $1 "),
            rule("^\"", "``"),
            rule("(``)", " $1 "),
            rule("([ (\\[{<])(\"|'{2})", "$1 `` "),
            rule("(?<!\\w)(')(?!(?:re|ve|ll|m|t|s|d|n)\\b)(?=\\w)", "$1 ", PythonPattern.IGNORE_CASE),
            rule("([^.])(\\.)([\\])}>\"'\u00bb\u201d\u2019 ]*+)\\s*$", "$1 $2 $3 "),
            rule("([:,])([^\\d])", " $1 $2"),
            rule("([:,])$", " $1 "),
            rule("\\.{2,}", " $0 "),
            rule("[;@#$%&]", " $0 "),
            rule("[\u2012-\u2015]", " $0 "),
            rule("([^.])(\\.)([\\])}>\"']*)\\s*$", "$1 $2$3 "),
            rule("[?!]", " $0 "),
            rule("([^'])' ", "$1 ' "),
            rule("[*]", " $0 "),
            rule("[\\]\\[(){}<>]", " $0 "),
            rule("--", " -- "));

    private static final List<Rule> RULES_OF_ENDS = List.of(
            rule("([\u00bb\u201d\u2019])", " $1 "),
            rule("''", " '' "),
            rule("\"", " '' "),
            rule("\\s+", " "),
            rule("([^' ])('[sS]|'[mM]|'[dD]|') ", "$1 $2 "),
            rule("([^' ])('ll|'LL|'re|'RE|'ve|'VE|n't|N'T) ", "$1 $2 "),
            contraction("can", "not"),
            contraction("d", "'ye"),
            contraction("gim", "me"),
            contraction("gon", "na"),
            contraction("got", "ta"),
            contraction("lem", "me"),
            contraction("more", "'n"),
            rule("\\b(wan)(na)(?=\\s)", " $1 $2 ", PythonPattern.IGNORE_CASE),
            rule(" ('t)(is)\\b", " $1 $2 ", PythonPattern.IGNORE_CASE),
            rule(" ('t)(was)\\b", " $1 $2 ", PythonPattern.IGNORE_CASE));

    private final PunktSentences sentences;

    EnglishWords(PunktSentences sentences) {
        this.sentences = sentences;
    }

    /** {@return the words, numbers and signs of a text in order} */
    List<String> of(String text) {
        List<String> words = new ArrayList<>();
        for (String sentence : sentences.of(text)) {
            words.addAll(PythonText.split(applied(RULES_OF_ENDS, " " + applied(RULES, sentence) + " ")));
        }
        return words;
    }

    private static String applied(List<Rule> rules, String text) {
        String parted = text;
        for (Rule rule : rules) {
            parted = rule.pattern().matcher(parted).replaceAll(rule.replacement());
        }
        return parted;
    }

    private static Rule contraction(String first, String second) {
        return rule("\\b(" + first + ")(" + second + ")\\b", " $1 $2 ", PythonPattern.IGNORE_CASE);
    }

    private static Rule rule(String pattern, String replacement) {
        return rule(pattern, replacement, 0);
    }

    private static Rule rule(String pattern, String replacement, int flags) {
        return new Rule(PythonPattern.compile(pattern, flags), replacement);
    }

    private record Rule(Pattern pattern, String replacement) {}
}
