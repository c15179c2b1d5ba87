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

/** What happens to a row that has more tokens than the maximum length. */
public enum TruncationPolicy {
    /** Its first tokens are kept, and the row is dropped where none of them is learned. */
    TRUNCATE_END,
    /** The row is dropped. */
    DROP,
    /** Encoding stops with an error that names the row. */
    FAIL,
    /**
     * It becomes several sequences, each but the first beginning with the last token of the one before, so that every
     * token is predicted once: for long texts, where nothing is lost. Parts without anything to learn are left out.
     */
    SPLIT
}
