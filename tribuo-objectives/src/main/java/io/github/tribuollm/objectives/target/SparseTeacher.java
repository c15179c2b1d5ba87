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
package io.github.tribuollm.objectives.target;

import io.github.tribuollm.objectives.token.Component;

/**
 * A source of label distributions with few entries: the top of a teacher, samples from it, or an oracle's knowledge.
 * It is asked by what identifies a token, outside the graph.
 */
public interface SparseTeacher extends Component {
    /** {@return k, the number of entries for each token, at least 1} */
    int width();

    /**
     * The entries of some tokens.
     *
     * @param sequences the index of each token's sequence in the data set
     * @param positions the position of each token in its sequence
     * @return k entries for each token
     */
    Rows rows(long[] sequences, int[] positions);

    /**
     * Entries of n tokens, row by row; unused ones have the id 0 and the probability 0.
     *
     * @param ids [n * k], ids in the vocabulary
     * @param probabilities [n * k], finite and at least 0
     */
    record Rows(long[] ids, float[] probabilities) {}
}
