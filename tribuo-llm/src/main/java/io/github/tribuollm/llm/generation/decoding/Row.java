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

import java.util.Arrays;

/** A sequence in the making, and how much of it the memory holds. */
final class Row {
    private final Continuation continuation;
    private final int index;
    private final int promptLength;
    private final int[] tokens;
    private int length;
    private int kept;
    private int rates;
    private boolean ended;

    /**
     * The beginning of a sequence.
     *
     * @param index which text of a data set it is
     */
    Row(Continuation continuation, int index) {
        this.index = index;
        int[] prompt = continuation.prompt();
        this.continuation = continuation;
        this.promptLength = prompt.length;
        this.tokens = Arrays.copyOf(prompt, prompt.length + continuation.mostNewTokens());
        this.length = prompt.length;
    }

    private Row(Row other) {
        this.continuation = other.continuation;
        this.index = other.index;
        this.promptLength = other.promptLength;
        this.tokens = other.tokens;
        this.length = other.length;
        this.kept = other.kept;
        this.rates = other.rates;
        this.ended = true;
    }

    /** What the memory goes on to hold of it where it is continued no more. */
    Row remnant() {
        return new Row(this);
    }

    Continuation continuation() {
        return continuation;
    }

    int index() {
        return index;
    }

    /** The tokens so far. */
    int length() {
        return length;
    }

    /** The most tokens whose keys and values it may come to keep. */
    int mostKept() {
        return tokens.length - 1;
    }

    int newTokens() {
        return length - promptLength;
    }

    /** Its tokens so far. */
    int[] soFar() {
        return Arrays.copyOf(tokens, length);
    }

    /** Goes on with what was chosen, or ends. */
    void take(Choice choice) {
        choice.token().ifPresent(token -> tokens[length++] = token);
        if (choice.isLast()) {
            end(Ending.CHOSEN);
        } else if (length == tokens.length) {
            end(Ending.LENGTH);
        }
    }

    boolean hasEnded() {
        return ended;
    }

    private void end(Ending why) {
        ended = true;
        continuation.ended(why);
    }

    /** How many of its first tokens the memory holds. */
    int kept() {
        return kept;
    }

    /** Which rates what is kept was rotated at. */
    int rates() {
        return rates;
    }

    /** The memory holds its first tokens. */
    void keep(int count, int atRates) {
        kept = count;
        rates = atRates;
    }

    /** How many first tokens of another row's memory are this row's too; its last token is never one of them. */
    int sharedWith(Row other) {
        int most = Math.min(length - 1, other.kept);
        int differs = Arrays.mismatch(tokens, 0, most, other.tokens, 0, most);
        return differs < 0 ? most : differs;
    }

    /** Its first tokens. */
    Piece first(int count) {
        return new Piece(Arrays.copyOf(tokens, count), 0, length - 1);
    }

    /** Some of its tokens that the memory does not hold yet, the next ones. */
    Piece next(int count) {
        return new Piece(Arrays.copyOfRange(tokens, kept, kept + count), kept, length - 1);
    }
}
