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
package io.github.tribuollm.llm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.oracle.labs.mlrg.olcut.config.PropertyException;
import com.oracle.labs.mlrg.olcut.provenance.Provenance;
import io.github.tribuollm.fixtures.TinyModel;
import io.github.tribuollm.graph.Tensor;
import io.github.tribuollm.llm.checkpoint.CheckpointException;
import io.github.tribuollm.llm.data.DataException;
import io.github.tribuollm.llm.data.TokenSequence;
import io.github.tribuollm.llm.scoring.TokenScorer;
import io.github.tribuollm.llm.token.TokenEvaluation;
import io.github.tribuollm.llm.token.TokenEvaluator;
import io.github.tribuollm.llm.token.TokenOutput;
import io.github.tribuollm.llm.token.TokenSequenceDataset;
import io.github.tribuollm.llm.token.TokenSequenceExample;
import io.github.tribuollm.objectives.Normaliser;
import io.github.tribuollm.objectives.Objective;
import io.github.tribuollm.objectives.Term;
import io.github.tribuollm.objectives.target.LabelTarget;
import io.github.tribuollm.objectives.target.Target;
import io.github.tribuollm.objectives.token.TokenDistribution;
import io.github.tribuollm.objectives.token.TokenMeasure;
import io.github.tribuollm.objectives.weight.AllTokens;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.NotSerializableException;
import java.io.ObjectOutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.OffsetDateTime;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.tribuo.Prediction;
import org.tribuo.provenance.ModelProvenance;
import org.tribuo.sequence.SequenceExample;
import org.tribuo.sequence.SequenceModel;
import org.tribuo.test.Helpers;

class CausalLMModelTest {
    @TempDir
    private static Path directory;

    private static Path base;
    private static TokenSequenceDataset data;
    private static CausalLMModel model;

    @BeforeAll
    static void train() {
        base = TinyModel.checkpoint(directory.resolve("base"), 1);
        data = TinyModel.data(base, directory.resolve("train.jsonl"), 1);
        model = TinyModel.trainer(base, Objective.mle(), Map.of("epochs", "3")).train(data);
    }

    @Test
    void theSerialisedModelPredictsTheSame() throws IOException {
        Path file = directory.resolve("model.tribuo");
        model.serializeToFile(file);
        CausalLMModel again = CausalLMModel.read(file);
        assertEquals(
                model.adapter().orElseThrow().sha256(),
                again.adapter().orElseThrow().sha256());
        assertEquals(model.getProvenance(), again.getProvenance());
        for (SequenceExample<TokenOutput> example : data) {
            List<Prediction<TokenOutput>> ours = model.predict(example);
            List<Prediction<TokenOutput>> theirs = again.predict(example);
            for (int i = 0; i < ours.size(); i++) {
                assertEquals(ours.get(i).getOutput(), theirs.get(i).getOutput());
                assertEquals(
                        ours.get(i).getOutput().logProbability(),
                        theirs.get(i).getOutput().logProbability());
            }
        }
        again.close();
        Helpers.testSequenceModelProtoSerialization(model, TokenOutput.class, data);
    }

    @Test
    void predictionsAreThoseOfTheScorer() {
        SequenceExample<TokenOutput> example = data.getExample(3);
        TokenSequence sequence = data.sequences().get(3);
        List<Prediction<TokenOutput>> predictions = model.predict(example);
        assertEquals(sequence.length() - 1, predictions.size());
        model.score(
                List.of(sequence),
                List.of(TokenMeasure.NLL, TokenMeasure.ENTROPY, TokenMeasure.BEST, TokenMeasure.BEST_NLL),
                1,
                (batch, scores) -> {
                    int[] positions = batch.completionPositions();
                    assertTrue(positions.length > 0);
                    for (int n = 0; n < positions.length; n++) {
                        Prediction<TokenOutput> prediction = predictions.get(positions[n] - 1);
                        TokenOutput label = new TokenOutput(sequence.tokens()[positions[n]]);
                        double scored =
                                prediction.getOutputScores().get(label.name()).logProbability();
                        assertEquals(-scores.of(TokenMeasure.NLL)[n], scored, 1e-5);
                        assertEquals(
                                scores.of(TokenMeasure.BEST)[n],
                                prediction.getOutput().id());
                        assertTrue(scores.of(TokenMeasure.BEST_NLL)[n] <= scores.of(TokenMeasure.NLL)[n] + 1e-6);
                        assertTrue(scores.of(TokenMeasure.ENTROPY)[n] > 0);
                    }
                });
    }

    @Test
    void theEvaluatorsLossIsTheModels() {
        TokenSequenceDataset few = new TokenSequenceDataset(
                data.sequences().subList(0, 5), data.vocabularySize(), data.getSourceProvenance());
        TokenEvaluation evaluation = new TokenEvaluator().evaluate(model, few);
        TokenScorer.MeanLoss expected = model.meanLoss(few.sequences(), 2);
        assertEquals(expected.nll(), evaluation.nll(), 1e-5);
        assertEquals(expected.tokens(), evaluation.weight());
    }

    @Test
    void anotherBaseInItsPlaceIsRefused() throws IOException {
        Path moving = TinyModel.checkpoint(directory.resolve("moving"), 5);
        CausalLMModel trained =
                TinyModel.trainer(moving, Objective.mle(), Map.of()).train(data);
        TinyModel.checkpoint(moving, 6);
        CheckpointException refused =
                assertThrows(CheckpointException.class, () -> trained.predict(data.getExample(0)));
        assertTrue(refused.getMessage().contains(trained.baseSha256()), refused.getMessage());
    }

    @Test
    void aMovedBaseIsTheSameModel() {
        Path elsewhere = TinyModel.checkpoint(directory.resolve("elsewhere"), 1);
        try (CausalLMModel moved = model.withBaseAt(elsewhere.toString())) {
            assertEquals(model.meanLoss(data.sequences(), 4), moved.meanLoss(data.sequences(), 4));
            assertEquals(elsewhere, moved.checkpoint().place());
        }
    }

    @Test
    void whatIsNoModelIsRefusedInWords() throws IOException {
        CheckpointException missing =
                assertThrows(CheckpointException.class, () -> CausalLMModel.read(directory.resolve("nowhere")));
        assertTrue(missing.getMessage().contains("There is no file"), missing.getMessage());
        Path text = Files.writeString(directory.resolve("text"), "text");
        CheckpointException other = assertThrows(CheckpointException.class, () -> CausalLMModel.read(text));
        assertTrue(other.getMessage().contains("is no model"), other.getMessage());
    }

    @Test
    void javaSerialisationIsRefusedInWords() throws IOException {
        try (ObjectOutputStream out = new ObjectOutputStream(new ByteArrayOutputStream())) {
            NotSerializableException refused =
                    assertThrows(NotSerializableException.class, () -> out.writeObject(model));
            assertTrue(refused.getMessage().contains("serializeToFile"), refused.getMessage());
        }
    }

    @Test
    void measuresThatAreNotAskedForAreNotComputed() {
        model.score(data.sequences().subList(0, 2), List.of(TokenMeasure.ENTROPY), 2, (batch, scores) -> {
            assertEquals(batch.completionTokens(), scores.of(TokenMeasure.ENTROPY).length);
            assertThrows(IllegalArgumentException.class, () -> scores.of(TokenMeasure.NLL));
        });
    }

    @Test
    void theModelPrintsWhatAPersonWants() {
        List<String> lines = model.toString().lines().toList();
        assertEquals(4, lines.size());
        assertTrue(lines.get(0).startsWith("CausalLMModel of " + base.toAbsolutePath() + " (SHA-256 "), lines.get(0));
        assertEquals("  " + model.adapter().orElseThrow(), lines.get(1));
        assertEquals("  trained by " + Objective.mle() + ", on 24 sequences", lines.get(2));
        assertTrue(model.toString().length() < 1000, model::toString);
        String adapter = model.adapter().orElseThrow().toString();
        assertEquals(
                "adapter of rank 2 and alpha 4 on 14 layers (down_proj, gate_proj, k_proj, o_proj, q_proj, up_proj,"
                        + " v_proj), 928 parameters",
                adapter);
    }

    @Test
    void predictionsHaveTexts() {
        List<Prediction<TokenOutput>> predictions = model.predict(data.getExample(0));
        StringBuilder pieces = new StringBuilder();
        predictions.forEach(prediction -> pieces.append(model.text(prediction.getOutput())));
        assertTrue(!pieces.isEmpty());
        assertEquals(
                "A", model.text(new TokenOutput(model.checkpoint().tokenizer().encode("A")[0])));
        assertTrue(!model.text(predictions).isEmpty());
    }

    @Test
    void anEvaluationIsATable() {
        List<String> lines =
                new TokenEvaluator().evaluate(model, data).toString().lines().toList();
        assertEquals("tokens  loss (nats a token)  perplexity  accuracy", lines.get(0));
        assertTrue(lines.get(1).matches("250 +[0-9.]+ +[0-9.]+ +[0-9.]+"), lines.get(1));
    }

    @Test
    void aCheckpointAndAnAdapterAreModels() throws IOException {
        List<TokenSequence> sequences = data.sequences();
        Path out = directory.resolve("out");
        CausalLMModel trained = TinyModel.trainer(base, Objective.mle(), Map.of("epochs", "3"))
                .withOutputDirectory(out)
                .train(data);
        try (CausalLMModel bare = CausalLMModel.of(base);
                CausalLMModel adapted = CausalLMModel.of(base, out.resolve("adapter"))) {
            assertEquals(
                    trained.meanLoss(sequences, 4).nll(),
                    adapted.meanLoss(sequences, 4).nll());
            assertEquals(
                    "  read from files, not trained here",
                    bare.toString().lines().toList().get(2));
            assertTrue(bare.meanLoss(sequences, 4).nll()
                    > adapted.meanLoss(sequences, 4).nll());
            Map<String, ? extends Provenance> facts =
                    adapted.getProvenance().getInstanceProvenance().getMap();
            assertEquals("read from files", facts.get("origin").toString());
            assertEquals(
                    trained.adapter().orElseThrow().sha256(),
                    facts.get("adapter-sha256").toString());
            Helpers.testProvenanceMarshalling(adapted.getProvenance());
            Path file = directory.resolve("bare.tribuo");
            bare.serializeToFile(file);
            CausalLMModel loaded = (CausalLMModel) SequenceModel.deserializeFromFile(file);
            assertEquals(bare.getProvenance(), loaded.getProvenance());
            assertEquals(
                    bare.meanLoss(sequences, 4).nll(),
                    loaded.meanLoss(sequences, 4).nll());
        }
        Path other = TinyModel.checkpoint(directory.resolve("other"), 2);
        assertThrows(CheckpointException.class, () -> CausalLMModel.of(other, out.resolve("adapter")));
    }

    @Test
    void batchesOfNothingAreRefused() {
        assertThrows(IllegalArgumentException.class, () -> model.meanLoss(data.sequences(), 0));
        assertThrows(
                IllegalArgumentException.class,
                () -> model.score(data.sequences(), List.of(TokenMeasure.NLL), -1, (batch, scores) -> {}));
        assertThrows(
                IllegalArgumentException.class,
                () -> model.score(data.sequences(), List.of(), 1, (batch, scores) -> {}));
    }

    @Test
    void aBatchLargerThanTheDataIsTheData() {
        List<TokenSequence> few = data.sequences().subList(0, 3);
        assertEquals(model.meanLoss(few, 3), model.meanLoss(few, Integer.MAX_VALUE));
    }

    @Test
    void tokensOfAnotherVocabularyAreNamed() {
        for (int token : new int[] {-5, data.vocabularySize()}) {
            BitSet completion = new BitSet();
            completion.set(2);
            TokenSequence foreign = new TokenSequence(new int[] {1, token, 2}, completion, 1, "row 7");
            DataException refused = assertThrows(DataException.class, () -> model.meanLoss(List.of(foreign), 1));
            assertTrue(refused.getMessage().startsWith("row 7: token " + token + " "), refused.getMessage());
            assertThrows(DataException.class, () -> model.predict(new TokenSequenceExample(foreign)));
        }
    }

    @Test
    void anExampleWithoutPositionsIsRefused() {
        assertThrows(DataException.class, () -> model.predict(new SequenceExample<TokenOutput>()));
    }

    @Test
    void missingArgumentsAreNamed() {
        assertThrows(CheckpointException.class, () -> CausalLMModel.of((String) null));
        assertThrows(PropertyException.class, () -> CausalLMModel.of((Path) null));
        assertThrows(PropertyException.class, () -> CausalLMModel.of(base, null));
        assertThrows(PropertyException.class, () -> CausalLMModel.read(null));
        assertThrows(PropertyException.class, () -> model.setExecution(null));
    }

    /** A target that no configuration can make, like one of a notebook's cell. */
    private static final class Own implements Target {
        Own(double ignored) {}

        @Override
        public Tensor loss(TokenDistribution student, Context context) {
            return student.nll(context.labels());
        }
    }

    @Test
    void anObjectiveThatCannotBeMadeHereIsToldByItsTerms() {
        Term own = new Term(new Own(1), new AllTokens(), Normaliser.VALID, 1);
        Objective both = new Objective(List.of(own, new Term(new LabelTarget(), new AllTokens(), Normaliser.VALID, 1)));
        ModelProvenance provenance = new ModelProvenance(
                CausalLMModel.class.getName(),
                OffsetDateTime.now(),
                data.getProvenance(),
                TinyModel.trainer(base, both, Map.of()).getProvenance());
        assertEquals(
                "trained by Own on all tokens + label on all tokens, on 24 sequences", ModelSummary.of(provenance));
    }
}
