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
package io.github.tribuollm.llm.generation;

import java.util.Locale;

/**
 * A text for ROUGE-L (Lin, 2004), the F measure of the longest common subsequence of words. Words are runs of letters
 * and digits without regard to case, not stemmed. Two texts that are the same are alike even without words.
 *
 * @param text the text
 * @param words its words
 */
record RougeL(String text, String[] words) {
    static RougeL of(String text) {
        String spaced = text.toLowerCase(Locale.ROOT)
                .replaceAll("[^\\p{L}\\p{M}\\p{N}]+", " ")
                .strip();
        return new RougeL(text, spaced.isEmpty() ? new String[0] : spaced.split(" "));
    }

    /** In [0, 1]. */
    double similarity(RougeL other) {
        if (text.equals(other.text)) {
            return 1;
        }
        int common = common(words, other.words);
        return common == 0 ? 0 : 2.0 * common / (words.length + other.words.length);
    }

    /** The length of the longest common subsequence. */
    private static int common(String[] a, String[] b) {
        int[] row = new int[b.length + 1];
        for (String word : a) {
            int diagonal = 0;
            for (int j = 1; j <= b.length; j++) {
                int above = row[j];
                row[j] = word.equals(b[j - 1]) ? diagonal + 1 : Math.max(above, row[j - 1]);
                diagonal = above;
            }
        }
        return row[b.length];
    }
}
