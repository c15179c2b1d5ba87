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
package io.github.tribuollm.llm.configuration;

import java.util.Collection;
import java.util.Comparator;
import java.util.Locale;
import java.util.Optional;

/** Which known word was meant by one that is not known. */
public final class Nearest {
    private Nearest() {}

    /**
     * The known word most like a word: one that begins like it, or differs by two letters, in longer words by a third.
     *
     * @param word what was written
     * @param known what can be written
     * @return the nearest; empty if none is like it
     */
    public static Optional<String> to(String word, Collection<String> known) {
        return known.stream()
                .filter(completionToken -> isLike(folded(completionToken), folded(word)))
                .min(Comparator.comparingInt(
                                (String completionToken) -> distance(folded(completionToken), folded(word)))
                        .thenComparing(Comparator.naturalOrder()));
    }

    /** A question to end a sentence with: {@code "; did you mean rank?"}; empty if nothing is like the word. */
    static String question(String word, Collection<String> known) {
        return to(word, known).map(like -> "; did you mean " + like + "?").orElse("");
    }

    private static boolean isLike(String completionToken, String word) {
        return !word.isEmpty() && (completionToken.startsWith(word) || word.startsWith(completionToken))
                || distance(completionToken, word) <= Math.max(2, word.length() / 3);
    }

    private static String folded(String word) {
        return word.toLowerCase(Locale.ROOT).replace('_', '-');
    }

    private static int distance(String a, String b) {
        int[] row = new int[b.length() + 1];
        for (int j = 0; j <= b.length(); j++) {
            row[j] = j;
        }
        for (int i = 1; i <= a.length(); i++) {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j <= b.length(); j++) {
                int change = diagonal + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.min(change, 1 + Math.min(row[j], row[j - 1]));
            }
        }
        return row[b.length()];
    }
}
