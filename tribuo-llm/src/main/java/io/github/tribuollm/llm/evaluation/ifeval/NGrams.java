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

import java.lang.Character.UnicodeBlock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** The n-grams of a text that tell its language: one to three letters, where words written in capitals are left out. */
final class NGrams {
    private static final int LONGEST = 3;
    private static final String SIGNS_OF_LATIN_1 = "\u00a0\u00ab\u00b0\u00bb";
    private static final Map<Integer, Integer> ALIKE = Map.of(0x219, 0x15F, 0x21B, 0x163, 0x6CC, 0x64A);

    private final LanguageTables tables;
    private final List<double[]> found = new ArrayList<>();
    private final List<Integer> last = new ArrayList<>(List.of((int) ' '));
    private boolean capitals;

    private NGrams(LanguageTables tables) {
        this.tables = tables;
    }

    /** {@return the shares of each known n-gram of a text by language, in the order of the text} */
    static List<double[]> of(String text, LanguageTables tables) {
        NGrams grams = new NGrams(tables);
        text.codePoints().forEach(grams::add);
        return grams.found;
    }

    private void add(int character) {
        read(normal(character));
        if (capitals) {
            return;
        }
        for (int n = 1; n <= last.size(); n++) {
            String gram = last.subList(last.size() - n, last.size()).stream()
                    .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
                    .toString();
            double[] shares = gram.equals(" ") ? null : tables.shares().get(gram);
            if (shares != null) {
                found.add(shares);
            }
        }
    }

    private void read(int letter) {
        int before = last.get(last.size() - 1);
        if (before == ' ') {
            last.clear();
            last.add((int) ' ');
            capitals = false;
            if (letter == ' ') {
                return;
            }
        } else if (last.size() >= LONGEST) {
            last.remove(0);
        }
        last.add(letter);
        capitals = Character.isUpperCase(letter) && (capitals || Character.isUpperCase(before));
    }

    /** {@return what counts as the same letter; a space for what is no letter} */
    private int normal(int character) {
        UnicodeBlock block = UnicodeBlock.of(character);
        if (block == UnicodeBlock.BASIC_LATIN) {
            boolean letter = character >= 'A' && character <= 'Z' || character >= 'a' && character <= 'z';
            return letter ? character : ' ';
        }
        if (block == UnicodeBlock.GENERAL_PUNCTUATION || SIGNS_OF_LATIN_1.indexOf(character) >= 0) {
            return ' ';
        }
        if (block == UnicodeBlock.LATIN_EXTENDED_ADDITIONAL) {
            return character >= 0x1EA0 ? 0x1EC3 : character;
        }
        if (block == UnicodeBlock.HIRAGANA) {
            return 0x3042;
        }
        if (block == UnicodeBlock.KATAKANA) {
            return 0x30A2;
        }
        if (block == UnicodeBlock.BOPOMOFO || block == UnicodeBlock.BOPOMOFO_EXTENDED) {
            return 0x3105;
        }
        if (block == UnicodeBlock.CJK_UNIFIED_IDEOGRAPHS) {
            return tables.ideographs().getOrDefault(character, character);
        }
        if (block == UnicodeBlock.HANGUL_SYLLABLES) {
            return 0xAC00;
        }
        return ALIKE.getOrDefault(character, character);
    }
}
