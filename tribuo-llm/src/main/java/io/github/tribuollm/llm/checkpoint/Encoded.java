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
 * Tokens and where they come from in the text. The arrays are not copied and must not be modified.
 *
 * @param ids the token ids
 * @param starts for each token the index in the text of its first UTF-16 unit; never decreasing, but tokens that share
 *     a character (its bytes, or a space that the tokenizer puts in front) share its place too
 * @param ends for each token the index after its last UTF-16 unit
 */
public record Encoded(int[] ids, int[] starts, int[] ends) {
    /** {@return the number of tokens} */
    int length() {
        return ids.length;
    }
}
