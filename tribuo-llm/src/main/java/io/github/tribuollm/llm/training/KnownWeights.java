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
package io.github.tribuollm.llm.training;

import io.github.tribuollm.llm.data.TokenSequence;
import io.github.tribuollm.llm.graphs.MicroBatch;
import io.github.tribuollm.llm.graphs.MicroBatches;
import io.github.tribuollm.llm.graphs.StepTask;
import io.github.tribuollm.llm.scoring.NotFiniteException;
import io.github.tribuollm.llm.scoring.ScoredBatch;
import io.github.tribuollm.llm.scoring.Scores;
import io.github.tribuollm.llm.scoring.TokenScorer;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * Weights that are known before a backward pass: from forward passes over the step, or from the ranks of all tokens of
 * the data set. Scores are those of the model without dropout.
 */
final class KnownWeights implements AutoCloseable {
    private final StepTask task;
    private final TokenWeighting weighting;
    private final TokenScorer scorer;
    private final Optional<TokenScorer> referenceScorer;
    private Optional<DataSetWeights> ofDataSet = Optional.empty();

    KnownWeights(StepModel model) {
        this.task = model.task;
        this.weighting = new TokenWeighting(task.objective(), task.needs());
        this.scorer = new TokenScorer(
                task.shape(),
                model.parameters,
                model.base,
                List.copyOf(task.needs().student()));
        this.referenceScorer = task.reference()
                .map(reference -> new TokenScorer(
                        reference.shape(),
                        reference.adapter(),
                        reference.weights().orElse(model.base),
                        List.copyOf(task.needs().reference())));
    }

    /** Ranks all tokens of a data set with the model as it is now, if the objective does. */
    void weigh(List<TokenSequence> data) {
        if (task.ranksTheDataSet()) {
            ofDataSet = Optional.of(DataSetWeights.of(data, task.shape().maxSequences(), this::scored, weighting));
            if (task.together()) {
                closeScorers();
            }
        }
    }

    private List<ScoredBatch> scored(List<MicroBatch> batches) {
        List<Scores> student = scorer.score(batches);
        List<Scores> reference = referenceScorer
                .map(s -> ofReference(s, batches))
                .orElseGet(() -> Collections.nCopies(batches.size(), Scores.NONE));
        return IntStream.range(0, batches.size())
                .mapToObj(i -> new ScoredBatch(batches.get(i), student.get(i), reference.get(i)))
                .toList();
    }

    private static List<Scores> ofReference(TokenScorer scorer, List<MicroBatch> batches) {
        try {
            return scorer.score(batches);
        } catch (NotFiniteException e) {
            throw e.of("The reference model");
        }
    }

    /**
     * Finds the cause of weights that are not finite.
     *
     * @throws NotFiniteException if it is what a model says of a token
     */
    void requireFiniteScores(MicroBatches batches) {
        scored(batches.parts());
    }

    /**
     * For each term, the weights of a step's completion tokens before they are normalised; scores the step if need
     * be.
     */
    List<float[]> raw(MicroBatches batches, int step) {
        return task.ranksTheDataSet() ? ranked(batches) : weighting.masks(scored(batches.parts()), step);
    }

    /**
     * The weights of a step's completion tokens among the data set, for each term; none where the data set is not
     * ranked.
     */
    List<float[]> ranked(MicroBatches batches) {
        if (!task.ranksTheDataSet()) {
            return List.of();
        }
        return ofDataSet
                .orElseThrow(() -> new IllegalStateException("Weigh the data set before the first step"))
                .masks(batches);
    }

    /** For each term, the weights of a step's completion tokens, normalised over the step. */
    List<float[]> normalised(MicroBatches batches, List<float[]> raw, int step) {
        return weighting.normalise(batches, raw, step);
    }

    private void closeScorers() {
        scorer.free();
        referenceScorer.ifPresent(TokenScorer::free);
    }

    @Override
    public void close() {
        weighting.close();
        closeScorers();
    }
}
