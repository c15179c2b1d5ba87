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

import io.github.tribuollm.graph.Tensor;
import io.github.tribuollm.objectives.token.ColumnNames;
import io.github.tribuollm.objectives.token.Component;
import io.github.tribuollm.objectives.token.Policy;
import io.github.tribuollm.objectives.token.SparseDistribution;
import io.github.tribuollm.objectives.token.TokenDistribution;

/** What the model's prediction is pulled towards. */
public interface Target extends Component {
    /**
     * The loss of each token against this target.
     *
     * @param student the model's predictions
     * @param context labels, reference model and what else the data gives
     * @return [N]
     */
    Tensor loss(TokenDistribution student, Context context);

    /**
     * The loss of each token times its weight. A target overrides this whose loss depends on the sign of the weight.
     *
     * @param student the model's predictions
     * @param context labels, reference model and what else the data gives
     * @param weights [N], constants
     * @return [N]; the sum over all tokens is minimised
     */
    default Tensor weightedLoss(TokenDistribution student, Context context, Tensor weights) {
        return loss(student, context).mul(weights);
    }

    /** What a target may refer to, for N tokens. */
    interface Context {
        /** {@return the tokens of the data, int64 [N]} */
        Tensor labels();

        /** {@return the reference model's predictions of the same tokens} */
        TokenDistribution reference();

        /**
         * What the data says of each token besides its id, such as the log-probability that it was sampled with.
         *
         * @param name the column's name
         * @return [N]
         */
        Tensor column(String name);

        /**
         * Distributions that were computed before.
         *
         * @param teacher its rows are asked for when the graph runs
         * @return the distributions of the N tokens
         */
        SparseDistribution sparse(SparseTeacher teacher);

        /**
         * The loss under another policy than the model's own.
         *
         * @param policy whose probability of the label
         * @return -log p(label), [N], nats, without a gradient
         */
        default Tensor policyNll(Policy policy) {
            return switch (policy) {
                case OLD -> column(ColumnNames.OLD_LOG_PROBABILITY).neg();
                case REFERENCE -> reference().nll(labels()).stopGradient();
                case RECORDED_REFERENCE -> column(ColumnNames.REFERENCE_LOSS);
            };
        }
    }
}
