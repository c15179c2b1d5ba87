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

/** How llama.cpp has laid out a tensor that Hugging Face's checkpoints hold otherwise. */
sealed interface GgufLayout {
    /** A tensor that both hold alike. */
    GgufLayout SAME = new Same();

    /** A norm's weight, which Gemma's checkpoints hold as the difference from 1. */
    GgufLayout LESS_ONE = new LessOne();

    /** Where a row of the checkpoint lies in the file. */
    default long row(long row) {
        return row;
    }

    /** The checkpoint's value of one in the file. */
    default float value(float stored) {
        return stored;
    }

    /** See {@link #SAME}. */
    record Same() implements GgufLayout {}

    /** See {@link #LESS_ONE}. */
    record LessOne() implements GgufLayout {
        @Override
        public float value(float stored) {
            return stored - 1;
        }
    }

    /**
     * Queries or keys whose components that rotate together lie side by side; in a checkpoint one is in the first half
     * of its head, the other in the second.
     *
     * @param headSize the rows of a head
     */
    record Paired(int headSize) implements GgufLayout {
        @Override
        public long row(long row) {
            long inHead = row % headSize;
            long half = headSize / 2;
            return row - inHead + 2 * (inHead % half) + inHead / half;
        }
    }
}
