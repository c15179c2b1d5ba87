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

/** Sums over the tokens of each of D documents; nothing of the size [D, N] is made. */
public record Documents(Tensor documents, Tensor ids) {
    public static Documents of(TokenStatistics statistics) {
        return new Documents(statistics.documents(), statistics.documentIds());
    }

    /** The sum of a value over each document's tokens, [D]. */
    public Tensor sums(Tensor values) {
        return values.scatterSum(documents, ids.shape());
    }

    /** The number of each document's tokens, float [D]. */
    public Tensor lengths() {
        return sums(documents.graph().constant(1f).expand(documents.shape()));
    }

    /** The mean of a value over each document's tokens, [D]; 0 for a document without any. */
    Tensor means(Tensor values) {
        return sums(values).div(lengths().max(documents.graph().constant(1f)));
    }

    /** The number of documents, float [1]. */
    public Tensor count() {
        return documents.graph().size(ids.shape().dim(0)).toFloat();
    }

    /** Each token's entry of a value [D], [N]. */
    public Tensor spread(Tensor values) {
        return values.gather(documents);
    }
}
