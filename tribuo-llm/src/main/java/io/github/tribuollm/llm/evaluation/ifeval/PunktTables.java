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

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * What Punkt learned of English (Kiss and Strunk, 2006): NLTK's tables.
 *
 * @param abbreviations without their final period
 * @param collocations pairs of a word that ends in a period and the word after it, which no sentence parts
 * @param starters words that often start sentences
 * @param contexts where and in which case a word was seen, as bits
 */
record PunktTables(
        Set<String> abbreviations,
        Set<List<String>> collocations,
        Set<String> starters,
        Map<String, Integer> contexts) {
    static final int MIDDLE_UPPER = 1 << 2;
    static final int UPPER = 1 << 1 | MIDDLE_UPPER | 1 << 3;
    static final int BEGIN_LOWER = 1 << 4;
    static final int LOWER = BEGIN_LOWER | 1 << 5 | 1 << 6;

    static final PunktTables ENGLISH = new PunktTables(
            Set.copyOf(lines("abbrev_types.txt")),
            lines("collocations.tab").stream()
                    .map(line -> List.of(line.split("\t")))
                    .collect(Collectors.toUnmodifiableSet()),
            Set.copyOf(lines("sent_starters.txt")),
            contexts(lines("ortho_context.tab")));

    private static Map<String, Integer> contexts(List<String> lines) {
        Map<String, Integer> contexts = new HashMap<>();
        for (String line : lines) {
            int tab = line.lastIndexOf('\t');
            contexts.put(line.substring(0, tab), Integer.valueOf(line.substring(tab + 1)));
        }
        return Map.copyOf(contexts);
    }

    private static List<String> lines(String resource) {
        try (BufferedReader in = new BufferedReader(new InputStreamReader(
                PunktTables.class.getResourceAsStream("punkt/" + resource), StandardCharsets.UTF_8))) {
            return in.lines().toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** {@return whether a word was seen in any of these contexts} */
    boolean seen(String word, int bits) {
        return (contexts.getOrDefault(word, 0) & bits) != 0;
    }
}
