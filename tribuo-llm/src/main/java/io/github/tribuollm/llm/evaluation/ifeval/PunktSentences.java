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
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Splits English text into sentences as NLTK's Punkt tokenizer does. */
final class PunktSentences {
    private static final String NOT_OF_WORDS = "[)\";}\\]*:@'({\\[\u2018\u2019\u201c\u201d\u00ab\u00bb?!]";
    private static final String LONG_PUNCTUATION = "(?:-{2,}|\\.{2,}|(?:\\.\\s){2,}\\.)";
    private static final Pattern CANDIDATE =
            PythonPattern.compile("[.?!](?=(?<after>" + NOT_OF_WORDS + "|\\s+(?<next>\\S+)))");
    private static final Pattern WORD = PythonPattern.compile(LONG_PUNCTUATION
            + "|(?=[^(\"`{\\[:;&#*@)}\\]\\-,])\\S+?(?=\\s|$|" + NOT_OF_WORDS + "|" + LONG_PUNCTUATION
            + "|,(?=$|\\s|" + NOT_OF_WORDS + "|" + LONG_PUNCTUATION + "))|\\S");
    private static final Pattern CLOSING = PythonPattern.compile(
            "[\"')\\]}\u2018\u2019\u201c\u201d\u00ab\u00bb]+?(?:\\s+|(?=--)|$)", Pattern.MULTILINE);
    private static final String BLANKS = " \t\n\r\u000b\f";

    private final PunktTables tables;

    PunktSentences(PunktTables tables) {
        this.tables = tables;
    }

    /** {@return the sentences of a text, each with the quotes and brackets that close it} */
    List<String> of(String text) {
        return aligned(text, spans(text)).stream()
                .map(span -> text.substring(span.from(), span.to()))
                .toList();
    }

    private List<Span> spans(String text) {
        List<Span> spans = new ArrayList<>();
        int from = 0;
        for (Candidate candidate : candidates(text)) {
            if (holdsSentenceEnd(candidate.context())) {
                spans.add(new Span(from, candidate.end()));
                from = candidate.next();
            }
        }
        int end = text.length();
        while (end > 0 && PythonText.isSpace(text.charAt(end - 1))) {
            end--;
        }
        spans.add(new Span(from, end));
        return spans;
    }

    /** {@return the last of each run of candidates that share a word, with that word and what follows} */
    private static List<Candidate> candidates(String text) {
        List<Candidate> candidates = new ArrayList<>();
        Span word = new Span(0, 0);
        MatchResult previous = null;
        Matcher matcher = CANDIDATE.matcher(text);
        while (matcher.find()) {
            int blank = lastBlank(text, word.to(), matcher.start()) - word.to();
            Span before = new Span(blank > 0 ? word.to() + blank + 1 : word.from(), matcher.start());
            if (previous != null && word.to() <= before.from()) {
                candidates.add(candidate(text, word, previous));
            }
            previous = matcher.toMatchResult();
            word = before;
        }
        if (previous != null) {
            candidates.add(candidate(text, word, previous));
        }
        return candidates;
    }

    private static int lastBlank(String text, int from, int to) {
        for (int i = to - 1; i >= from; i--) {
            if (BLANKS.indexOf(text.charAt(i)) >= 0) {
                return i;
            }
        }
        return from;
    }

    private static Candidate candidate(String text, Span word, MatchResult match) {
        boolean spaced = match.start(2) >= 0;
        String context = text.substring(word.from(), word.to()) + match.group() + match.group(1);
        return new Candidate(context, match.end(), spaced ? match.start(2) : match.end());
    }

    private boolean holdsSentenceEnd(String context) {
        List<PunktToken> tokens = new ArrayList<>();
        for (String line : context.split("\n", -1)) {
            WORD.matcher(line).results().forEach(word -> tokens.add(new PunktToken(word.group(), tables)));
        }
        for (int i = 0; i + 1 < tokens.size(); i++) {
            tokens.get(i).reconsider(tokens.get(i + 1), tables);
            if (tokens.get(i).endsSentence()) {
                return true;
            }
        }
        return false;
    }

    /** {@return the spans, after closing quotes and brackets went to the sentence before them; none is empty} */
    private static List<Span> aligned(String text, List<Span> spans) {
        List<Span> aligned = new ArrayList<>();
        int moved = 0;
        for (int i = 0; i < spans.size(); i++) {
            int from = spans.get(i).from() + moved;
            int to = spans.get(i).to();
            moved = 0;
            if (i + 1 < spans.size()) {
                Span next = spans.get(i + 1);
                Matcher closing = CLOSING.matcher(text.substring(next.from(), Math.max(next.from(), next.to())));
                if (closing.lookingAt()) {
                    to = next.from() + withoutBlanks(closing.group()).length();
                    moved = closing.end();
                }
            }
            if (from < to) {
                aligned.add(new Span(from, to));
            }
        }
        return aligned;
    }

    private static String withoutBlanks(String closing) {
        return PythonText.strip("." + closing).substring(1);
    }

    private record Span(int from, int to) {}

    private record Candidate(String context, int end, int next) {}
}
