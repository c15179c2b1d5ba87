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

import io.github.tribuollm.graph.Graph;
import io.github.tribuollm.graph.Tensor;

/**
 * What a {@link Selector} chooses from: K candidates in one or several groups, each ranked among its group.
 *
 * @param scores [K]
 * @param ranks how many of the candidate's group come before it by descending score, ties by the lower index; float [K]
 * @param counts the size of the candidate's group, int64 [K], or [1] if there is only one
 */
public record Candidates(Tensor scores, Tensor ranks, Tensor counts) {
    /** All in one group. */
    static Candidates together(Tensor scores) {
        Graph graph = scores.graph();
        Tensor position = graph.range(scores.shape().dim(0)).toFloat();
        return new Candidates(
                scores,
                position.scatter(scores.descending(), scores.shape()),
                graph.size(scores.shape().dim(0)));
    }

    /** Each document's tokens in a group: sorted by score, then by document, each one's rank is how far it is in. */
    static Candidates byDocument(Tensor scores, Documents documents) {
        Tensor lengths = documents.lengths();
        Tensor byScore = scores.descending();
        Tensor byDocument =
                documents.documents().gather(byScore).toFloat().neg().descending();
        Tensor order = byScore.gather(byDocument);
        Tensor starts = lengths.cumulativeSum().sub(lengths);
        Tensor position = scores.graph().range(scores.shape().dim(0)).toFloat();
        Tensor ranks = position.sub(starts.gather(documents.documents().gather(order)));
        return new Candidates(
                scores,
                ranks.scatter(order, scores.shape()),
                documents.spread(lengths).toInteger());
    }
}
