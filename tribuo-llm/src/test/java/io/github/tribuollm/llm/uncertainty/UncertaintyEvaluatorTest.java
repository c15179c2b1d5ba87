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
package io.github.tribuollm.llm.uncertainty;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.oracle.labs.mlrg.olcut.config.ConfigurationManager;
import com.oracle.labs.mlrg.olcut.config.PropertyException;
import com.oracle.labs.mlrg.olcut.provenance.Provenance;
import com.oracle.labs.mlrg.olcut.provenance.ProvenanceUtil;
import io.github.tribuollm.fixtures.TinyModel;
import io.github.tribuollm.llm.CausalLMModel;
import io.github.tribuollm.llm.data.DataException;
import io.github.tribuollm.llm.data.TokenSequence;
import io.github.tribuollm.llm.lora.Adapter;
import io.github.tribuollm.llm.lora.PeftFiles;
import io.github.tribuollm.llm.progress.Progress;
import io.github.tribuollm.llm.progress.ProgressListener;
import io.github.tribuollm.llm.scoring.ScoredModel;
import io.github.tribuollm.llm.token.TokenSequenceDataset;
import io.github.tribuollm.llm.uncertainty.dropout.DropoutPlaces;
import io.github.tribuollm.llm.uncertainty.dropout.MonteCarloDropout;
import io.github.tribuollm.llm.uncertainty.estimation.UncertaintyEstimator;
import io.github.tribuollm.objectives.Objective;
import io.github.tribuollm.runtime.ComputeType;
import io.github.tribuollm.runtime.Execution;
import io.github.tribuollm.runtime.ExecutionProvider;
import io.github.tribuollm.uncertainty.Measure;
import io.github.tribuollm.uncertainty.TokenMeasures;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Estimators and their evaluation on a tiny model. */
final class UncertaintyEvaluatorTest {
    private static final double ROUNDING = 1e-5;

    @TempDir
    private static Path directory;

    private static CausalLMModel model;
    private static TokenSequenceDataset data;
    private static List<Path> members;

    @BeforeAll
    static void train() {
        Path checkpoint = TinyModel.checkpoint(directory.resolve("base"), 3);
        data = TinyModel.data(checkpoint, directory.resolve("rows"), 5);
        members = new ArrayList<>();
        for (String seed : List.of("1", "2", "3")) {
            Map<String, String> settings = Map.of("seed", seed, "learningRate", "0.1");
            model = TinyModel.trainer(checkpoint, Objective.mle(), settings).train(data);
            Path member = directory.resolve("member-" + seed);
            PeftFiles.save(
                    model.adapter().orElseThrow(),
                    member,
                    "tiny",
                    model.checkpoint().identity());
            members.add(member);
        }
    }

    private static ScoredModel scored(Optional<Adapter> adapter) {
        return ScoredModel.of(model.checkpoint(), adapter, ScoredModel.longest(data.sequences()));
    }

    private static double[] values(List<TokenMeasures> documents, Measure measure) {
        return documents.stream()
                .flatMapToDouble(document -> document.completionValues(measure.label()))
                .toArray();
    }

    private static double[] values(ScoredModel scored, List<TokenSequence> rows, UncertaintyEvaluator evaluator) {
        List<double[]> found = new ArrayList<>();
        evaluator.measure(
                scored,
                rows,
                (document, measures) -> found.add(measures.values().iterator().next()));
        return found.stream()
                .flatMapToDouble(Arrays::stream)
                .filter(v -> !Double.isNaN(v))
                .toArray();
    }

    @Test
    void onePassIsWhatTheModelScores() {
        UncertaintyEvaluation evaluation = new UncertaintyEvaluator(new SinglePass()).evaluate(model, data);
        assertEquals(model.meanLoss(data.sequences(), 4).nll(), evaluation.mean(Measure.LOSS), ROUNDING);
        assertEquals(Math.exp(evaluation.mean(Measure.LOSS)), evaluation.perplexity());
        for (double margin : values(evaluation.documents(), Measure.MARGIN)) {
            assertTrue(margin >= 0 && margin <= 1, "margin " + margin);
        }
    }

    /** Each way to measure runs where the model does: in 16 bits every measure is another one, and nearly the same. */
    @Test
    void everyEstimatorRunsWhereTheModelDoes() {
        List<UncertaintyEstimator> estimators = List.of(
                new SinglePass(),
                new MonteCarloDropout(3, 0.2, DropoutPlaces.ALL_LINEAR, 9),
                new DeepEnsemble(members),
                new ReducibleHoldOutLoss(),
                new ReducibleHoldOutLoss(Optional.of(directory.resolve("base")), Optional.empty()));
        for (UncertaintyEstimator estimator : estimators) {
            UncertaintyEvaluator evaluator = new UncertaintyEvaluator(estimator);
            UncertaintyEvaluation exact = evaluator.evaluate(model, data);
            model.setExecution(new Execution(ExecutionProvider.CPU, ComputeType.BFLOAT16));
            UncertaintyEvaluation narrow = evaluator.evaluate(model, data);
            model.setExecution(new Execution());
            assertTrue(narrow.getProvenance().execution().contains("bfloat16"), narrow::toString);
            for (Measure measure : estimator.measures()) {
                assertNotEquals(exact.mean(measure), narrow.mean(measure), estimator + " " + measure);
                assertEquals(exact.mean(measure), narrow.mean(measure), 0.05, estimator + " " + measure);
            }
        }
    }

    @Test
    void documentsComeInTheirOrder() {
        List<String> titles = new ArrayList<>();
        new UncertaintyEvaluator(new SinglePass())
                .measure(
                        scored(model.adapter()),
                        data.sequences(),
                        (document, measures) -> titles.add(document.origin()));
        assertEquals(data.sequences().stream().map(TokenSequence::origin).toList(), titles);
    }

    @Test
    void masksBelongToThePlaceInTheData() {
        ScoredModel scored = scored(model.adapter());
        UncertaintyEvaluator evaluator = new UncertaintyEvaluator(new MonteCarloDropout(4, 0.2, DropoutPlaces.LORA, 9));
        List<TokenSequence> rows = data.sequences();
        double[] together = values(scored, rows, evaluator);
        double[] fewer = values(scored, rows.subList(0, 5), evaluator);
        assertArrayEquals(fewer, Arrays.copyOf(together, fewer.length), ROUNDING);
    }

    @Test
    void aModelEnsembledWithItselfKnowsNoDisagreement() {
        List<Path> copies = Collections.nCopies(3, members.get(0));
        UncertaintyEvaluation evaluation = new UncertaintyEvaluator(new DeepEnsemble(copies)).evaluate(model, data);
        for (double epistemic : values(evaluation.documents(), Measure.EPISTEMIC)) {
            assertEquals(0, epistemic);
        }
        UncertaintyEvaluation single = new UncertaintyEvaluator(new SinglePass()).evaluate(model, data);
        assertTrue(single.mean(Measure.ENTROPY) > 0);
    }

    @Test
    void membersDisagreeAndTheIdentityHolds() {
        UncertaintyEvaluation evaluation = new UncertaintyEvaluator(new DeepEnsemble(members)).evaluate(model, data);
        double[] epistemic = values(evaluation.documents(), Measure.EPISTEMIC);
        double[] reverse = values(evaluation.documents(), Measure.REVERSE_MUTUAL_INFORMATION);
        double[] pairwise = values(evaluation.documents(), Measure.PAIRWISE_DIVERGENCE);
        double[] sum = new double[epistemic.length];
        Arrays.setAll(sum, i -> epistemic[i] + reverse[i]);
        assertArrayEquals(sum, pairwise, ROUNDING);
        assertTrue(Arrays.stream(epistemic).min().orElseThrow() >= -ROUNDING);
        assertTrue(evaluation.mean(Measure.EPISTEMIC) > 1e-3, "the members agree");
        assertEquals(
                evaluation.mean(Measure.TOTAL),
                evaluation.mean(Measure.ALEATORIC) + evaluation.mean(Measure.EPISTEMIC),
                ROUNDING);
    }

    @Test
    void theExcessIsTheDifferenceOfLosses() {
        UncertaintyEvaluation evaluation =
                new UncertaintyEvaluator(new SinglePass(), new ReducibleHoldOutLoss()).evaluate(model, data);
        double[] own = values(evaluation.documents(), Measure.LOSS);
        double[] excess = values(evaluation.documents(), Measure.EXCESS_LOSS);
        List<double[]> base = new ArrayList<>();
        new UncertaintyEvaluator(new SinglePass())
                .measure(
                        scored(Optional.empty()),
                        data.sequences(),
                        (document, measures) -> base.add(measures.get(Measure.LOSS)));
        double[] reference = base.stream()
                .flatMapToDouble(Arrays::stream)
                .filter(v -> !Double.isNaN(v))
                .toArray();
        double[] differences = new double[own.length];
        Arrays.setAll(differences, i -> own[i] - reference[i]);
        assertArrayEquals(differences, excess, ROUNDING);
    }

    @Test
    void anEvaluationSaysWhereItComesFrom() {
        MonteCarloDropout dropout = new MonteCarloDropout(3, 0.2, DropoutPlaces.ALL_LINEAR, 9);
        UncertaintyEvaluation evaluation = new UncertaintyEvaluator(dropout, new SinglePass()).evaluate(model, data);
        assertEquals(model.getProvenance(), evaluation.getProvenance().model());
        assertEquals(data.getProvenance(), evaluation.getProvenance().data());
        assertEquals(
                model.execution().backend().description(),
                evaluation.getProvenance().execution());
        Map<String, Provenance> before = new HashMap<>();
        evaluation.getProvenance().forEach(part -> before.put(part.getA(), part.getB()));
        before.remove("execution");
        assertEquals("", new UncertaintyProvenance(before).execution());
        var marshalled = ProvenanceUtil.marshalProvenance(evaluation.getProvenance());
        assertEquals(evaluation.getProvenance(), ProvenanceUtil.unmarshalProvenance(marshalled));
        ConfigurationManager manager = new ConfigurationManager();
        manager.addConfiguration(
                ProvenanceUtil.extractConfiguration(evaluation.getProvenance().evaluator()));
        UncertaintyEvaluator again =
                manager.lookupAll(UncertaintyEvaluator.class).get(0);
        assertEquals(evaluation.documents(), again.evaluate(model, data).documents());
    }

    @Test
    void whatCannotBeMeasuredIsRefused() {
        assertThrows(PropertyException.class, () -> new MonteCarloDropout(1, 0.1, DropoutPlaces.LORA, 1));
        assertThrows(PropertyException.class, () -> new MonteCarloDropout().withRate(1));
        assertThrows(PropertyException.class, () -> new DeepEnsemble(members.subList(0, 1)));
        assertThrows(
                PropertyException.class,
                () -> new UncertaintyEvaluator(new MonteCarloDropout(), new DeepEnsemble(members)));
        UncertaintyEvaluator lora = new UncertaintyEvaluator(new MonteCarloDropout(3, 0.1, DropoutPlaces.LORA, 1));
        assertThrows(
                IllegalArgumentException.class,
                () -> lora.measure(scored(Optional.empty()), data.sequences(), (document, measures) -> {}));
    }

    @Test
    void anEvaluationIsATable() {
        String table =
                new UncertaintyEvaluator(new SinglePass()).evaluate(model, data).toString();
        List<String> lines = table.lines().toList();
        assertTrue(lines.get(0).startsWith("24 documents, "), table);
        assertEquals(
                List.of("measure", "loss", "entropy", "margin"),
                lines.stream().skip(1).map(line -> line.split(" ")[0]).toList());
    }

    /** Also between the samples of one batch: they take the time. */
    @Test
    void progressIsToldToTheEnd() {
        List<Progress> told = new ArrayList<>();
        UncertaintyEvaluator evaluator = new UncertaintyEvaluator(
                new SinglePass(), new MonteCarloDropout(4, 0.1, DropoutPlaces.ALL_LINEAR, 1).withSamplesAtOnce(2));
        evaluator.measure(
                scored(model.adapter()), data.sequences(), (document, measures) -> {}, new ProgressListener() {
                    @Override
                    public void progressed(Progress progress) {
                        told.add(progress);
                    }
                });
        assertEquals(
                5 * data.completionTokens(), told.get(told.size() - 1).total().orElseThrow());
        assertTrue(told.get(told.size() - 1).isComplete());
        List<Long> done = told.stream().map(Progress::done).toList();
        assertEquals(done.stream().distinct().sorted().toList(), done);
        assertTrue(done.size() % 3 == 0, "one for the pass and two for the samples: " + done);
        long batches = done.size() / 3;
        assertTrue(batches >= 1);
    }

    @Test
    void tokensOfAnotherVocabularyAreNamed() {
        BitSet completion = new BitSet();
        completion.set(1);
        int foreign = data.vocabularySize();
        TokenSequenceDataset others = new TokenSequenceDataset(
                List.of(new TokenSequence(new int[] {1, foreign}, completion, 1, "row 7")),
                foreign + 1,
                data.getSourceProvenance());
        UncertaintyEvaluator evaluator = new UncertaintyEvaluator(new SinglePass());
        DataException refused = assertThrows(DataException.class, () -> evaluator.evaluate(model, others));
        assertTrue(refused.getMessage().startsWith("row 7: token " + foreign), refused.getMessage());
    }

    @Test
    void missingSettingsAreNamed() {
        assertThrows(PropertyException.class, () -> new MonteCarloDropout(2, 0.1, null, 1));
        assertThrows(PropertyException.class, () -> new RefreshedUncertainty(null, 5));
    }
}
