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

import com.oracle.labs.mlrg.olcut.config.Config;
import io.github.tribuollm.graph.Dim;
import io.github.tribuollm.graph.Tensor;
import java.util.Optional;

/** A mask: the tokens, or whole documents, that a selector takes by their score. */
public final class Selection implements TokenWeight {
    @Config(mandatory = true, description = "What candidates are ranked by.")
    private Score score;

    @Config(mandatory = true, description = "Which candidates are taken.")
    private Selector selector;

    @Config(description = "Whether tokens or whole documents are taken.")
    private Granularity granularity = Granularity.TOKEN;

    @Config(description = "Among which tokens candidates are ranked.")
    private Scope scope = Scope.OPTIMISER_STEP;

    private Selection() {}

    /**
     * A selection.
     *
     * @param score what candidates are ranked by
     * @param selector which candidates are taken
     * @param granularity whether tokens or whole documents are taken
     * @param scope among which tokens candidates are ranked
     */
    public Selection(Score score, Selector selector, Granularity granularity, Scope scope) {
        this.score = score;
        this.selector = selector;
        this.granularity = granularity;
        this.scope = scope;
    }

    @Override
    public Tensor of(TokenStatistics statistics) {
        Tensor scores = score.of(statistics);
        return switch (granularity) {
            case TOKEN -> selector.select(scores);
            case DOCUMENT -> selector.select(documentMeans(scores, statistics)).gather(statistics.documents());
        };
    }

    private static Tensor documentMeans(Tensor scores, TokenStatistics statistics) {
        Dim documents = statistics.documentIds().shape().dim(0);
        Tensor membership = statistics
                .documentIds()
                .reshape(documents, Dim.ONE)
                .equalTo(statistics.documents())
                .toFloat();
        Tensor sums = membership.matmul(scores.reshape(scores.shape().dim(0), Dim.ONE));
        return sums.div(membership.sum(-1)).reshape(documents);
    }

    @Override
    public Optional<Scope> scope() {
        return Optional.of(scope);
    }

    @Override
    public String toString() {
        return granularity.name().toLowerCase(java.util.Locale.ROOT) + "s by " + score + " " + selector;
    }
}
