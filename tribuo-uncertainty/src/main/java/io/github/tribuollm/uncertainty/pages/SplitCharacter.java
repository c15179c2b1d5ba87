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

import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * A token that holds only some bytes of a character. The text of such tokens is empty but for the last one, which
 * begins with the character.
 *
 * @param part which part it is, from 1
 * @param parts the number of tokens that share the character, at most its bytes in UTF-8
 * @param character the character
 */
record SplitCharacter(int part, int parts, String character) {

    /**
     * Finds the tokens that share a character: a run of empty texts before one that begins with a character of more
     * than one byte, as many at most as leave it a byte.
     *
     * @param tokens the text of each token
     * @return the index of each token that holds a part to that part
     */
    static Map<Integer, SplitCharacter> in(List<String> tokens) {
        Map<Integer, SplitCharacter> found = new HashMap<>();
        int run = 0;
        for (int token = 0; token < tokens.size(); token++) {
            String text = tokens.get(token);
            if (text.isEmpty()) {
                run++;
                continue;
            }
            int point = text.codePointAt(0);
            int parts = Math.min(run, bytes(point) - 1) + 1;
            for (int part = 1; parts > 1 && part <= parts; part++) {
                found.put(token - parts + part, new SplitCharacter(part, parts, Character.toString(point)));
            }
            run = 0;
        }
        return found;
    }

    private static int bytes(int point) {
        if (point < 0x80) {
            return 1;
        }
        return point < 0x800 ? 2 : point < 0x10000 ? 3 : 4;
    }

    /** {@return whether a later token completes the character} */
    boolean isIncomplete() {
        return part < parts;
    }
}
