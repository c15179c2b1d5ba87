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
package io.github.tribuollm.uncertainty;

import java.util.regex.Pattern;

/** What kind of text a token is, as far as the text alone tells; each token is of the first kind that fits. */
public enum TokenClass {
    /** A sign of the template or the end of a sequence: {@code </s>}, {@code <|im_end|>}, {@code [INST]}. */
    SPECIAL("special", "<[^<>\\s]+>|\\[/?[A-Z]{2,}\\]"),
    /** White space only, line breaks among it; or no text, such as a part of a character. */
    BLANK("blank", "\\s*"),
    /** Digits, with signs and separators of numbers. */
    NUMBER("number", "\\s*[\\p{Sc}+−-]?[\\p{N}.,%]*\\p{N}[\\p{N}.,%]*"),
    /** Letters that start a word, after white space. */
    WORD_START("start of a word", "\\s+\\p{L}[\\p{L}\\p{M}'’-]*"),
    /** Letters that go on with a word or begin a text. */
    WORD_PART("part of a word", "['’]?\\p{L}[\\p{L}\\p{M}'’-]*"),
    /** Operators of arithmetic and code. */
    OPERATOR("operator", "\\s*[+*/=<>^|&~×÷−-]+"),
    /** Other signs without letters or digits. */
    PUNCTUATION("punctuation", "[^\\p{L}\\p{N}]+"),
    /** All else. */
    MIXED("mixed", "(?s).*");

    private final String label;
    private final Pattern pattern;

    TokenClass(String label, String pattern) {
        this.label = label;
        this.pattern = Pattern.compile(pattern);
    }

    /**
     * The kind of a token.
     *
     * @param text the text of the token
     * @return the first kind whose pattern is the whole text
     */
    public static TokenClass of(String text) {
        for (TokenClass kind : values()) {
            if (kind.pattern.matcher(text).matches()) {
                return kind;
            }
        }
        throw new AssertionError("the last kind fits every text");
    }

    @Override
    public String toString() {
        return label;
    }
}
