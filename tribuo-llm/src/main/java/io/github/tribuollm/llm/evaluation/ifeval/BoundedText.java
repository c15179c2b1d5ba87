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

import io.github.tribuollm.llm.evaluation.EvaluationException;

/**
 * A text that an expression of a data file is looked for in, so many characters at most being read: some expressions
 * would try every way to divide the text.
 */
final class BoundedText implements CharSequence {
    private static final long MOST = 50_000_000;

    private final String text;
    private long read;

    BoundedText(String text) {
        this.text = text;
    }

    @Override
    public char charAt(int index) {
        if (++read > MOST) {
            throw new EvaluationException("An expression of the data finds no end on a response of " + text.length()
                    + " characters; write its repetitions so that they exclude each other");
        }
        return text.charAt(index);
    }

    @Override
    public int length() {
        return text.length();
    }

    @Override
    public CharSequence subSequence(int start, int end) {
        return text.substring(start, end);
    }

    @Override
    public String toString() {
        return text;
    }
}
