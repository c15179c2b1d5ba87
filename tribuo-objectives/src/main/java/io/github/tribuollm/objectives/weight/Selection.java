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

import com.oracle.labs.mlrg.olcut.config.Config;
import com.oracle.labs.mlrg.olcut.config.PropertyException;
import io.github.tribuollm.graph.Tensor;
import java.util.List;
import java.util.Locale;
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
     * @throws PropertyException if whole documents are to be ranked within each document
     */
    public Selection(Score score, Selector selector, Granularity granularity, Scope scope) {
        this.score = score;
        this.selector = selector;
        this.granularity = granularity;
        this.scope = scope;
        postConfig();
    }

    @Override
    public void postConfig() {
        if (granularity == Granularity.DOCUMENT && scope == Scope.SEQUENCE) {
            throw new PropertyException(
                    "", "scope", "a document cannot be ranked within itself; whole documents need a wider scope");
        }
    }

    @Override
    public Tensor of(TokenStatistics statistics) {
        Tensor scores = score.of(statistics);
        Documents documents = Documents.of(statistics);
        if (granularity == Granularity.DOCUMENT) {
            return documents.spread(selector.select(Candidates.together(documents.means(scores))));
        }
        return selector.select(
                scope == Scope.SEQUENCE ? Candidates.byDocument(scores, documents) : Candidates.together(scores));
    }

    /**
     * What each token is ranked by: its own score, or the mean of its document.
     *
     * @param statistics what is known of the tokens
     * @return [N]
     */
    public Tensor scores(TokenStatistics statistics) {
        return granularity.of(score.of(statistics), statistics);
    }

    @Override
    public List<Selection> selections() {
        return List.of(this);
    }

    /** {@return whether tokens or whole documents are taken} */
    public Granularity granularity() {
        return granularity;
    }

    @Override
    public Optional<Scope> scope() {
        return Optional.of(scope);
    }

    @Override
    public String toString() {
        return granularity.name().toLowerCase(Locale.ROOT) + "s by " + score + " " + selector
                + (scope == Scope.SEQUENCE ? " in each document" : "");
    }
}
