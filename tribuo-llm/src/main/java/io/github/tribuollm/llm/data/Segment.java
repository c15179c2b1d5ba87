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
package io.github.tribuollm.llm.data;

import java.util.Objects;

/**
 * A stretch of rendered text that is either learned or only read.
 *
 * @param text the text, special tokens spelled out
 * @param trained whether the loss counts on the tokens that begin in this stretch
 */
public record Segment(String text, boolean trained) {
    /**
     * Creates a segment.
     *
     * @param text the text
     * @param trained whether the loss counts on it
     * @throws NullPointerException if the text is null
     */
    public Segment {
        Objects.requireNonNull(text, "text");
    }

    public static Segment read(String text) {
        return new Segment(text, false);
    }

    public static Segment learned(String text) {
        return new Segment(text, true);
    }
}
