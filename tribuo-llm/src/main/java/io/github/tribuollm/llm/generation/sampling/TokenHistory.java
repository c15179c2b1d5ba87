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

import java.util.Arrays;
import java.util.BitSet;
import java.util.HashMap;
import java.util.Map;
import java.util.function.IntConsumer;

/** The tokens of one sequence so far: its prompt, then what was generated. */
final class TokenHistory {
    private final int promptLength;
    private final BitSet seen = new BitSet();
    private final Map<Integer, Integer> generated = new HashMap<>();
    private int[] tokens;
    private int length;

    TokenHistory(int[] prompt) {
        tokens = Arrays.copyOf(prompt, prompt.length + 64);
        length = prompt.length;
        promptLength = prompt.length;
        Arrays.stream(prompt).forEach(seen::set);
    }

    void add(int token) {
        if (length == tokens.length) {
            tokens = Arrays.copyOf(tokens, 2 * length);
        }
        tokens[length++] = token;
        seen.set(token);
        generated.merge(token, 1, Integer::sum);
    }

    /** The number of tokens, the prompt's included. */
    int length() {
        return length;
    }

    int promptLength() {
        return promptLength;
    }

    int generatedLength() {
        return length - promptLength;
    }

    int token(int position) {
        return tokens[position];
    }

    /** The generated tokens, without the prompt. */
    int[] generated() {
        return Arrays.copyOfRange(tokens, promptLength, length);
    }

    /** Each token of prompt and answer once. */
    void forEachSeen(IntConsumer use) {
        seen.stream().forEach(use);
    }

    /** How often each token was generated; the prompt does not count. */
    Map<Integer, Integer> counts() {
        return generated;
    }

    /** Whether the tokens from one position on are those of a list. */
    boolean has(int position, int[] list, int count) {
        return position >= 0 && Arrays.equals(tokens, position, position + count, list, 0, count);
    }

    /** Whether as many tokens from one position on as from another are the same. */
    boolean same(int one, int other, int count) {
        return Arrays.equals(tokens, one, one + count, tokens, other, other + count);
    }
}
