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
package io.github.tribuollm.llm.reproduction;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.github.tribuollm.evidence.TrainingProcess;
import io.github.tribuollm.fixtures.TinyModel;
import io.github.tribuollm.llm.CausalLMModel;
import io.github.tribuollm.llm.CausalLMTrainer;
import io.github.tribuollm.llm.configuration.ConfigurationException;
import io.github.tribuollm.llm.data.ConversationList;
import io.github.tribuollm.llm.data.TruncationPolicy;
import io.github.tribuollm.llm.data.template.QuestionAnswerTemplate;
import io.github.tribuollm.llm.graphs.TrainingException;
import io.github.tribuollm.llm.teacher.Reference;
import io.github.tribuollm.llm.token.TokenFactory;
import io.github.tribuollm.llm.token.TokenOutput;
import io.github.tribuollm.llm.token.TokenSequenceDataset;
import io.github.tribuollm.llm.token.TokenSequenceSource;
import io.github.tribuollm.llm.training.RunDirectory;
import io.github.tribuollm.llm.training.report.StepReport;
import io.github.tribuollm.llm.training.report.TrainingListener;
import io.github.tribuollm.objectives.Objective;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.tribuo.sequence.MutableSequenceDataset;

class ModelReproductionTest {
    @TempDir
    private Path directory;

    private Path base;
    private TokenSequenceSource source;

    @BeforeEach
    void write() {
        base = TinyModel.checkpoint(directory.resolve("base"), 1);
        source = TinyModel.source(base, TinyModel.rows(directory.resolve("train.jsonl"), 1));
    }

    private CausalLMTrainer trainer(Objective objective, Map<String, String> settings) {
        Map<String, TokenSequenceSource> evaluation =
                Map.of("heldout", TinyModel.source(base, TinyModel.rows(directory.resolve("heldout.jsonl"), 2)));
        return TinyModel.trainer(base, objective, settings, evaluation);
    }

    private CausalLMModel train(CausalLMTrainer trainer) {
        return trainer.train(new TokenSequenceDataset(source));
    }

    private byte[] adapter(String run) throws IOException {
        return Files.readAllBytes(directory.resolve(run).resolve("adapter/adapter_model.safetensors"));
    }

    @Test
    void aModelIsTrainedAgainFromItsProvenanceToTheSameBits() throws IOException {
        CausalLMTrainer trainer = trainer(Objective.maskedMleDistill(0.75), Map.of("dropout", "0.1"));
        CausalLMModel model = train(trainer.withOutputDirectory(directory.resolve("first")));
        Path file = directory.resolve("model.tribuo");
        model.serializeToFile(file);
        ModelReproduction<?> reproduction = ModelReproduction.ofModel(file);
        reproduction.with(CausalLMTrainer.class, trained -> trained.withOutputDirectory(directory.resolve("second")));
        ModelReproduction.Reproduction<?> again = reproduction.reproduce();
        assertTrue(again.identical(), () -> again.results().toString());
        assertEquals(
                List.of("adapter-sha256", "reference-adapter-sha256"),
                again.results().stream().map(ComparedResult::name).toList());
        assertEquals("no difference", again.differences().orElseThrow().toString());
        assertArrayEquals(adapter("first"), adapter("second"));
    }

    @Test
    void whatIsNoModelIsRefusedInWords() throws IOException {
        Path missing = directory.resolve("nowhere");
        Path text = Files.writeString(directory.resolve("text"), "text");
        for (Path file : List.of(missing, text)) {
            ReproductionException refused =
                    assertThrows(ReproductionException.class, () -> ModelReproduction.ofModel(file));
            assertTrue(refused.getMessage().contains(file.toString()), refused.getMessage());
            assertTrue(refused.getMessage().endsWith("give the model.tribuo of a training"), refused.getMessage());
        }
    }

    @Test
    void aReproductionPrintsDataAndTrainer() {
        CausalLMTrainer trainer = trainer(Objective.mle(), Map.of());
        String printed = ModelReproduction.of(train(trainer).getProvenance()).toString();
        assertTrue(printed.startsWith("ModelReproduction of the data " + source), printed);
        assertTrue(printed.contains("objective: " + Objective.mle()), printed);
    }

    @Test
    void aDataSetOfNoSourceIsRefusedWithTheRemedy() {
        TokenSequenceDataset data = new TokenSequenceDataset(source);
        MutableSequenceDataset<TokenOutput> some =
                new MutableSequenceDataset<>(data.getProvenance(), new TokenFactory());
        some.add(data.getExample(0));
        CausalLMModel model = trainer(Objective.mle(), Map.of()).train(some);
        ReproductionException refused =
                assertThrows(ReproductionException.class, () -> ModelReproduction.of(model.getProvenance()));
        assertTrue(refused.getMessage().contains("new TokenSequenceDataset(source)"), refused.getMessage());
    }

    @Test
    void theSecondInvocationIsReproducedAsTheSecond() {
        CausalLMTrainer trainer = trainer(Objective.maskedMle(0.75), Map.of());
        train(trainer);
        CausalLMModel second = train(trainer);
        Path xml = directory.resolve("second.xml");
        ModelReproduction.of(second.getProvenance()).save(xml);
        ModelReproduction<TokenOutput> reproduction = ModelReproduction.load(xml);
        assertEquals(1, reproduction.trainer().getInvocationCount());
        ModelReproduction.Reproduction<TokenOutput> again = reproduction.reproduce();
        assertTrue(again.identical(), () -> again.results().toString());
        assertTrue(again.differences().isEmpty());
    }

    @Test
    void aNewProcessTrainsTheSameAdapterAlsoAfterAKill() throws IOException, InterruptedException {
        CausalLMTrainer trainer = trainer(Objective.maskedMle(0.75), Map.of("epochs", "4"));
        CausalLMModel model = train(trainer.withOutputDirectory(directory.resolve("first")));
        Path xml = directory.resolve("experiment.xml");
        ModelReproduction.of(model.getProvenance()).save(xml);

        long seed = System.nanoTime();
        int killAt = 1 + new Random(seed).nextInt(4 * TinyModel.STEPS - 8);
        Process killed = TrainingProcess.start(xml, directory.resolve("second"));
        try (BufferedReader lines = killed.inputReader()) {
            String line = lines.readLine();
            while (line != null && TrainingProcess.step(line) < killAt) {
                line = lines.readLine();
            }
            assertThrows(TrainingException.class, () -> RunDirectory.open(directory.resolve("second")));
            Thread.sleep(new Random(seed).nextInt(20));
            killed.destroyForcibly().waitFor();
        }
        assertFalse(Files.exists(directory.resolve("second/adapter")), "killed too late, at step " + killAt);

        Process resumed = TrainingProcess.start(xml, directory.resolve("second"));
        List<String> output = resumed.inputReader().lines().toList();
        assertEquals(0, resumed.waitFor(), output::toString);
        assertTrue(TrainingProcess.identical(output.get(output.size() - 1)), output::toString);
        long steps =
                output.stream().filter(line -> TrainingProcess.step(line) > 0).count();
        assertTrue(steps <= 4 * TinyModel.STEPS - (killAt - 1) / 2 * 2, "no resumption: " + steps);
        assertArrayEquals(adapter("first"), adapter("second"), "killed at step " + killAt);
    }

    @Test
    void aFullDiskLeavesTheLastGoodState() throws IOException, InterruptedException {
        assumeTrue(Files.isExecutable(Path.of("/usr/bin/prlimit")), "needs prlimit to limit the size of files");
        CausalLMModel model = train(trainer(Objective.mle(), Map.of()).withOutputDirectory(directory.resolve("first")));
        Path xml = directory.resolve("experiment.xml");
        ModelReproduction.of(model.getProvenance()).save(xml);
        Process full = TrainingProcess.start(xml, directory.resolve("second"), TrainingProcess.fullDiskAfter(3));
        List<String> output = full.inputReader().lines().toList();
        assertEquals(TrainingProcess.FAILED, full.waitFor(), output::toString);
        String last = output.get(output.size() - 1);
        assertTrue(last.contains("Cannot save the state of step 4"), last);
        assertTrue(last.contains("the last good state is kept"), last);

        ModelReproduction<TokenOutput> resumed = ModelReproduction.load(xml);
        int[] steps = new int[1];
        TrainingListener counting = new TrainingListener() {
            @Override
            public void stepped(StepReport report) {
                steps[0]++;
            }
        };
        resumed.with(
                CausalLMTrainer.class,
                trainer ->
                        trainer.withOutputDirectory(directory.resolve("second")).withListener(counting));
        assertTrue(resumed.reproduce().identical());
        assertEquals(TinyModel.STEPS - 2, steps[0]);
        assertArrayEquals(adapter("first"), adapter("second"));
        try (Stream<Path> files = Files.list(directory.resolve("second"))) {
            assertTrue(files.noneMatch(f -> f.toString().endsWith(".tmp")));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"train.jsonl", "heldout.jsonl", "base/tokenizer.json", "base/model.safetensors"})
    void aChangedFileIsNamedWithBothHashes(String name) throws IOException {
        CausalLMModel model = train(trainer(Objective.mle(), Map.of()));
        Path file = directory.resolve(name);
        if (name.equals("base/model.safetensors")) {
            TinyModel.checkpoint(base, 2);
        } else {
            Files.writeString(file, Files.readString(file) + "\n");
        }
        ModelReproduction<TokenOutput> reproduction = ModelReproduction.of(model.getProvenance());
        ReproductionException refused = assertThrows(ReproductionException.class, reproduction::reproduce);
        ChangedInput changed = reproduction.changedInputs().get(0);
        assertTrue(refused.getMessage().contains(changed.recorded()), refused.getMessage());
        assertTrue(refused.getMessage().contains(changed.found()), refused.getMessage());
        Path named = name.equals("base/model.safetensors") ? base : file;
        assertTrue(refused.getMessage().contains(named.toString()), refused.getMessage());
    }

    @Test
    void aGivenReferenceIsAnInput() throws IOException {
        train(trainer(Objective.mle(), Map.of()).withOutputDirectory(directory.resolve("reference")));
        Path reference = directory.resolve("reference/adapter");
        CausalLMModel model = train(trainer(Objective.distill(), Map.of()).withReference(Reference.adapter(reference)));
        ModelReproduction.Reproduction<TokenOutput> again =
                ModelReproduction.<TokenOutput>of(model.getProvenance()).reproduce();
        assertTrue(again.identical());
        assertEquals(1, again.results().size());
        Files.delete(directory.resolve("reference/settings.json"));
        Files.move(reference, directory.resolve("reference/former"));
        train(trainer(Objective.mle(), Map.of("seed", "9")).withOutputDirectory(directory.resolve("reference")));
        ModelReproduction<TokenOutput> later = ModelReproduction.of(model.getProvenance());
        ReproductionException refused = assertThrows(ReproductionException.class, later::reproduce);
        assertTrue(refused.getMessage().contains(reference.toString()), refused.getMessage());
    }

    @Test
    void aMissingFileIsNamed() throws IOException {
        CausalLMModel model = train(trainer(Objective.mle(), Map.of()));
        Files.delete(directory.resolve("train.jsonl"));
        ReproductionException refused =
                assertThrows(ReproductionException.class, () -> ModelReproduction.of(model.getProvenance()));
        assertTrue(refused.getMessage().contains("train.jsonl"), refused.getMessage());
    }

    @Test
    void aBaseThatHasMovedIsNamedWithTheRemedyWhichWorks() throws IOException {
        CausalLMModel model = train(trainer(Objective.mle(), Map.of()));
        Path xml = directory.resolve("experiment.xml");
        ModelReproduction.of(model.getProvenance()).save(xml);
        Path moved = Files.move(base, directory.resolve("moved"));
        ReproductionException refused =
                assertThrows(ReproductionException.class, () -> ModelReproduction.of(model.getProvenance()));
        assertTrue(refused.getMessage().contains(base.toString()), refused.getMessage());
        assertTrue(refused.getMessage().contains("; where files have moved, write"), refused.getMessage());
        Files.writeString(xml, Files.readString(xml).replace(base.toString(), moved.toString()));
        assertTrue(ModelReproduction.load(xml).reproduce().identical());
    }

    @Test
    void anExperimentThatIsNoneIsRefused() throws IOException {
        Path xml = directory.resolve("none.xml");
        assertThrows(ConfigurationException.class, () -> ModelReproduction.load(xml));
        Files.writeString(xml, "<config></config>");
        assertThrows(ReproductionException.class, () -> ModelReproduction.load(xml));
        Files.writeString(xml, "no xml");
        assertThrows(ConfigurationException.class, () -> ModelReproduction.load(xml));
        assertThrows(ReproductionException.class, () -> ModelReproduction.ofModel(xml));
    }

    @Test
    void theDiffNamesWhatDiffers() {
        CausalLMModel first = train(trainer(Objective.maskedMle(0.75), Map.of()));
        CausalLMModel second = train(trainer(Objective.maskedMle(0.5), Map.of("seed", "2")));
        ProvenanceDiff diff =
                ProvenanceDiff.between(first.getProvenance(), second.getProvenance(), ProvenanceDiff.Times.IGNORED);
        List<String> paths =
                diff.differences().stream().map(ProvenanceDiff.Difference::path).toList();
        assertEquals(
                List.of(
                        "instance-values/adapter-sha256",
                        "trainer/objective/terms/0/weight/selector/quantile",
                        "trainer/seed"),
                paths);
        assertTrue(diff.toString().contains("quantile: 0.75 -> 0.5"), diff.toString());
        JsonObject json = JsonParser.parseString(diff.toJson()).getAsJsonObject();
        assertEquals("2", json.getAsJsonArray("trainer/seed").get(1).getAsString());
        assertTrue(ProvenanceDiff.between(first.getProvenance(), first.getProvenance(), ProvenanceDiff.Times.COMPARED)
                .isEmpty());
        assertFalse(ProvenanceDiff.between(
                        first.getProvenance(),
                        train(trainer(Objective.maskedMle(0.75), Map.of())).getProvenance(),
                        ProvenanceDiff.Times.COMPARED)
                .isEmpty());
        ProvenanceDiff absent = ProvenanceDiff.between(
                first.getProvenance(),
                train(trainer(Objective.mle(), Map.of())).getProvenance(),
                ProvenanceDiff.Times.IGNORED);
        assertTrue(absent.toString().contains("selector/quantile: 0.75 -> absent"), absent.toString());
    }

    @Test
    void aModelOfOnePartOfASplitIsReproduced() {
        TokenSequenceSource.Split split = source.split(0.25, 4);
        CausalLMTrainer trainer =
                TinyModel.trainer(base, Objective.mle(), Map.of(), Map.of("held-out", split.heldOut()));
        CausalLMModel model = trainer.train(new TokenSequenceDataset(split.train()));
        assertTrue(ModelReproduction.of(model.getProvenance()).reproduce().identical());
    }

    @Test
    void aModelOfConversationsInMemoryIsRefusedWithTheRemedy() {
        TokenSequenceSource memory = new TokenSequenceSource(
                base,
                ConversationList.ofPairs("1+1?", "#### 2", "2+3?", "#### 5"),
                new QuestionAnswerTemplate(),
                64,
                TruncationPolicy.FAIL);
        CausalLMModel model = TinyModel.trainer(base, Objective.mle(), Map.of("batchSize", "2"))
                .train(new TokenSequenceDataset(memory));
        String refused = assertThrows(ReproductionException.class, () -> ModelReproduction.of(model.getProvenance()))
                .getMessage();
        assertTrue(refused.contains("were 2 conversations in memory"), refused);
        assertTrue(refused.contains("write them to a file with ConversationList.save"), refused);
    }
}
