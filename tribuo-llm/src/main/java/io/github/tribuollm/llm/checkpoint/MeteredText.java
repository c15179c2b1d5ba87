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
package io.github.tribuollm.llm.checkpoint;

/**
 * Text that can be looked at so often and no more, which bounds the time of a match: an expression that comes with a file
 * may try every way to divide the text.
 */
public final class MeteredText implements CharSequence {
    private final String text;
    private final long most;
    private long steps;

    /**
     * A text.
     *
     * @param text the text
     * @param most how often a character of it can be looked at
     */
    public MeteredText(String text, long most) {
        this.text = text;
        this.most = most;
    }

    /** The text was looked at too often. */
    public static final class Exhausted extends RuntimeException {
        private static final long serialVersionUID = 1;

        private Exhausted() {
            super(null, null, false, false);
        }
    }

    /**
     * {@inheritDoc}
     *
     * @throws Exhausted if characters were looked at as often as they can be
     */
    @Override
    public char charAt(int index) {
        if (++steps > most) {
            throw new Exhausted();
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
