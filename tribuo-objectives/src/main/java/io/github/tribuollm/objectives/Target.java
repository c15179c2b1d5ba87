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

/** What the model's prediction is pulled towards. */
public interface Target extends Component {
    /**
     * The loss of each token against this target.
     *
     * @param student the model's predictions
     * @param context labels and teacher
     * @return [N], nats
     */
    Tensor loss(TokenDistribution student, Context context);

    /** {@return whether the target needs the reference model's distribution} */
    default boolean needsTeacher() {
        return false;
    }

    /**
     * What a target may refer to.
     *
     * @param labels the tokens of the data, int64 [N]
     * @param teacher the reference model's predictions of the same tokens; null if no target needs them
     */
    record Context(Tensor labels, TokenDistribution teacher) {}
}
