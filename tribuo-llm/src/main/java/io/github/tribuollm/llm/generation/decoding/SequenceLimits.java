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
package io.github.tribuollm.llm.generation.decoding;

import io.github.tribuollm.llm.architecture.DecoderLayer;
import io.github.tribuollm.llm.architecture.LayerKind;
import io.github.tribuollm.llm.scoring.ScoredModel;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/**
 * What a model says of the sequences that it can continue.
 *
 * @param maxLength the most tokens of a sequence
 * @param vocabulary V, above every token
 * @param kinds of its layers, which decide at which rates positions are rotated
 */
record SequenceLimits(int maxLength, int vocabulary, List<LayerKind> kinds) {
    static SequenceLimits of(ScoredModel model) {
        return new SequenceLimits(
                model.maxLength(),
                model.architecture().vocabularySize(),
                model.architecture().layers().stream()
                        .map(DecoderLayer::kind)
                        .distinct()
                        .toList());
    }

    /** A sequence that can be continued. */
    Continuation checked(Continuation continuation) {
        int[] prompt = continuation.prompt();
        int most = continuation.mostNewTokens();
        if (prompt.length == 0) {
            throw new DecodingException("A prompt is empty; it has at least one token");
        }
        if (most < 1) {
            throw new DecodingException("At least 1 new token is asked for, not " + most);
        }
        if ((long) prompt.length + most > maxLength) {
            throw new DecodingException("A prompt of " + prompt.length + " tokens and " + most
                    + " new ones do not fit into the " + maxLength
                    + " tokens of a sequence; shorten the prompt or ask for fewer tokens");
        }
        Arrays.stream(prompt).filter(token -> !has(token)).forEach(token -> {
            throw new DecodingException(
                    "A prompt has the token " + token + "; the vocabulary ends at " + (vocabulary - 1));
        });
        return continuation;
    }

    /** A choice that can be made. */
    Choice checked(Choice choice) {
        choice.token().ifPresent(token -> {
            if (!has(token)) {
                throw new IllegalArgumentException(
                        "The token " + token + " was chosen; the vocabulary ends at " + (vocabulary - 1));
            }
        });
        return choice;
    }

    private boolean has(int token) {
        return token >= 0 && token < vocabulary;
    }

    /** Which rates a document of so many tokens is rotated at: 0 for those of short ones. */
    int ratesOf(int length) {
        return kinds.stream().mapToInt(kind -> kind.ratesOf(length)).max().orElse(0);
    }

    /** How many tokens may follow a document of so many, up to some, before it is rotated at other rates. */
    int stepsAtSameRates(int length, int most) {
        return (int) IntStream.range(length, length + most)
                .takeWhile(later -> ratesOf(later) == ratesOf(length))
                .count();
    }
}
