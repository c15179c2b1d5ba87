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

import com.oracle.labs.mlrg.olcut.config.PropertyException;
import io.github.tribuollm.llm.architecture.QuantisedCheckpoint;
import io.github.tribuollm.llm.checkpoint.Checkpoint;
import io.github.tribuollm.llm.checkpoint.CheckpointException;
import io.github.tribuollm.llm.checkpoint.Storage;
import io.github.tribuollm.llm.data.Gsm8kSource;
import io.github.tribuollm.llm.data.TokenSequence;
import io.github.tribuollm.llm.data.TruncationPolicy;
import io.github.tribuollm.llm.data.template.QuestionAnswerTemplate;
import io.github.tribuollm.llm.generation.Generation;
import io.github.tribuollm.llm.generation.GenerationListener;
import io.github.tribuollm.llm.generation.GenerationSession;
import io.github.tribuollm.llm.generation.Generator;
import io.github.tribuollm.llm.generation.sampling.Stopping;
import io.github.tribuollm.llm.lora.PeftFiles;
import io.github.tribuollm.llm.memory.MemoryPlan;
import io.github.tribuollm.llm.memory.MemoryUse;
import io.github.tribuollm.llm.reproduction.ModelReproduction;
import io.github.tribuollm.llm.scoring.ScoredModel;
import io.github.tribuollm.llm.scoring.TokenScorer;
import io.github.tribuollm.llm.teacher.Reference;
import io.github.tribuollm.llm.token.TokenSequenceDataset;
import io.github.tribuollm.llm.token.TokenSequenceSource;
import io.github.tribuollm.llm.training.Batches;
import io.github.tribuollm.llm.training.FullTuning;
import io.github.tribuollm.llm.training.InterruptedRun;
import io.github.tribuollm.llm.training.Lora;
import io.github.tribuollm.llm.training.Optimisation;
import io.github.tribuollm.llm.training.report.TrainingListener;
import io.github.tribuollm.objectives.Objective;
import io.github.tribuollm.objectives.token.TokenMeasure;
import io.github.tribuollm.runtime.ComputeType;
import io.github.tribuollm.runtime.Execution;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A base that was rounded once gives the numbers of one that is rounded each time. */
class QuantisedBaseTest {
    private static final Path RESOURCES = Path.of(System.getProperty("test.resources"));
    private static final Path FLOATS = RESOURCES.resolve("tiny-llama");

    @TempDir
    private static Path directory;

    @TempDir
    private Path runs;

    private static TokenSequenceDataset data;
    private static List<TokenSequence> sequences;

    @BeforeAll
    static void write() {
        try (Checkpoint base = Checkpoint.open(FLOATS)) {
            for (Storage storage : List.of(Storage.INT8, Storage.INT4)) {
                QuantisedCheckpoint.write(base, storage, quantised(storage));
            }
        }
        data = new TokenSequenceDataset(source());
        sequences = data.sequences();
    }

    private static Path quantised(Storage storage) {
        return directory.resolve(storage.name());
    }

    private static TokenSequenceSource source() {
        return new TokenSequenceSource(
                FLOATS,
                new Gsm8kSource(RESOURCES.resolve("data/word-problems-train.jsonl"), 0, 8),
                new QuestionAnswerTemplate(),
                96,
                TruncationPolicy.TRUNCATE_END);
    }

    private static CausalLMTrainer trainer(Path base, Storage storage) {
        return new CausalLMTrainer(base, Objective.maskedMle(0.75))
                .withTuning(new Lora().withRank(2))
                .withOptimisation(new Optimisation().withEpochs(1).withLearningRate(0.01))
                .withBatches(new Batches().withBatchSize(4))
                .withMemory(new MemoryUse().withStorage(storage));
    }

    private static double nll(Path base, Storage storage) {
        try (Checkpoint opened = Checkpoint.open(base)) {
            ScoredModel model = ScoredModel.of(opened, Optional.empty(), ScoredModel.longest(sequences))
                    .stored(storage);
            try (TokenScorer scorer = TokenScorer.of(model, List.of(TokenMeasure.NLL))) {
                assertEquals(
                        base == FLOATS && storage.rounds(),
                        scorer.plan().orElseThrow().widened() > 0);
                return scorer.meanLoss(sequences).nll();
            }
        }
    }

    private static Generation answered(Path base, Storage storage) {
        Generator generator = new Generator(base)
                .withTemplate(new QuestionAnswerTemplate())
                .withStopping(new Stopping().withMaxNewTokens(12))
                .withStorage(storage);
        try (GenerationSession session = generator.open()) {
            return session.generate(session.asked("What is 12 + 30?"), GenerationListener.NONE);
        }
    }

    @ParameterizedTest
    @EnumSource(
            value = Storage.class,
            names = {"INT8", "INT4"})
    void scoresAndAnswersAreTheSame(Storage storage) {
        double rounded = nll(FLOATS, storage);
        assertNotEquals(nll(FLOATS, Storage.FLOAT32), rounded);
        assertEquals(rounded, nll(quantised(storage), Storage.AUTO));
        assertEquals(rounded, nll(quantised(storage), storage));
        Generation expected = answered(FLOATS, storage);
        Generation found = answered(quantised(storage), Storage.STORED);
        assertEquals(expected.answers(), found.answers());
    }

    private static byte[] adapter(Path run) throws IOException {
        return Files.readAllBytes(run.resolve("adapter/adapter_model.safetensors"));
    }

    /** Gradients pass through the same numbers. */
    @ParameterizedTest
    @EnumSource(
            value = Storage.class,
            names = {"INT8", "INT4"})
    void theSameAdapterIsTrained(Storage storage) throws IOException {
        CausalLMTrainer rounding = trainer(FLOATS, storage).withOutputDirectory(runs.resolve("rounding"));
        CausalLMTrainer rounded =
                trainer(quantised(storage), Storage.AUTO).withOutputDirectory(runs.resolve("rounded"));
        assertEquals(storage, rounded.memory().storage());
        try (CausalLMModel first = rounding.train(data);
                CausalLMModel second = rounded.train(data)) {
            assertEquals(first.baseSha256(), second.baseSha256());
            assertArrayEquals(adapter(runs.resolve("rounding")), adapter(runs.resolve("rounded")));
            assertTrue(second.getProvenance().toString().contains("storage=" + storage), "no storage");
            ModelReproduction<?> onFloats = ModelReproduction.of(second.getProvenance());
            onFloats.with(CausalLMTrainer.class, trainer -> trainer.withCheckpoint(FLOATS.toString()));
            assertTrue(onFloats.reproduce().identical());
            ModelReproduction<?> onRounded = ModelReproduction.of(first.getProvenance());
            onRounded.with(
                    CausalLMTrainer.class,
                    trainer -> trainer.withCheckpoint(quantised(storage).toString()));
            assertTrue(onRounded.reproduce().identical());
        }
    }

    @Test
    void aRunGoesOnWithTheOtherBase() throws IOException {
        CausalLMTrainer whole = trainer(FLOATS, Storage.INT8).withOutputDirectory(runs.resolve("whole"));
        whole.train(data).close();
        int[] steps = {0};
        CausalLMTrainer cut = trainer(FLOATS, Storage.INT8)
                .withOutputDirectory(runs.resolve("cut"))
                .withStopSignal(() -> ++steps[0] == 1);
        assertThrows(InterruptedRun.class, () -> cut.train(data));
        trainer(quantised(Storage.INT8), Storage.AUTO)
                .withOutputDirectory(runs.resolve("cut"))
                .train(data)
                .close();
        assertArrayEquals(adapter(runs.resolve("whole")), adapter(runs.resolve("cut")));
    }

    @Test
    void anAdapterOfEitherGoesWithBoth() {
        Path adapter = RESOURCES.resolve("fixtures/adapters/tiny-llama/all-linear");
        try (Checkpoint opened = Checkpoint.open(quantised(Storage.INT4));
                CausalLMModel model = CausalLMModel.of(quantised(Storage.INT4), adapter)) {
            assertEquals(
                    PeftFiles.load(adapter, opened).sha256(),
                    model.adapter().orElseThrow().sha256());
            assertTrue(model.meanLoss(sequences, 4).nll() > 0);
        }
    }

    /** Trains beside another checkpoint; gives the provenance, and what parameters and reference take of the plan. */
    private static Map.Entry<String, Long> beside(Path reference) {
        long[] bytes = {0};
        CausalLMTrainer trainer = trainer(FLOATS, Storage.AUTO)
                .withObjective(Objective.maskedMleDistill(0.75))
                .withReference(Reference.checkpoint(reference.toString()))
                .withListener(new TrainingListener() {
                    @Override
                    public void planned(MemoryPlan plan) {
                        bytes[0] = plan.parameters();
                    }
                });
        try (CausalLMModel model = trainer.train(data)) {
            return Map.entry(model.getProvenance().toString(), bytes[0]);
        }
    }

    @Test
    void aReferenceIsToldFromItsBaseAndTakesLess() {
        Map.Entry<String, Long> floats = beside(FLOATS);
        Map.Entry<String, Long> rounded = beside(quantised(Storage.INT4));
        Pattern named = Pattern.compile("[0-9a-f]{64} INT4");
        assertTrue(named.matcher(rounded.getKey()).find(), rounded.getKey());
        assertFalse(named.matcher(floats.getKey()).find(), floats.getKey());
        assertTrue(rounded.getValue() < 0.6 * floats.getValue(), rounded + " and " + floats.getValue());
    }

    @Test
    void allParametersAreNotTrained() {
        CausalLMTrainer full = new CausalLMTrainer(quantised(Storage.INT8), Objective.mle())
                .withTuning(new FullTuning())
                .withOutputDirectory(runs.resolve("full"));
        PropertyException e = assertThrows(PropertyException.class, () -> full.train(data));
        assertTrue(e.getMessage().contains("may not be INT8 where all parameters are trained"), e.getMessage());
    }

    @Test
    void anotherStorageIsRefused() {
        List<Executable> others = List.of(
                () -> trainer(quantised(Storage.INT8), Storage.FLOAT32),
                () -> trainer(quantised(Storage.INT8), Storage.INT4),
                () -> new Generator(quantised(Storage.INT8)).withStorage(Storage.FLOAT32),
                () -> nll(quantised(Storage.INT8), Storage.INT4));
        for (Executable other : others) {
            CheckpointException e = assertThrows(CheckpointException.class, other);
            assertTrue(e.getMessage().contains("its weights were rounded to INT8"), e.getMessage());
        }
    }

    @Test
    void isForTheProcessorInFloat32() {
        CausalLMTrainer narrow = trainer(quantised(Storage.INT8), Storage.AUTO)
                .withExecution(new Execution().withComputeType(ComputeType.BFLOAT16));
        CheckpointException e = assertThrows(CheckpointException.class, () -> narrow.train(data));
        assertTrue(e.getMessage().contains("storage INT8 is for the CPU in FLOAT32"), e.getMessage());
    }
}
