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
package io.github.tribuollm.objectives.weight;

import io.github.tribuollm.graph.Tensor;
import io.github.tribuollm.objectives.token.ColumnNames;
import io.github.tribuollm.objectives.token.Policy;
import io.github.tribuollm.objectives.token.TokenMeasure;

/**
 * What a weight may look at: one entry for each of the N candidate tokens of its scope (the completion tokens of a
 * micro-batch, of an optimiser step or of the data set), in the order of the data. Nothing here carries a gradient.
 */
public interface TokenStatistics {
    /**
     * What the model says of each token.
     *
     * @param measure what is read off its prediction
     * @return [N]
     */
    Tensor student(TokenMeasure measure);

    /**
     * What the reference model says of each token.
     *
     * @param measure what is read off its prediction
     * @return [N]
     */
    Tensor reference(TokenMeasure measure);

    /**
     * What the data says of each token besides its id, such as an advantage.
     *
     * @param name the column's name
     * @return [N]
     */
    Tensor column(String name);

    /**
     * A score that does not come from the model.
     *
     * @param score its values are asked for when the graph runs
     * @return [N]
     */
    Tensor external(ExternalScore score);

    /** {@return the document of each token, int64 [N], ids in [0, D)} */
    Tensor documents();

    /** {@return 0, 1, ..., D-1, int64 [D]} */
    Tensor documentIds();

    /** {@return the number of tokens in the scope, prompts included, padding not, float scalar} */
    Tensor allTokens();

    /** {@return the model's loss -log p(label), [N], nats} */
    default Tensor nll() {
        return student(TokenMeasure.NLL);
    }

    /** {@return the entropy of the model's prediction, [N], nats} */
    default Tensor entropy() {
        return student(TokenMeasure.ENTROPY);
    }

    /** {@return the reference model's loss -log p_ref(label), [N], nats} */
    default Tensor referenceNll() {
        return reference(TokenMeasure.NLL);
    }

    /**
     * The loss under another policy than the model's own.
     *
     * @param policy whose probability of the label
     * @return -log p(label), [N], nats
     */
    default Tensor nll(Policy policy) {
        return switch (policy) {
            case OLD -> column(ColumnNames.OLD_LOG_PROBABILITY).neg();
            case REFERENCE -> referenceNll();
            case RECORDED_REFERENCE -> column(ColumnNames.REFERENCE_LOSS);
        };
    }
}
