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
package io.github.tribuollm.llm.scoring;

import io.github.tribuollm.llm.data.TokenSequence;
import io.github.tribuollm.llm.graphs.DataColumns;
import io.github.tribuollm.llm.graphs.LanguageModelGraph;
import io.github.tribuollm.llm.graphs.MicroBatch;
import io.github.tribuollm.llm.graphs.ModelShape;
import io.github.tribuollm.llm.graphs.Names;
import io.github.tribuollm.llm.graphs.ParameterSet;
import io.github.tribuollm.llm.graphs.ReferenceModel;
import io.github.tribuollm.llm.graphs.StepFeeds;
import io.github.tribuollm.llm.graphs.TrainingException;
import io.github.tribuollm.objectives.Objective;
import io.github.tribuollm.objectives.Requirements;
import io.github.tribuollm.objectives.Term;
import io.github.tribuollm.objectives.weight.Scope;
import io.github.tribuollm.runtime.GraphSession;
import io.github.tribuollm.runtime.WeightSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * Tells for each token which term of an objective takes it, with which weight and why: one forward pass, by the very
 * expressions that training minimises.
 */
public final class ObjectiveExplainer implements AutoCloseable {
    private final Objective objective;
    private final Requirements needs;
    private final ParameterSet parameters;
    private final Optional<ReferenceModel> reference;
    private final GraphSession session;
    private final FiniteMeasures finite;
    private final int vocabulary;

    /**
     * Builds the forward pass.
     *
     * @param objective what is explained
     * @param shape the model's form
     * @param parameters the model's adapter, or all its parameters; not closed with this
     * @param reference the model that the objective compares with; empty if it needs none; not closed with this
     * @param weights the base's weights
     * @throws TrainingException if the objective needs a reference model and there is none
     */
    public ObjectiveExplainer(
            Objective objective,
            ModelShape shape,
            ParameterSet parameters,
            Optional<ReferenceModel> reference,
            WeightSource weights) {
        this.objective = objective;
        this.needs = objective.requirements();
        this.parameters = parameters;
        this.vocabulary = shape.architecture().vocabularySize();
        this.reference = needs.needsReference() ? reference : Optional.empty();
        if (needs.needsReference() && reference.isEmpty()) {
            throw new TrainingException(
                    "The objective compares with a reference model, but there is none: " + objective);
        }
        WeightSource both = this.reference.map(r -> r.beside(weights)).orElse(weights);
        this.session = shape.backend()
                .open(new LanguageModelGraph(shape, weights, this.reference).explaining(objective, needs), both);
        this.finite = new FiniteMeasures(parameters, both, session.model()::weights);
    }

    /**
     * Explains documents as if they were one optimiser step, and the whole data set of a selection that ranks it.
     *
     * @param documents no more and no longer than the model's form allows
     * @return for each document its completion tokens, in order
     * @throws io.github.tribuollm.llm.data.DataException if the model does not know a token
     * @throws TrainingException if a document lacks what the objective looks at
     * @throws NotFiniteException if a loss, a score or a weight of a completion token is NaN or infinite
     */
    public List<List<TokenExplanation>> explain(List<TokenSequence> documents) {
        documents.forEach(document -> document.requireVocabulary(vocabulary));
        DataColumns.require(needs, documents);
        MicroBatch batch =
                MicroBatch.of(documents, IntStream.range(0, documents.size()).toArray());
        try (StepFeeds feeds = feeds(batch);
                GraphSession.Outputs outputs = session.run(feeds.feeds())) {
            return explained(documents.size(), batch, outputs);
        }
    }

    private StepFeeds feeds(MicroBatch batch) {
        StepFeeds feeds = StepFeeds.ofOne(needs, batch, 0);
        reference.ifPresent(feeds::reference);
        return feeds.columns().statistics().documentWeights().targets().parameters(parameters);
    }

    private List<List<TokenExplanation>> explained(int documents, MicroBatch batch, GraphSession.Outputs outputs) {
        float[] nll = finite(batch, "loss", outputs.floats(Names.NLL));
        List<TokenExplanation.Rank[]> ranks = new ArrayList<>();
        for (int i = 0; i < objective.selections().size(); i++) {
            boolean within = objective.selections().get(i).scope().equals(Optional.of(Scope.SEQUENCE));
            float[] scores = finite(batch, "score", outputs.floats(Names.score(i)));
            ranks.add(ranks(scores, outputs.floats(Names.mask(i)), batch, within));
        }
        List<TokenExplanation.Share[]> shares = new ArrayList<>();
        for (int k = 0; k < objective.terms().size(); k++) {
            Term term = objective.terms().get(k);
            shares.add(shares(
                    finite(batch, "weight under " + term, outputs.floats(Names.weight(k))),
                    finite(batch, "loss under " + term, outputs.floats(Names.loss(k)))));
        }
        List<List<TokenExplanation>> explained = new ArrayList<>();
        IntStream.range(0, documents).forEach(d -> explained.add(new ArrayList<>()));
        int[] positions = batch.completionPositions();
        for (int i = 0; i < nll.length; i++) {
            int n = i;
            explained
                    .get((int) batch.documents()[i])
                    .add(new TokenExplanation(
                            positions[i],
                            (int) batch.labels()[i],
                            nll[i],
                            ranks.stream().map(r -> r[n]).toList(),
                            shares.stream().map(s -> s[n]).toList()));
        }
        return explained;
    }

    private float[] finite(MicroBatch batch, String measure, float[] values) {
        finite.require(batch, measure, values);
        return values;
    }

    private static TokenExplanation.Rank[] ranks(float[] scores, float[] mask, MicroBatch batch, boolean within) {
        Map<Long, Double> thresholds = new HashMap<>();
        for (int i = 0; i < scores.length; i++) {
            if (mask[i] != 0) {
                thresholds.merge(within ? batch.documents()[i] : 0L, (double) scores[i], Math::min);
            }
        }
        TokenExplanation.Rank[] ranks = new TokenExplanation.Rank[scores.length];
        for (int i = 0; i < ranks.length; i++) {
            double threshold = thresholds.getOrDefault(within ? batch.documents()[i] : 0L, Double.NaN);
            ranks[i] = new TokenExplanation.Rank(scores[i], threshold, mask[i] != 0);
        }
        return ranks;
    }

    private static TokenExplanation.Share[] shares(float[] weights, float[] losses) {
        TokenExplanation.Share[] shares = new TokenExplanation.Share[weights.length];
        for (int i = 0; i < shares.length; i++) {
            shares[i] = new TokenExplanation.Share(weights[i], losses[i]);
        }
        return shares;
    }

    @Override
    public void close() {
        session.close();
    }
}
