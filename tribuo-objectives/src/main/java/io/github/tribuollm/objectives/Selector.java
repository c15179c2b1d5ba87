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
package io.github.tribuollm.objectives;

import io.github.tribuollm.graph.Tensor;

/** Which of some scored candidates are selected. */
public interface Selector extends Component {
    /**
     * Selects.
     *
     * @param scores [K]
     * @return 1 for a selected candidate, else 0, [K]
     */
    Tensor select(Tensor scores);

    /**
     * The vector that is 1 at the k highest scores, ties by the lower index.
     *
     * @param scores [K]
     * @param k int64 [1], at most K
     * @return [K]
     */
    static Tensor top(Tensor scores, Tensor k) {
        Tensor indices = scores.topIndices(k);
        Tensor ones = scores.graph().constant(1f).expand(indices.shape());
        return ones.scatter(indices, scores.shape());
    }
}
