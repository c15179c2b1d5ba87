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
package io.github.tribuollm.tutorials;

/**
 * Which side of a fixed division of all possible rows a {@link SyntheticCorpus} draws from. The row's prompt decides,
 * so that no prompt is on both sides, whatever the seeds and the numbers of rows.
 */
public enum CorpusSplit {
    /** Nine tenths of the prompts. */
    TRAIN,
    /** The others. */
    HELD_OUT;

    private static final long OFFSET = 0xcbf29ce484222325L;
    private static final long PRIME = 0x100000001b3L;
    private static final int PARTS = 10;

    boolean contains(String prompt) {
        return (this == HELD_OUT) == (Long.remainderUnsigned(hash(prompt), PARTS) == 0);
    }

    /** FNV-1a over UTF-16 units, folded because its high bits are the better mixed ones. */
    private static long hash(String text) {
        long hash = OFFSET;
        for (int i = 0; i < text.length(); i++) {
            hash = (hash ^ text.charAt(i)) * PRIME;
        }
        return hash ^ (hash >>> 32);
    }
}
