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

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.github.tribuollm.fixtures.BundledModel;
import io.github.tribuollm.llm.data.TokenSequence;
import io.github.tribuollm.llm.graphs.MicroBatch;
import io.github.tribuollm.llm.scoring.Scores;
import io.github.tribuollm.llm.scoring.TokenScorer;
import io.github.tribuollm.objectives.Objective;
import io.github.tribuollm.objectives.token.TokenMeasure;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Token accuracy and mean entropy of a step are those of scoring the tokens that it learns from. */
class StepSumsTest {
    private static BundledModel model;
    private static Scores scores;

    @BeforeAll
    static void score() {
        model = new BundledModel();
        try (TokenScorer scorer = new TokenScorer(model.shape, model.student, model.weights, TokenScorer.EVALUATION)) {
            scores = scorer.score(model.batch().get(0));
        }
    }

    @AfterAll
    static void close() {
        model.close();
    }

    private static void same(Objective objective, IntStream tokens) {
        int[] learned = tokens.toArray();
        double accuracy = IntStream.of(learned)
                .mapToDouble(n -> scores.of(TokenMeasure.HIT)[n])
                .average()
                .orElseThrow();
        double entropy = IntStream.of(learned)
                .mapToDouble(n -> scores.of(TokenMeasure.ENTROPY)[n])
                .average()
                .orElseThrow();
        try (OptimiserStep step = model.step(objective)) {
            for (int size : new int[] {model.data.size(), 3}) {
                OptimiserStep.Result result = step.compute(cut(model.data, size), 0);
                assertEquals(accuracy, result.accuracy(), 1e-9, objective + " in micro-batches of " + size);
                assertEquals(entropy, result.entropy(), 1e-5, objective + " in micro-batches of " + size);
            }
        }
    }

    private static List<MicroBatch> cut(List<TokenSequence> data, int size) {
        return IntStream.iterate(0, from -> from < data.size(), from -> from + size)
                .mapToObj(from -> MicroBatch.of(
                        data,
                        IntStream.range(from, Math.min(data.size(), from + size))
                                .toArray()))
                .toList();
    }

    private static IntStream all() {
        return IntStream.range(0, scores.of(TokenMeasure.NLL).length);
    }

    /** The quarter of the highest losses. */
    private static IntStream hardest() {
        float[] losses = scores.of(TokenMeasure.NLL);
        return all().boxed()
                .sorted(Comparator.comparing((Integer n) -> -losses[n]))
                .limit((losses.length + 3) / 4)
                .mapToInt(n -> n);
    }

    @Test
    void maximumLikelihoodLearnsFromAllTokens() {
        same(Objective.mle(), all());
    }

    @Test
    void aSelectionLearnsFromWhatItTakes() {
        same(Objective.maskedMle(0.75), hardest());
    }

    @Test
    void termsThatShareTheTokensLearnFromAll() {
        same(Objective.maskedMleDistill(0.75), all());
    }

    @Test
    void aHitIsTheMostProbableToken() {
        float[] best;
        try (TokenScorer scorer =
                new TokenScorer(model.shape, model.student, model.weights, List.of(TokenMeasure.BEST))) {
            best = scorer.score(model.batch().get(0)).of(TokenMeasure.BEST);
        }
        long[] labels = model.batch().get(0).labels();
        all().forEach(n -> assertEquals(best[n] == labels[n] ? 1 : 0, scores.of(TokenMeasure.HIT)[n], "token " + n));
    }
}
