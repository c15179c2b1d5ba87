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

/** What is weighed: single tokens, or documents by the mean score of their completion tokens. */
public enum Granularity {
    // No constant has a body: OLCUT cannot read such a constant's provenance.
    /** Each token by its own score. */
    TOKEN,
    /** All tokens of a document together, by their mean score. */
    DOCUMENT;

    /** Each token's score, or its document's, [N]. */
    Tensor of(Tensor scores, TokenStatistics statistics) {
        Documents documents = Documents.of(statistics);
        return this == TOKEN ? scores : documents.spread(documents.means(scores));
    }
}
