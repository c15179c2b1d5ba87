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

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.oracle.labs.mlrg.olcut.config.ConfigurationManager;
import com.oracle.labs.mlrg.olcut.config.PropertyException;
import com.oracle.labs.mlrg.olcut.provenance.ProvenanceUtil;
import io.github.tribuollm.fixtures.TinyModel;
import io.github.tribuollm.llm.checkpoint.Checkpoint;
import io.github.tribuollm.llm.checkpoint.CheckpointException;
import io.github.tribuollm.llm.data.DataException;
import io.github.tribuollm.llm.graphs.TrainingException;
import io.github.tribuollm.llm.lora.Adapter;
import io.github.tribuollm.llm.lora.PeftFiles;
import io.github.tribuollm.llm.memory.MemoryPlan;
import io.github.tribuollm.llm.teacher.Reference;
import io.github.tribuollm.llm.token.TokenExample;
import io.github.tribuollm.llm.token.TokenFactory;
import io.github.tribuollm.llm.token.TokenOutput;
import io.github.tribuollm.llm.token.TokenSequenceDataset;
import io.github.tribuollm.llm.token.TokenSequenceSource;
import io.github.tribuollm.llm.training.Batches;
import io.github.tribuollm.llm.training.FullTuning;
import io.github.tribuollm.llm.training.InterruptedRun;
import io.github.tribuollm.llm.training.Lora;
import io.github.tribuollm.llm.training.Optimisation;
import io.github.tribuollm.llm.training.RunDirectory;
import io.github.tribuollm.llm.training.report.EvaluationReport;
import io.github.tribuollm.llm.training.report.ResumeReport;
import io.github.tribuollm.llm.training.report.RunReport;
import io.github.tribuollm.llm.training.report.StepReport;
import io.github.tribuollm.llm.training.report.TrainingListener;
import io.github.tribuollm.objectives.Normaliser;
import io.github.tribuollm.objectives.Objective;
import io.github.tribuollm.objectives.Objectives;
import io.github.tribuollm.objectives.Term;
import io.github.tribuollm.objectives.target.LabelTarget;
import io.github.tribuollm.objectives.weight.AllTokens;
import io.github.tribuollm.objectives.weight.Granularity;
import io.github.tribuollm.objectives.weight.LossScore;
import io.github.tribuollm.objectives.weight.Scope;
import io.github.tribuollm.objectives.weight.Selection;
import io.github.tribuollm.objectives.weight.TokenWeight;
import io.github.tribuollm.objectives.weight.TopQuantile;
import io.github.tribuollm.runtime.ComputeType;
import io.github.tribuollm.runtime.Execution;
import io.github.tribuollm.runtime.ExecutionProvider;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.tribuo.impl.ArrayExample;
import org.tribuo.provenance.SimpleDataSourceProvenance;
import org.tribuo.sequence.ImmutableSequenceDataset;
import org.tribuo.sequence.MinimumCardinalitySequenceDataset;
import org.tribuo.sequence.MutableSequenceDataset;
import org.tribuo.sequence.SequenceDataset;
import org.tribuo.sequence.SequenceExample;
import org.tribuo.test.Helpers;

class CausalLMTrainerTest {
    @TempDir
    private Path directory;

    private Path base;
    private TokenSequenceDataset data;

    @BeforeEach
    void write() {
        base = TinyModel.checkpoint(directory.resolve("base"), 1);
        data = TinyModel.data(base, directory.resolve("train.jsonl"), 1);
    }

    private TokenSequenceSource heldOut() {
        return TinyModel.source(base, TinyModel.rows(directory.resolve("heldout.jsonl"), 2));
    }

    private CausalLMTrainer trainer(Objective objective, Map<String, String> settings) {
        return TinyModel.trainer(base, objective, settings);
    }

    private static String sha256(CausalLMModel model) {
        return model.adapter().orElseThrow().sha256();
    }

    private static String recorded(CausalLMModel model, String name) {
        return model.getProvenance().getInstanceProvenance().getMap().get(name).toString();
    }

    /** Stops after so many steps, counted over all runs of the trainer. */
    private static CausalLMTrainer stoppingAfter(int steps, CausalLMTrainer trainer) {
        AtomicInteger done = new AtomicInteger();
        return trainer.withStopSignal(() -> done.incrementAndGet() == steps);
    }

    @Test
    void theConfigurationIsTheProvenance() throws IOException {
        CausalLMTrainer trainer = TinyModel.trainer(
                base,
                Objective.maskedMleDistill(0.6),
                Map.of("dropout", "0.1", "schedule", "LINEAR", "seed", "7"),
                Map.of("heldout", heldOut()));
        Helpers.testProvenanceMarshalling(trainer.getProvenance());
        ConfigurationManager writer = new ConfigurationManager();
        writer.addConfiguration(ProvenanceUtil.extractConfiguration(trainer.getProvenance()));
        Path xml = directory.resolve("trainer.xml");
        writer.save(xml.toFile(), true);
        CausalLMTrainer again = new ConfigurationManager(xml.toString())
                .lookupAll(CausalLMTrainer.class)
                .get(0);
        assertEquals(withoutTimes(trainer), withoutTimes(again));
        assertTrue(withoutTimes(again).contains("0.6"), withoutTimes(again));
        Helpers.testConfigurableRoundtrip(trainer(Objective.maskedMle(0.6), Map.of()));
    }

    private static String withoutTimes(CausalLMTrainer trainer) {
        return trainer.getProvenance().toString().replaceAll("datasource-creation-time=[^,)]*", "");
    }

    @ParameterizedTest
    @CsvSource({
        "rank,0",
        "alpha,0",
        "dropout,1",
        "epochs,0",
        "batchSize,0",
        "microBatchSize,5",
        "learningRate,-1",
        "warmupRatio,1",
        "weightDecay,-1",
        "beta1,1",
        "beta2,1",
        "clipNorm,0",
        "interval,-1",
        "saveInterval,-1"
    })
    void hyperparametersOutOfRangeAreNamed(String field, String value) {
        PropertyException refused =
                assertThrows(PropertyException.class, () -> trainer(Objective.mle(), Map.of(field, value)));
        assertEquals(field, refused.getProperty(), refused.getMessage());
    }

    @Test
    void trainingIsAFunctionOfSeedAndInvocation() {
        CausalLMTrainer trainer = trainer(Objective.maskedMle(0.75), Map.of());
        CausalLMModel first = trainer.train(data);
        CausalLMModel second = trainer.train(data);
        assertEquals(2, trainer.getInvocationCount());
        assertNotEquals(sha256(first), sha256(second));
        assertEquals(
                sha256(first),
                sha256(trainer(Objective.maskedMle(0.75), Map.of()).train(data)));
        trainer.setInvocationCount(1);
        assertEquals(sha256(second), sha256(trainer.train(data)));
        Helpers.testProvenanceMarshalling(second.getProvenance());
        assertEquals(sha256(first), recorded(first, "adapter-sha256"));
        assertEquals(first.baseSha256(), recorded(first, "base-sha256"));
    }

    @Test
    void trainingLowersTheLoss() {
        TokenSequenceSource source = heldOut();
        CausalLMModel model = trainer(Objective.mle(), Map.of("epochs", "8", "rank", "8", "alpha", "16"))
                .train(data);
        Adapter zero = trainer(Objective.mle(), Map.of("learningRate", "1e-30"))
                .train(data)
                .adapter()
                .orElseThrow();
        assertTrue(zero.modules().values().stream().allMatch(m -> Math.abs(m.b()[0]) < 1e-20f));
        double before = trainer(Objective.mle(), Map.of("learningRate", "1e-30"))
                .train(data)
                .meanLoss(source.sequences(), 4)
                .nll();
        double after = model.meanLoss(source.sequences(), 4).nll();
        assertTrue(after < before - 0.5, before + " -> " + after);
    }

    @Test
    void distillationTrainsAndRecordsItsReference() {
        CausalLMTrainer trainer = trainer(Objective.maskedMleDistill(0.75), Map.of());
        CausalLMModel model =
                trainer.withOutputDirectory(directory.resolve("out")).train(data);
        CausalLMModel vanilla = trainer(Objective.mle(), Map.of()).train(data);
        assertEquals(sha256(vanilla), recorded(model, "reference-adapter-sha256"));
        assertTrue(recorded(model, "reference-origin").startsWith("trained"));
        assertEquals(
                sha256(vanilla),
                PeftFiles.load(directory.resolve("out/reference")).sha256());
        assertEquals(
                sha256(model), PeftFiles.load(directory.resolve("out/adapter")).sha256());
        CausalLMModel given = trainer(Objective.maskedMleDistill(0.75), Map.of())
                .withReference(Reference.adapter(directory.resolve("out/reference")))
                .train(data);
        assertEquals(sha256(model), sha256(given));
        assertEquals("given", recorded(given, "reference-origin"));
    }

    @Test
    void float16RecordsTheStepsThatItSkipped() {
        Execution float16 = new Execution(ExecutionProvider.CPU, 0, 0, false, ComputeType.FLOAT16);
        CausalLMModel model = trainer(Objective.maskedMleDistill(0.75), Map.of())
                .withExecution(float16)
                .train(data);
        assertEquals("0", recorded(model, "train-skipped-steps"));
        assertEquals("0", recorded(model, "reference-skipped-steps"));
        CausalLMModel plain = trainer(Objective.mle(), Map.of()).train(data);
        assertFalse(plain.getProvenance().getInstanceProvenance().getMap().containsKey("train-skipped-steps"));
    }

    @Test
    void aFinishedResultIsReplacedByItselfOnly() throws IOException {
        Path out = directory.resolve("out");
        CausalLMTrainer trainer =
                trainer(Objective.maskedMleDistill(0.75), Map.of()).withOutputDirectory(out);
        CausalLMModel first = trainer.train(data);
        CausalLMTrainer alike = trainer(Objective.maskedMleDistill(0.75), Map.of("saveInterval", "3"))
                .withOutputDirectory(out);
        assertEquals(sha256(first), sha256(alike.train(data)));
        byte[] adapter = Files.readAllBytes(out.resolve("adapter/adapter_model.safetensors"));
        Map<CausalLMTrainer, String> others = Map.of(
                trainer(Objective.maskedMleDistill(0.75), Map.of("seed", "2")), "seed was 1, is now 2",
                trainer(Objective.maskedMle(0.75), Map.of()), "objective.terms.0.normaliser was VALID, is now SELECTED",
                trainer(Objective.maskedMleDistill(0.75), Map.of("rank", "3")), "tuning.rank was 2, is now 3",
                trainer(Objective.maskedMleDistill(0.5), Map.of()), "selector.quantile was 0.75, is now 0.5",
                trainer(Objective.maskedMleDistill(0.75), Map.of("beta1", "0.8")),
                        "optimisation.beta1 was 0.9, is now 0.8");
        others.forEach((other, change) -> refused(other.withOutputDirectory(out), change));
        Files.delete(out.resolve("settings.json"));
        Files.delete(out.resolve("reference/settings.json"));
        refused(
                trainer(Objective.maskedMleDistill(0.75), Map.of()).withOutputDirectory(out),
                "holds an adapter already");
        assertArrayEquals(adapter, Files.readAllBytes(out.resolve("adapter/adapter_model.safetensors")));
    }

    private void refused(CausalLMTrainer trainer, String reason) {
        String message =
                assertThrows(TrainingException.class, () -> trainer.train(data)).getMessage();
        assertTrue(message.contains(reason), message);
    }

    static Stream<Arguments> interruptions() {
        return Stream.of(
                Arguments.of(Objective.mle(), Map.of(), 1),
                Arguments.of(Objective.maskedMle(0.75), Map.of("dropout", "0.2", "microBatchSize", "2"), 3),
                Arguments.of(Objective.maskedMleDistill(0.75), Map.of(), 2),
                Arguments.of(Objective.maskedMleDistill(0.75), Map.of(), TinyModel.STEPS),
                Arguments.of(Objective.maskedMleDistill(0.75), Map.of("interval", "2"), TinyModel.STEPS + 2));
    }

    @ParameterizedTest
    @MethodSource("interruptions")
    void anInterruptedRunResumesToTheSameBits(Objective objective, Map<String, String> settings, int stopAfter)
            throws IOException {
        Map<String, TokenSequenceSource> evaluation = Map.of("heldout", heldOut());
        CausalLMModel whole = TinyModel.trainer(base, objective, settings, evaluation)
                .withOutputDirectory(directory.resolve("whole"))
                .train(data);
        CausalLMTrainer trainer =
                TinyModel.trainer(base, objective, settings, evaluation).withOutputDirectory(directory.resolve("cut"));
        assertThrows(
                InterruptedRun.class, () -> stoppingAfter(stopAfter, trainer).train(data));
        assertEquals(0, trainer.getInvocationCount());
        CausalLMModel resumed = trainer.withStopSignal(() -> false).train(data);
        assertEquals(sha256(whole), sha256(resumed));
        assertArrayEquals(
                Files.readAllBytes(directory.resolve("whole/adapter/adapter_model.safetensors")),
                Files.readAllBytes(directory.resolve("cut/adapter/adapter_model.safetensors")));
        assertFalse(Files.exists(directory.resolve("cut/state.safetensors")));
        assertFalse(Files.exists(directory.resolve("cut/reference/state.safetensors")));
    }

    @ParameterizedTest
    @CsvSource({"false", "true"})
    void aRunWithoutStepsLeftFinishes(boolean full) throws IOException {
        Path out = directory.resolve("out");
        Path result = out.resolve(full ? "checkpoint/model.safetensors" : "adapter/adapter_model.safetensors");
        CausalLMTrainer adapting = trainer(full ? Objective.mle() : Objective.maskedMleDistill(0.75), Map.of());
        CausalLMTrainer bare = full ? adapting.withTuning(FullTuning.fromCheckpoint()) : adapting;
        CausalLMTrainer trainer = bare.withOutputDirectory(out);
        assertThrows(
                IllegalStateException.class,
                () -> trainer.withResults(model -> {
                            throw new IllegalStateException("the process ends here");
                        })
                        .train(data));
        byte[] first = Files.readAllBytes(result);
        List<String> told = new ArrayList<>();
        trainer.withListener(new TrainingListener() {
                    @Override
                    public void resumed(ResumeReport from) {
                        told.add("resumed " + from.step() + " " + Double.isFinite(from.loss()));
                    }

                    @Override
                    public void stepped(StepReport step) {
                        told.add("step " + step.step());
                    }
                })
                .train(data);
        String resumed = "resumed " + TinyModel.STEPS + " true";
        assertEquals(full ? List.of(resumed) : List.of(resumed, resumed), told);
        assertArrayEquals(first, Files.readAllBytes(result));
        assertFalse(Files.exists(out.resolve("state.safetensors")));
        assertFalse(Files.exists(out.resolve("reference/state.safetensors")));
    }

    @Test
    void aRunThatStopsTellsItsListenerWhere() {
        List<String> told = new ArrayList<>();
        CausalLMTrainer trainer = trainer(Objective.mle(), Map.of()).withListener(new TrainingListener() {
            @Override
            public void planned(MemoryPlan memory) {
                told.add(memory.total().replaceAll("[0-9.]+ GB", "1 GB"));
            }

            @Override
            public void stopped(RunReport run, int step) {
                told.add("stopped " + run.name() + " after " + step);
            }

            @Override
            public void finished(RunReport run, Duration elapsed) {
                told.add("finished");
            }
        });
        assertThrows(InterruptedRun.class, () -> stoppingAfter(2, trainer).train(data));
        String planned = "about 1 GB of memory at the peak";
        assertEquals(List.of(planned, "stopped train after 2"), told);
        trainer.train(data);
        assertEquals(List.of(planned, "stopped train after 2", planned, "finished"), told);
    }

    @Test
    void weightsThatSomebodyWritesToStopTheRun() {
        Path weights = base.resolve("model.safetensors");
        CausalLMTrainer trainer = trainer(Objective.mle(), Map.of()).withListener(new TrainingListener() {
            @Override
            public void stepped(StepReport step) {
                try {
                    Files.write(weights, new byte[8], StandardOpenOption.APPEND);
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            }
        });
        CheckpointException refused = assertThrows(CheckpointException.class, () -> trainer.train(data));
        assertTrue(refused.getMessage().contains("written to while it is in use"), refused.getMessage());
    }

    @Test
    void weightsThatAreReplacedByRenamingDoNoHarm() throws IOException {
        Path weights = base.resolve("model.safetensors");
        String undisturbed = sha256(trainer(Objective.mle(), Map.of()).train(data));
        Path fresh = Files.write(directory.resolve("fresh"), new byte[8]);
        CausalLMTrainer trainer = trainer(Objective.mle(), Map.of()).withListener(new TrainingListener() {
            @Override
            public void stepped(StepReport step) {
                try {
                    if (step.step() == 1) {
                        Files.move(fresh, weights, StandardCopyOption.REPLACE_EXISTING);
                    }
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            }
        });
        assertEquals(undisturbed, sha256(trainer.train(data)));
    }

    static Stream<Arguments> otherSettings() {
        return Stream.of(
                Arguments.of(Objective.mle(), Map.of("learningRate", "0.02")),
                Arguments.of(Objective.mle(), Map.of("alpha", "8")),
                Arguments.of(Objective.mle(), Map.of("dropout", "0.1")),
                Arguments.of(Objective.maskedMle(0.75), Map.of()));
    }

    @ParameterizedTest
    @MethodSource("otherSettings")
    void aStateOfOtherSettingsIsRefusedAndKept(Objective objective, Map<String, String> settings) throws IOException {
        Path out = directory.resolve("out");
        CausalLMTrainer first = trainer(Objective.mle(), Map.of()).withOutputDirectory(out);
        assertThrows(InterruptedRun.class, () -> stoppingAfter(2, first).train(data));
        byte[] state = Files.readAllBytes(out.resolve("state.safetensors"));
        CausalLMTrainer other = trainer(objective, settings).withOutputDirectory(out);
        TrainingException refused = assertThrows(TrainingException.class, () -> other.train(data));
        assertTrue(refused.getMessage().contains("state.safetensors"), refused.getMessage());
        assertTrue(
                refused.getMessage().contains(" was ") && refused.getMessage().contains(", is now "),
                refused.getMessage());
        assertArrayEquals(state, Files.readAllBytes(out.resolve("state.safetensors")));
    }

    @Test
    void aStateOfOtherDataOrAnotherStartIsRefused() {
        Path out = directory.resolve("out");
        assertThrows(
                InterruptedRun.class,
                () -> stoppingAfter(2, trainer(Objective.mle(), Map.of()))
                        .withOutputDirectory(out)
                        .train(data));
        TokenSequenceDataset other = new TokenSequenceDataset(heldOut());
        assertThrows(
                TrainingException.class,
                () -> trainer(Objective.mle(), Map.of())
                        .withOutputDirectory(out)
                        .train(other));
        Path start = directory.resolve("start");
        trainer(Objective.mle(), Map.of()).withOutputDirectory(start).train(data);
        CausalLMTrainer further = trainer(Objective.mle(), Map.of())
                .withTuning(new Lora().withInitialAdapter(start.resolve("adapter")))
                .withOutputDirectory(out);
        assertThrows(TrainingException.class, () -> further.train(data));
    }

    @Test
    void twoRunsOnOneDirectoryAreRefused() {
        Path out = directory.resolve("out");
        try (RunDirectory held = RunDirectory.open(out)) {
            TrainingException refused = assertThrows(
                    TrainingException.class,
                    () -> trainer(Objective.maskedMleDistill(0.75), Map.of())
                            .withOutputDirectory(held.path())
                            .train(data));
            assertTrue(refused.getMessage().contains(out.toString()), refused.getMessage());
        }
        trainer(Objective.mle(), Map.of()).withOutputDirectory(out).train(data);
    }

    @Test
    void adaptersOfAnotherBaseAreRefused() {
        Path other = TinyModel.checkpoint(directory.resolve("other"), 2);
        Path out = directory.resolve("other-out");
        TinyModel.trainer(other, Objective.mle(), Map.of())
                .withOutputDirectory(out)
                .train(data);
        Path adapter = out.resolve("adapter");
        CausalLMTrainer distilling = trainer(Objective.maskedMleDistill(0.75), Map.of());
        for (CausalLMTrainer trainer : List.of(
                distilling.withReference(Reference.adapter(adapter)),
                distilling.withTuning(new Lora().withInitialAdapter(adapter)))) {
            CheckpointException refused = assertThrows(CheckpointException.class, () -> trainer.train(data));
            assertTrue(refused.getMessage().contains("SHA-256"), refused.getMessage());
        }
    }

    @Test
    void dataAndReferencesOfAnotherVocabularyAreRefused() {
        Path larger = TinyModel.checkpoint(directory.resolve("larger"), 1, 300);
        TokenSequenceDataset theirs =
                new TokenSequenceDataset(TinyModel.source(larger, directory.resolve("train.jsonl")));
        IllegalArgumentException refused = assertThrows(
                IllegalArgumentException.class,
                () -> trainer(Objective.mle(), Map.of()).train(theirs));
        assertTrue(refused.getMessage().contains("300"), refused.getMessage());
        Path out = directory.resolve("larger-out");
        TinyModel.trainer(larger, Objective.mle(), Map.of())
                .withOutputDirectory(out)
                .train(theirs);
        CausalLMTrainer distilling = trainer(Objective.maskedMleDistill(0.75), Map.of())
                .withReference(Reference.adapter(out.resolve("adapter")));
        assertThrows(CheckpointException.class, () -> distilling.train(data));
    }

    /** Another rank; the base itself; another checkpoint, here a copy of the base. All but the first are one model. */
    @Test
    void anyModelOfTheVocabularyCanBeTheReference() {
        Path out = directory.resolve("reference");
        trainer(Objective.mle(), Map.of("rank", "3")).withOutputDirectory(out).train(data);
        String ofRankThree = adapterHash(Reference.adapter(out.resolve("adapter")));
        String base = adapterHash(Reference.base());
        Path copy = TinyModel.checkpoint(directory.resolve("copy"), 1);
        String other = adapterHash(Reference.checkpoint(copy.toString()));
        Path different = TinyModel.checkpoint(directory.resolve("different"), 2);
        assertEquals(base, other);
        assertNotEquals(base, ofRankThree);
        assertNotEquals(base, adapterHash(Reference.checkpoint(different.toString())));
    }

    private String adapterHash(Reference reference) {
        return trainer(Objective.distill(), Map.of())
                .withReference(reference)
                .train(data)
                .adapter()
                .orElseThrow()
                .sha256();
    }

    @Test
    void aReferenceOfAnotherTokenizerIsRefused() throws IOException {
        Path other = TinyModel.checkpoint(directory.resolve("other"), 1);
        Path tokenizer = other.resolve("tokenizer.json");
        Files.writeString(tokenizer, Files.readString(tokenizer).replace("\"!\":", "\"!!\":"));
        CausalLMTrainer trainer =
                trainer(Objective.distill(), Map.of()).withReference(Reference.checkpoint(other.toString()));
        TrainingException refused = assertThrows(TrainingException.class, () -> trainer.train(data));
        assertTrue(refused.getMessage().contains("only models of one tokenizer"), refused.getMessage());
    }

    @Test
    void documentsCannotBeRankedAlone() {
        Selection byDocument =
                new Selection(new LossScore(), new TopQuantile(0.5), Granularity.DOCUMENT, Scope.MICRO_BATCH);
        PropertyException alone = assertThrows(
                PropertyException.class, () -> trainer(Objective.maskedMle(byDocument), Map.of("microBatchSize", "1")));
        assertTrue(alone.getMessage().contains("has only one"), alone.getMessage());
        assertThrows(
                PropertyException.class,
                () -> trainer(Objectives.documentSelection(new LossScore(), 0.5), Map.of("batchSize", "1")));
    }

    @Test
    void dataWithoutTheNumbersOfTheObjectiveAreRefused() {
        CausalLMTrainer trainer = trainer(Objectives.reinforce(), Map.of());
        TrainingException refused = assertThrows(TrainingException.class, () -> trainer.train(data));
        assertTrue(
                refused.getMessage().contains("train.jsonl:1: the sequence has no column \"advantage\""),
                refused.getMessage());
    }

    @Test
    void aLossThatIsNotFiniteStopsWithStepAndBatchSaved() throws IOException {
        Path out = directory.resolve("out");
        CausalLMTrainer trainer = trainer(
                        Objective.mle(), Map.of("learningRate", "1e30", "schedule", "CONSTANT", "saveInterval", "1"))
                .withOutputDirectory(out);
        TrainingException stopped = assertThrows(TrainingException.class, () -> trainer.train(data));
        assertTrue(stopped.getMessage().startsWith("Step 2 is not finite"), stopped.getMessage());
        assertTrue(stopped.getMessage().contains("failed-step-2.json"), stopped.getMessage());
        String batch = Files.readString(out.resolve("failed-step-2.json"));
        assertTrue(batch.contains("train.jsonl:"), batch);
        assertTrue(Files.size(out.resolve("failed-step-2.safetensors")) > 0);
        assertTrue(Files.size(out.resolve("state.safetensors")) > 0);
    }

    @Test
    void everyParameterCanBeTrainedFromScratch() throws IOException {
        Path template = TinyModel.template(directory.resolve("template"), data.vocabularySize());
        Path out = directory.resolve("out");
        CausalLMTrainer bare = TinyModel.trainer(template, Objective.mle(), Map.of("epochs", "8"))
                .withTuning(FullTuning.fromScratch());
        CausalLMTrainer trainer = bare.withOutputDirectory(out);
        CausalLMModel model = trainer.train(data);
        assertTrue(model.meanLoss(data.sequences(), 4).nll() < 4, "no learning");
        try (Checkpoint written = Checkpoint.open(out.resolve("checkpoint"))) {
            assertEquals(written.identity().sha256(), recorded(model, "checkpoint-sha256"));
            assertEquals(64, recorded(model, "config-sha256").length());
        }
        IllegalStateException refused = assertThrows(IllegalStateException.class, () -> trainer.train(data));
        assertTrue(refused.getMessage().contains("another output directory"), refused.getMessage());

        CausalLMTrainer cut = bare.withOutputDirectory(directory.resolve("cut"));
        assertThrows(InterruptedRun.class, () -> stoppingAfter(5, cut).train(data));
        cut.train(data);
        assertArrayEquals(
                Files.readAllBytes(out.resolve("checkpoint/model.safetensors")),
                Files.readAllBytes(directory.resolve("cut/checkpoint/model.safetensors")));
    }

    @Test
    void fullTrainingStartsFromTheCheckpoint() {
        Path out =
                Path.of("").toAbsolutePath().relativize(directory.resolve("out").toAbsolutePath());
        CausalLMTrainer trainer = trainer(Objective.maskedMle(0.75), Map.of("learningRate", "1e-30"))
                .withTuning(FullTuning.fromCheckpoint());
        CausalLMModel model = trainer.withOutputDirectory(out).train(data);
        assertEquals(directory.resolve("out/checkpoint").toAbsolutePath().toString(), model.checkpointLocation());
        double before = trainer(Objective.mle(), Map.of("learningRate", "1e-30"))
                .train(data)
                .meanLoss(data.sequences(), 4)
                .nll();
        assertEquals(before, model.meanLoss(data.sequences(), 4).nll(), 1e-6);
        assertNotEquals(model.baseSha256(), recorded(model, "base-sha256"));
        assertThrows(
                IllegalStateException.class,
                () -> trainer(Objective.mle(), Map.of())
                        .withTuning(FullTuning.fromCheckpoint())
                        .train(data));
    }

    @ParameterizedTest
    @CsvSource({"1", "2", "4"})
    void dropoutIsTheSameForAnyMicroBatch(String microBatch) {
        Map<String, String> whole = Map.of("dropout", "0.3", "bucketByLength", "false");
        Map<String, String> cut = Map.of("dropout", "0.3", "bucketByLength", "false", "microBatchSize", microBatch);
        List<Double> expected = losses(trainer(Objective.maskedMle(0.75), whole));
        List<Double> found = losses(trainer(Objective.maskedMle(0.75), cut));
        for (int i = 0; i < expected.size(); i++) {
            assertEquals(expected.get(i), found.get(i), 1e-4 * expected.get(i));
        }
        assertEquals(found, losses(trainer(Objective.maskedMle(0.75), cut)));
        assertNotEquals(expected, losses(trainer(Objective.maskedMle(0.75), Map.of("bucketByLength", "false"))));
    }

    @ParameterizedTest
    @CsvSource({"BUCKETED, 0", "BUCKETED, 2", "PACKED, 0", "PACKED, 2"})
    void trainingIsTheSameForAnyBatching(String batching, String microBatch) {
        Map<String, String> padded = Map.of("dropout", "0.3");
        Map<String, String> settings = Map.of("dropout", "0.3", "batching", batching, "microBatchSize", microBatch);
        List<Double> expected = losses(trainer(Objective.maskedMle(0.75), padded));
        List<Double> found = losses(trainer(Objective.maskedMle(0.75), settings));
        assertEquals(expected.size(), found.size());
        for (int i = 0; i < expected.size(); i++) {
            assertEquals(expected.get(i), found.get(i), 1e-4 * expected.get(i));
        }
    }

    @Test
    void aSelectionWithinMicroBatchesIsNotLaidOutByLength() {
        TokenWeight within =
                new Selection(new LossScore(), new TopQuantile(0.75), Granularity.TOKEN, Scope.MICRO_BATCH);
        Objective objective = Objective.maskedMle(within);
        PropertyException e =
                assertThrows(PropertyException.class, () -> trainer(objective, Map.of("batching", "PACKED")));
        assertTrue(e.getMessage().contains("batching"), e.getMessage());
        trainer(objective, Map.of("batching", "PADDED"));
    }

    @Test
    void heldOutDataAreMeasuredBeforeTheFirstStepAndAfterTheLast() {
        List<EvaluationReport> found = new ArrayList<>();
        CausalLMTrainer trainer = TinyModel.trainer(base, Objective.mle(), Map.of(), Map.of("heldout", heldOut()))
                .withListener(new TrainingListener() {
                    @Override
                    public void evaluated(EvaluationReport report) {
                        found.add(report);
                    }
                });
        double after = trainer.train(data).meanLoss(heldOut().sequences(), 4).nll();
        assertEquals(
                List.of(0, TinyModel.STEPS),
                found.stream().map(EvaluationReport::step).toList());
        CausalLMModel bare = CausalLMModel.of(base);
        assertEquals(bare.meanLoss(heldOut().sequences(), 4).nll(), found.get(0).nll(), 1e-5);
        assertEquals(after, found.get(1).nll(), 1e-5);
        assertEquals("train", found.get(1).stage().run());
    }

    /** Tribuo's own data sets of the same examples. */
    @Test
    void anyDataSetOfTokensTrainsTheSameAdapter() {
        TokenSequenceSource source = TinyModel.source(base, directory.resolve("train.jsonl"));
        String expected = sha256(trainer(Objective.mle(), Map.of()).train(data));
        for (SequenceDataset<TokenOutput> other : List.of(
                new MutableSequenceDataset<>(source),
                new MinimumCardinalitySequenceDataset<>(new MutableSequenceDataset<>(source), 0),
                ImmutableSequenceDataset.copyDataset(data, data.getFeatureIDMap(), data.getOutputIDInfo()))) {
            CausalLMModel model = trainer(Objective.mle(), Map.of()).train(other);
            assertEquals(expected, sha256(model), other.getClass().getName());
            assertEquals(
                    other.getProvenance().getClass(),
                    model.getProvenance().getDatasetProvenance().getClass());
        }
    }

    @Test
    void examplesThatAreNoTokensAreRefused() {
        SequenceExample<TokenOutput> words = new SequenceExample<>();
        words.addExample(new ArrayExample<>(new TokenOutput(3), new String[] {"word"}, new double[] {1}));
        assertRefused(words, "example 0, position 0 has the feature 'word'");
        SequenceExample<TokenOutput> torn = new SequenceExample<>();
        torn.addExample(new TokenExample(1, 2, 1));
        torn.addExample(new TokenExample(3, 4, 1));
        assertRefused(torn, "position 1 reads token 3, but the output before it is 2");
        SequenceExample<TokenOutput> weighted = new SequenceExample<>();
        weighted.addExample(new TokenExample(1, 2, 0.5f));
        assertRefused(weighted, "weight 0.5");
        SequenceExample<TokenOutput> large = new SequenceExample<>();
        large.addExample(new TokenExample(1, 999_999, 1));
        assertRefused(large, "token 999999 is not in the vocabulary");
    }

    private void assertRefused(SequenceExample<TokenOutput> example, String reason) {
        MutableSequenceDataset<TokenOutput> set = new MutableSequenceDataset<>(
                new SimpleDataSourceProvenance("test", new TokenFactory()), new TokenFactory());
        set.add(example);
        CausalLMTrainer trainer = trainer(Objective.mle(), Map.of());
        DataException refused = assertThrows(DataException.class, () -> trainer.train(set));
        assertTrue(refused.getMessage().contains(reason), refused.getMessage());
        assertEquals(0, trainer.getInvocationCount());
    }

    private List<Double> losses(CausalLMTrainer trainer) {
        List<Double> losses = new ArrayList<>();
        trainer.withListener(new TrainingListener() {
                    @Override
                    public void stepped(StepReport report) {
                        losses.add(report.loss());
                    }
                })
                .train(data);
        return losses;
    }

    @Test
    void aBatchLargerThanTheDataIsTheData() {
        Path base = TinyModel.checkpoint(directory.resolve("all-at-once"), 1);
        TokenSequenceDataset data = TinyModel.data(base, directory.resolve("all-at-once.jsonl"), 1);
        CausalLMTrainer trainer = new CausalLMTrainer(base, Objective.maskedMle(0.75));
        String largest = sha256(trainer.withBatches(new Batches().withBatchSize(Integer.MAX_VALUE)), data);
        assertEquals(sha256(trainer.withBatches(new Batches().withBatchSize(data.size())), data), largest);
    }

    private static String sha256(CausalLMTrainer trainer, TokenSequenceDataset data) {
        return trainer.train(data).adapter().orElseThrow().sha256();
    }

    @Test
    void moreStepsThanCanBeCountedAreRefused() {
        Path base = TinyModel.checkpoint(directory.resolve("endless"), 1);
        TokenSequenceDataset data = TinyModel.data(base, directory.resolve("endless.jsonl"), 1);
        CausalLMTrainer trainer = new CausalLMTrainer(base, Objective.mle())
                .withBatches(new Batches().withBatchSize(1))
                .withOptimisation(new Optimisation().withEpochs(Integer.MAX_VALUE));
        TrainingException refused = assertThrows(TrainingException.class, () -> trainer.train(data));
        assertTrue(refused.getMessage().contains("epochs"), refused.getMessage());
    }

    @Test
    void aResultThatIsNotFiniteIsNotReturned() {
        Path base = TinyModel.checkpoint(directory.resolve("ruined"), 1);
        TokenSequenceDataset data = TinyModel.data(base, directory.resolve("ruined.jsonl"), 1);
        CausalLMTrainer trainer = new CausalLMTrainer(base, Objective.mle())
                .withBatches(new Batches().withBatchSize(data.size()))
                .withOptimisation(new Optimisation().withLearningRate(Double.MAX_VALUE));
        TrainingException refused = assertThrows(TrainingException.class, () -> trainer.train(data));
        assertTrue(refused.getMessage().contains("Step 1 made model."), refused.getMessage());
    }

    @Test
    void aStateThatIsNotFiniteDoesNotReplaceTheLastGoodOne() throws IOException {
        Path out = directory.resolve("out");
        Path saved = out.resolve("state.safetensors");
        CausalLMTrainer trainer = new CausalLMTrainer(base, Objective.mle())
                .withBatches(new Batches().withBatchSize(4))
                .withOptimisation(new Optimisation().withLearningRate(Double.MAX_VALUE))
                .withSaveInterval(1)
                .withOutputDirectory(out);
        TrainingException refused = assertThrows(TrainingException.class, () -> trainer.train(data));
        assertTrue(refused.getMessage().startsWith("Step 1 made model."), refused.getMessage());
        assertFalse(Files.exists(saved));
    }

    /** Where squares of gradients overflow, AdamW divides by infinity and learns nothing more. */
    @Test
    void momentsThatOverflowAreTold() {
        CausalLMTrainer trainer = new CausalLMTrainer(
                        base,
                        new Objective(List.of(new Term(new LabelTarget(), new AllTokens(), Normaliser.VALID, 1e25))))
                .withOptimisation(new Optimisation().withClipNorm(Double.MAX_VALUE));
        TrainingException refused = assertThrows(TrainingException.class, () -> trainer.train(data));
        assertTrue(refused.getMessage().contains("made the optimiser's moments of "), refused.getMessage());
    }
}
