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

/** Follows the bytes of an element of a JSON array to its end, without looking at what they mean. */
final class JsonNesting {
    private int depth;
    private boolean inString;
    private boolean escaped;

    void begin() {
        depth = 0;
        inString = false;
        escaped = false;
    }

    /** Whether a byte, the next one of the element, is no more part of it: a comma or the bracket of the array. */
    boolean ends(int b) {
        if (inString) {
            inString = escaped || b != '"';
            escaped = !escaped && b == '\\';
            return false;
        }
        switch (b) {
            case '"' -> inString = true;
            case '{', '[' -> depth++;
            case '}' -> depth--;
            case ']' -> {
                return --depth < 0;
            }
            case ',' -> {
                return depth <= 0;
            }
            default -> {}
        }
        return false;
    }
}
