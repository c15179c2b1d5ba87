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

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.tribuollm.fixtures.Golden;
import io.github.tribuollm.fixtures.SpoiledCheckpoint;
import io.github.tribuollm.llm.CausalLMModel;
import io.github.tribuollm.llm.CausalLMTrainer;
import io.github.tribuollm.llm.cli.Cli;
import io.github.tribuollm.llm.data.Gsm8kSource;
import io.github.tribuollm.llm.data.TokenSequence;
import io.github.tribuollm.llm.data.TruncationPolicy;
import io.github.tribuollm.llm.data.template.QuestionAnswerTemplate;
import io.github.tribuollm.llm.graphs.ModelShape;
import io.github.tribuollm.llm.graphs.ParameterSet;
import io.github.tribuollm.llm.token.TokenEvaluator;
import io.github.tribuollm.llm.token.TokenSequenceDataset;
import io.github.tribuollm.llm.token.TokenSequenceSource;
import io.github.tribuollm.llm.training.HeldOut;
import io.github.tribuollm.llm.uncertainty.SinglePass;
import io.github.tribuollm.llm.uncertainty.UncertaintyEvaluator;
import io.github.tribuollm.llm.uncertainty.dropout.DropoutPlaces;
import io.github.tribuollm.llm.uncertainty.dropout.MonteCarloDropout;
import io.github.tribuollm.objectives.Objective;
import io.github.tribuollm.objectives.token.TokenMeasure;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;

/** What is not finite stops whoever measures, and is named. */
class FiniteMeasuresTest {
    @TempDir
    private static Path directory;

    private static Path nan;
    private static Path row;
    private static int token;

    @BeforeAll
    static void spoil() {
        nan = SpoiledCheckpoint.ofNaN(directory.resolve("nan"));
        token = data(Golden.RESOURCES.resolve("tiny-llama")).sequences().get(1).tokens()[5];
        row = SpoiledCheckpoint.ofRow(directory.resolve("row"), token, Float.NaN);
    }

    private static TokenSequenceSource source(Path checkpoint, Path rows) {
        return new TokenSequenceSource(
                checkpoint, new Gsm8kSource(rows), new QuestionAnswerTemplate(), 128, TruncationPolicy.TRUNCATE_END);
    }

    private static TokenSequenceDataset data(Path checkpoint) {
        return new TokenSequenceDataset(source(checkpoint, Cli.HELD_OUT));
    }

    private static void refused(Executable measuring, String... parts) {
        String message = assertThrows(NotFiniteException.class, measuring).getMessage();
        for (String part : parts) {
            assertTrue(message.contains(part), () -> part + " is not in: " + message);
        }
    }

    private void refusedBy(Path checkpoint, String cause) {
        try (CausalLMModel model = CausalLMModel.of(checkpoint)) {
            TokenSequenceDataset data = data(checkpoint);
            List<TokenSequence> documents = data.sequences().subList(0, 6);
            String[] where = {"word-problems-heldout.jsonl:", "the loss of the token at position ", "is NaN", cause};
            refused(() -> model.meanLoss(documents, 4), where);
            refused(() -> model.score(documents, List.of(TokenMeasure.NLL), 2, (batch, scores) -> {}), where);
            refused(() -> model.predict(data.getExample(1)), "example: the loss", cause);
            refused(() -> new TokenEvaluator().evaluate(model, data), "example: the loss", cause);
            refused(() -> new UncertaintyEvaluator(new SinglePass()).evaluate(model, data), where[0], cause);
            MonteCarloDropout dropout = new MonteCarloDropout(2, 0.1, DropoutPlaces.ALL_LINEAR, 1);
            refused(() -> new UncertaintyEvaluator(dropout).evaluate(model, data), where[0], cause);
            ScoredModel scored = ScoredModel.of(model.checkpoint(), Optional.empty(), ScoredModel.longest(documents));
            try (TokenScorer scorer = TokenScorer.of(scored, List.of(TokenMeasure.ENTROPY))) {
                refused(() -> scorer.score(documents, (document, scores) -> {}), where[0], "the entropy of", cause);
            }
            explained(scored, documents, where);
        }
    }

    private static void explained(ScoredModel model, List<TokenSequence> documents, String... where) {
        ModelShape shape = model.inBatchesOf(documents.size()).shape();
        try (ParameterSet none = new ParameterSet(Map.of());
                ObjectiveExplainer explainer = new ObjectiveExplainer(
                        Objective.maskedMle(0.75), shape, none, Optional.empty(), model.weights())) {
            refused(() -> explainer.explain(documents), where);
        }
    }

    @Test
    void aCheckpointOfNaNIsNotMeasured() {
        refusedBy(nan, " is not finite either, first in row 0. The file is damaged");
    }

    @Test
    void oneRowOfNaNIsNamed() {
        refusedBy(row, SpoiledCheckpoint.EMBEDDING + " is not finite either, first in row " + token);
    }

    @Test
    void anOverflowOfFiniteWeightsIsTold() {
        Path large = SpoiledCheckpoint.ofRow(directory.resolve("large"), token, 3e38f);
        try (CausalLMModel model = CausalLMModel.of(large)) {
            refused(
                    () -> model.meanLoss(data(large).sequences().subList(0, 6), 4),
                    "the loss of the token",
                    "no weight is, so that a number in between has overflowed");
        }
    }

    @Test
    void heldOutDataStopATraining() {
        CausalLMTrainer trainer = new CausalLMTrainer(row, Objective.mle())
                .withHeldOut(new HeldOut().with("kept", source(row, Cli.HELD_OUT)));
        refused(() -> trainer.train(data(row)), "word-problems-heldout.jsonl:", SpoiledCheckpoint.EMBEDDING);
        assertEquals(0, trainer.getInvocationCount());
    }

    @Test
    void commandsSayWhatIsWrongAndFail() {
        Path out = directory.resolve("scores.jsonl");
        for (Object[] command : new Object[][] {
            {"score", "--output", out},
            {"score", "--output", out, "--uncertainty", "mc-dropout", "--samples", 2, "--places", "all-linear"},
            {"explain", "--documents", 2, "--objective", "masked-mle"}
        }) {
            Object[] data = {"--checkpoint", nan, "--data", Cli.HELD_OUT, "--format", "gsm8k", "--rows", 3};
            Object[] all = Stream.of(command, data).flatMap(Stream::of).toArray();
            Cli.Outcome outcome = Cli.run(all);
            assertTrue(outcome.code() != 0, outcome.err());
            assertTrue(outcome.err().contains("heldout.jsonl:"), outcome.err());
            assertTrue(outcome.err().contains("NaN"), outcome.err());
            assertTrue(!outcome.err().contains("\tat "), outcome.err());
            assertTrue(!outcome.err().contains("mean loss"), outcome.err());
        }
    }
}
