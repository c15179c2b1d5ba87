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

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.tribuollm.fixtures.Golden;
import io.github.tribuollm.llm.data.TokenSequence;
import io.github.tribuollm.llm.graphs.MicroBatch;
import io.github.tribuollm.llm.graphs.ParameterSet;
import io.github.tribuollm.objectives.token.TokenMeasure;
import io.github.tribuollm.runtime.GraphSession;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class TokenScorerTest {
    private static final List<TokenMeasure> ALL = List.of(
            TokenMeasure.NLL, TokenMeasure.ENTROPY, TokenMeasure.BEST, TokenMeasure.BEST_NLL, TokenMeasure.MARGIN);

    private static Golden golden;
    private static ScoredModel model;
    private static List<TokenSequence> data;

    @BeforeAll
    static void open() {
        golden = Golden.of("llama-tied");
        data = golden.sequences();
        model = ScoredModel.of(golden.checkpoint, Optional.of(golden.adapter("adapter")), ScoredModel.longest(data))
                .inBatchesOf(data.size());
    }

    @AfterAll
    static void close() {
        golden.close();
    }

    private static MicroBatch batch() {
        return MicroBatch.of(data, IntStream.range(0, data.size()).toArray());
    }

    @Test
    void measuresAgreeWithOneAnother() {
        try (TokenScorer scorer = TokenScorer.of(model, ALL)) {
            MicroBatch batch = batch();
            Scores scores = scorer.score(batch);
            for (int n = 0; n < batch.completionTokens(); n++) {
                double nll = scores.of(TokenMeasure.NLL)[n];
                double best = scores.of(TokenMeasure.BEST_NLL)[n];
                boolean right = scores.of(TokenMeasure.BEST)[n] == batch.labels()[n];
                assertEquals(right, Math.abs(nll - best) < 1e-5, "token " + n + ": " + nll + " and " + best);
                assertTrue(best <= nll + 1e-5 && best <= scores.of(TokenMeasure.ENTROPY)[n] + 1e-5);
                double margin = scores.of(TokenMeasure.MARGIN)[n];
                assertTrue(margin >= 0 && margin <= Math.exp(-best) + 1e-6, "margin " + margin);
            }
        }
    }

    @Test
    void sequencesComeInTheirOrderWithNaNForThePrompt() {
        List<TokenSequence> come = new ArrayList<>();
        try (TokenScorer scorer = TokenScorer.of(model.inBatchesOf(1), List.of(TokenMeasure.NLL))) {
            float[] together;
            try (TokenScorer whole = TokenScorer.of(model, List.of(TokenMeasure.NLL))) {
                together = whole.score(batch()).of(TokenMeasure.NLL);
            }
            List<Double> apart = new ArrayList<>();
            scorer.score(data, (sequence, scores) -> {
                come.add(sequence);
                double[] losses = scores.of(TokenMeasure.NLL);
                assertEquals(sequence.length(), losses.length);
                for (int t = 0; t < losses.length; t++) {
                    assertEquals(!sequence.completion().get(t), Double.isNaN(losses[t]));
                    if (!Double.isNaN(losses[t])) {
                        apart.add(losses[t]);
                    }
                }
            });
            assertEquals(data, come);
            double[] expected = IntStream.range(0, together.length)
                    .mapToDouble(i -> together[i])
                    .toArray();
            assertArrayEquals(expected, apart.stream().mapToDouble(d -> d).toArray(), 1e-5);
        }
    }

    @ParameterizedTest
    @EnumSource
    void batchesInARowHaveTheScoresOfEachByItself(GraphSession.Arena rest) {
        List<MicroBatch> batches = IntStream.range(0, data.size())
                .mapToObj(i -> MicroBatch.of(data, new int[] {i}))
                .toList();
        try (ParameterSet adapter = model.adapterTensors();
                TokenScorer scorer =
                        new TokenScorer(model.shape(), adapter, model.weights(), List.of(TokenMeasure.NLL), rest)) {
            List<Scores> row = scorer.score(batches);
            for (int i = 0; i < batches.size(); i++) {
                assertArrayEquals(
                        scorer.score(batches.get(i)).of(TokenMeasure.NLL),
                        row.get(i).of(TokenMeasure.NLL));
            }
        }
    }

    @Test
    void aScorerThatWasFreedScoresTheSameAgain() {
        try (TokenScorer scorer = TokenScorer.of(model, List.of(TokenMeasure.NLL))) {
            float[] before = scorer.score(batch()).of(TokenMeasure.NLL);
            scorer.free();
            assertArrayEquals(before, scorer.score(batch()).of(TokenMeasure.NLL));
        }
    }

    @Test
    void whatIsNotAskedForIsNotThere() {
        try (TokenScorer scorer = TokenScorer.of(model, List.of(TokenMeasure.ENTROPY))) {
            Scores scores = scorer.score(batch());
            assertEquals(batch().completionTokens(), scores.of(TokenMeasure.ENTROPY).length);
            assertThrows(IllegalArgumentException.class, () -> scores.of(TokenMeasure.NLL));
        }
    }

    @Test
    void sequencesThatAreTooLongForTheModelAreRefused() {
        IllegalArgumentException refused = assertThrows(
                IllegalArgumentException.class,
                () -> ScoredModel.of(golden.checkpoint, Optional.empty(), Integer.MAX_VALUE));
        assertTrue(refused.getMessage().contains("truncate"), refused.getMessage());
    }
}
