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
package io.github.tribuollm.uncertainty.pages;

import io.github.tribuollm.uncertainty.TokenClass;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.Collectors;

/**
 * What a template puts around the words of a prompt: the text with which it and another prompt of the page begin and
 * end alike, and signs such as {@code <|im_start|>}. A page does not know its templates; two prompts that differ show
 * one.
 *
 * @param prompts the texts of the tokens of the page's first prompts, each once
 */
record ChatWrapper(List<List<String>> prompts) {

    /** With how many prompts each is compared. */
    private static final int MOST = 100;

    /**
     * The wrapper that prompts share.
     *
     * @param prompts the texts of the tokens of each prompt
     */
    static ChatWrapper around(List<List<String>> prompts) {
        return new ChatWrapper(prompts.stream().distinct().limit(MOST).toList());
    }

    /**
     * A prompt and its words without the wrapper.
     *
     * @param tokens the texts of the tokens of the prompt that begins a document
     */
    Prompt first(List<String> tokens) {
        int head = prompts.stream()
                .filter(other -> !other.equals(tokens))
                .mapToInt(other -> head(tokens, other))
                .max()
                .orElse(0);
        List<String> rest = tokens.subList(head, tokens.size());
        int tail = prompts.stream()
                .filter(other -> !other.equals(tokens) && head(tokens, other) == head)
                .mapToInt(other -> tail(rest, other.subList(head, other.size())))
                .max()
                .orElse(0);
        return new Prompt(tokens, words(rest.subList(0, rest.size() - tail)));
    }

    private static int head(List<String> tokens, List<String> other) {
        int head = alike(tokens, other);
        while (head > 0 && !endsPart(tokens.get(head - 1))) {
            head--;
        }
        return head;
    }

    private static int tail(List<String> tokens, List<String> other) {
        int tail = alike(reversed(tokens), reversed(other));
        while (tail > 0 && !beginsPart(tokens.get(tokens.size() - tail))) {
            tail--;
        }
        return tail;
    }

    /** {@return how many tokens two texts begin with alike} */
    private static int alike(List<String> one, List<String> other) {
        int length = 0;
        while (length < Math.min(one.size(), other.size()) && one.get(length).equals(other.get(length))) {
            length++;
        }
        return length;
    }

    /**
     * A prompt that follows on a completion, and its words without signs.
     *
     * @param tokens the texts of its tokens
     */
    static Prompt later(List<String> tokens) {
        return new Prompt(tokens, words(tokens));
    }

    private static String words(List<String> tokens) {
        return tokens.stream()
                .filter(token -> TokenClass.of(token) != TokenClass.SPECIAL)
                .collect(Collectors.joining())
                .strip();
    }

    private static boolean endsPart(String token) {
        return token.endsWith("\n") || token.endsWith(":") || TokenClass.of(token) == TokenClass.SPECIAL;
    }

    private static boolean beginsPart(String token) {
        return token.startsWith("\n") || TokenClass.of(token) == TokenClass.SPECIAL;
    }

    private static List<String> reversed(List<String> tokens) {
        List<String> reversed = new ArrayList<>(tokens);
        Collections.reverse(reversed);
        return reversed;
    }
}
