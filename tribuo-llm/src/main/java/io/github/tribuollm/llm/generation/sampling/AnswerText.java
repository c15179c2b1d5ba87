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
package io.github.tribuollm.llm.generation.sampling;

import io.github.tribuollm.llm.checkpoint.TextStream;
import io.github.tribuollm.llm.checkpoint.Tokenizer;
import java.util.List;

/** The growing text of an answer, in whole characters, and whether a stop string has come. */
final class AnswerText {
    private final List<String> stopStrings;
    private final int longestStop;
    private final TextStream stream;
    /** Tokens beyond those of the tokenizer, which a padded vocabulary has, have no text. */
    private final int known;

    private final StringBuilder text = new StringBuilder();
    private int searched;
    private int shown;
    private boolean stopped;

    AnswerText(Tokenizer tokenizer, List<String> stopStrings) {
        this.stopStrings = stopStrings;
        longestStop = stopStrings.stream().mapToInt(String::length).max().orElse(0);
        stream = tokenizer.stream();
        known = tokenizer.vocabularySize();
    }

    void add(int token) {
        append(token < known ? stream.add(token) : "");
    }

    /** No token comes any more. */
    void finish() {
        append(stream.finish());
        shown = text.length();
    }

    private void append(String added) {
        text.append(added);
        int stop = firstStop();
        if (stop >= 0) {
            text.setLength(stop);
            stopped = true;
        }
        searched = Math.max(0, text.length() - longestStop + 1);
        shown = stopped ? text.length() : text.length() - beginOfStop();
    }

    private int firstStop() {
        return stopStrings.stream()
                .mapToInt(stop -> text.indexOf(stop, searched))
                .filter(place -> place >= 0)
                .min()
                .orElse(-1);
    }

    /** How many characters at the end may be the beginning of a stop string. */
    private int beginOfStop() {
        for (int length = Math.min(longestStop - 1, text.length()); length > 0; length--) {
            String end = text.substring(text.length() - length);
            if (stopStrings.stream().anyMatch(stop -> stop.startsWith(end))) {
                return length;
            }
        }
        return 0;
    }

    boolean isStopped() {
        return stopped;
    }

    String text() {
        return text.substring(0, shown);
    }
}
