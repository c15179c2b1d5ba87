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

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.oracle.labs.mlrg.olcut.config.PropertyException;
import io.github.tribuollm.fixtures.TinyModel;
import io.github.tribuollm.llm.CausalLMModel;
import io.github.tribuollm.llm.data.TokenSequence;
import io.github.tribuollm.llm.graphs.TokenWeights;
import io.github.tribuollm.llm.graphs.TrainingException;
import io.github.tribuollm.llm.token.TokenSequenceDataset;
import io.github.tribuollm.llm.token.TokenSequenceSource;
import io.github.tribuollm.llm.training.report.StepReport;
import io.github.tribuollm.llm.training.report.TrainingListener;
import io.github.tribuollm.objectives.Objective;
import io.github.tribuollm.objectives.token.ColumnNames;
import io.github.tribuollm.objectives.token.TokenMeasure;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Prompts that are learned a little count a little, in the loss and in what it is divided by. */
class PromptWeightTest {
    @TempDir
    private Path directory;

    private Path base;
    private TokenSequenceSource answers;

    @BeforeEach
    void write() {
        base = TinyModel.checkpoint(directory.resolve("base"), 1);
        answers = TinyModel.source(base, TinyModel.rows(directory.resolve("rows.jsonl"), 2));
    }

    private List<Double> losses(TokenSequenceSource source, Objective objective, int microBatch) {
        List<Double> losses = new ArrayList<>();
        TrainingListener listener = new TrainingListener() {
            @Override
            public void stepped(StepReport step) {
                if (step.stage().run().equals("train")) {
                    losses.add(step.loss());
                }
            }
        };
        Map<String, String> settings = Map.of("microBatchSize", Integer.toString(microBatch));
        TinyModel.trainer(base, objective, settings)
                .withListener(listener)
                .train(new TokenSequenceDataset(source))
                .close();
        return losses;
    }

    @Test
    void sequencesSayHowMuchTheirTokensCount() {
        TokenSequence answer = answers.sequences().get(0);
        TokenSequence all = answers.withPromptWeight(1).sequences().get(0);
        TokenSequence some = answers.withPromptWeight(0.25).sequences().get(0);
        assertArrayEquals(answer.tokens(), all.tokens());
        assertEquals(all.length() - 1, all.completionTokens());
        assertFalse(all.completion().get(0));
        assertTrue(all.columns().isEmpty(), "where all count alike, nobody has to say so");
        assertEquals(all.completion(), some.completion());
        float[] weights = some.columns().get(ColumnNames.TOKEN_WEIGHT);
        for (int t = 1; t < some.length(); t++) {
            assertEquals(answer.completion().get(t) ? 1 : 0.25f, weights[t], "token " + t);
        }
    }

    /** The loss of the first step, before anything is learned, from the losses of single tokens. */
    @ParameterizedTest
    @ValueSource(doubles = {0, 0.1, 0.5, 1})
    void theLossIsAWeightedMean(double promptWeight) {
        TokenSequenceSource source = answers.withPromptWeight(promptWeight);
        List<TokenSequence> marked = answers.sequences();
        double[] sums = new double[2];
        try (CausalLMModel model = CausalLMModel.of(base)) {
            model.score(answers.withPromptWeight(1).sequences(), List.of(TokenMeasure.NLL), 4, (batch, scores) -> {
                float[] nll = scores.of(TokenMeasure.NLL);
                for (int i = 0; i < nll.length; i++) {
                    TokenSequence sequence = marked.get((int) batch.completionSequences()[i]);
                    boolean answer = sequence.completion().get(batch.completionPositions()[i]);
                    sums[0] += (answer ? 1 : promptWeight) * nll[i];
                    sums[1] += answer ? 1 : promptWeight;
                }
            });
            assertEquals(
                    sums[0] / sums[1], model.meanLoss(source.sequences(), 4).nll(), 1e-6);
        }
        List<Double> losses = new ArrayList<>();
        Map<String, String> wholeData = Map.of("batchSize", Integer.toString(TinyModel.ROWS), "microBatchSize", "8");
        TinyModel.trainer(base, Objective.mle(), wholeData)
                .withListener(new TrainingListener() {
                    @Override
                    public void stepped(StepReport step) {
                        losses.add(step.loss());
                    }
                })
                .train(new TokenSequenceDataset(source))
                .close();
        assertEquals(sums[0] / sums[1], losses.get(0), 1e-5);
    }

    /** Weights that are part of a step's graph, that are known before, and that a step finds out by scoring. */
    @ParameterizedTest
    @ValueSource(strings = {"mle", "masked", "distill"})
    void microBatchesChangeNothing(String name) {
        Objective objective = switch (name) {
            case "mle" -> Objective.mle();
            case "masked" -> Objective.maskedMle(0.75);
            default -> Objective.maskedMleDistill(0.75);
        };
        TokenSequenceSource source = answers.withPromptWeight(0.3);
        List<Double> together = losses(source, objective, 4);
        List<Double> apart = losses(source, objective, 1);
        assertEquals(TinyModel.STEPS, together.size());
        for (int s = 0; s < TinyModel.STEPS; s++) {
            assertEquals(together.get(s), apart.get(s), 2e-5, "step " + (s + 1));
        }
        assertTrue(Math.abs(together.get(0) - losses(answers, objective, 4).get(0)) > 1e-3);
    }

    @Test
    void wrongWeightsAreRefused() {
        for (double wrong : new double[] {-0.1, 1.1, Double.NaN, Double.POSITIVE_INFINITY}) {
            PropertyException e = assertThrows(PropertyException.class, () -> answers.withPromptWeight(wrong));
            assertTrue(e.getMessage().contains("[0, 1]"), e.getMessage());
        }
        TokenSequence sequence = answers.sequences().get(0);
        float[] weights = new float[sequence.length()];
        weights[sequence.length() - 1] = -1;
        TokenSequence wrong = sequence.with(ColumnNames.TOKEN_WEIGHT, weights);
        String message = assertThrows(
                        TrainingException.class, () -> TokenWeights.honoured(Objective.mle(), List.of(wrong)))
                .getMessage();
        assertTrue(message.startsWith("rows.jsonl:1: column \"token_weight\" is -1.0 at token "), message);
    }
}
