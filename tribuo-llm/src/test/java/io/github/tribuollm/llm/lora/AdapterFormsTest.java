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
package io.github.tribuollm.llm.lora;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.tribuollm.fixtures.PeftAdapter;
import io.github.tribuollm.llm.CausalLMModel;
import io.github.tribuollm.llm.CausalLMTrainer;
import io.github.tribuollm.llm.architecture.Architectures;
import io.github.tribuollm.llm.checkpoint.Checkpoint;
import io.github.tribuollm.llm.checkpoint.CheckpointException;
import io.github.tribuollm.llm.checkpoint.CheckpointWriter;
import io.github.tribuollm.llm.checkpoint.DType;
import io.github.tribuollm.llm.checkpoint.SafetensorsWriter;
import io.github.tribuollm.llm.checkpoint.Storage;
import io.github.tribuollm.llm.checkpoint.StoredTensor;
import io.github.tribuollm.llm.data.TokenSequence;
import io.github.tribuollm.llm.graphs.MicroBatch;
import io.github.tribuollm.llm.scoring.ScoredModel;
import io.github.tribuollm.llm.token.TokenFactory;
import io.github.tribuollm.llm.token.TokenSequenceDataset;
import io.github.tribuollm.llm.training.Lora;
import io.github.tribuollm.llm.training.Optimisation;
import io.github.tribuollm.llm.uncertainty.DeepEnsemble;
import io.github.tribuollm.llm.uncertainty.dropout.DropoutPlaces;
import io.github.tribuollm.llm.uncertainty.dropout.MonteCarloDropout;
import io.github.tribuollm.llm.uncertainty.estimation.BatchPredictions;
import io.github.tribuollm.llm.uncertainty.estimation.ModelPass;
import io.github.tribuollm.llm.uncertainty.estimation.UncertaintyEstimator.Estimation;
import io.github.tribuollm.objectives.Objective;
import io.github.tribuollm.uncertainty.Measure;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.tribuo.provenance.SimpleDataSourceProvenance;

/** Every form of adapter that is read, as PEFT wrote it: reference/make_adapters.py. */
class AdapterFormsTest {
    private static final Path RESOURCES = Path.of(System.getProperty("test.resources"));
    private static final Path ADAPTERS = RESOURCES.resolve("fixtures/adapters");
    private static final double NATS = 2e-5;

    @TempDir
    Path temp;

    static Stream<Arguments> forms() throws IOException {
        return children(ADAPTERS).stream()
                .flatMap(base -> children(base).stream()
                        .map(form -> Arguments.of(
                                base.getFileName().toString(),
                                form.getFileName().toString())));
    }

    private static List<Path> children(Path directory) {
        try (Stream<Path> files = Files.list(directory)) {
            return files.sorted().toList();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private static PeftAdapter open(String base, String form) {
        Path bundled = RESOURCES.resolve(base);
        return new PeftAdapter(
                Files.isDirectory(bundled)
                        ? bundled
                        : RESOURCES.resolve("fixtures/checkpoints").resolve(base),
                ADAPTERS.resolve(base).resolve(form));
    }

    @ParameterizedTest
    @MethodSource("forms")
    void scoresAreThoseOfPeft(String base, String form) {
        try (PeftAdapter given = open(base, form)) {
            assertEquals(0, given.scoreDifference(given.base, Optional.of(given.adapter)), NATS);
            assertTrue(given.scoreDifference(given.base, Optional.empty()) > 1e-3, "the adapter does nothing");
        }
    }

    @ParameterizedTest
    @MethodSource("forms")
    void weightsInSixteenBitsAreAdaptedToo(String base, String form) {
        try (PeftAdapter given = open(base, form)) {
            List<SafetensorsWriter.Entry> rounded = new ArrayList<>();
            for (String name : given.base.weights().names()) {
                StoredTensor tensor = given.base.weights().stored(name);
                rounded.add(SafetensorsWriter.Entry.of(name, DType.BF16, tensor.shape(), tensor.floats()));
            }
            CheckpointWriter.write(temp.resolve("rounded"), given.base.place(), rounded);
            try (Checkpoint narrow = Checkpoint.open(temp.resolve("rounded"))) {
                ScoredModel model = ScoredModel.of(narrow, Optional.of(given.adapter), 24);
                assertArrayEquals(
                        given.losses(model.stored(Storage.FLOAT32)), given.losses(model.stored(Storage.STORED)), 1e-5f);
            }
        }
    }

    @ParameterizedTest
    @MethodSource("forms")
    void gradientsAreThoseOfPeft(String base, String form) {
        try (PeftAdapter given = open(base, form)) {
            if (given.hasGradients()) {
                for (int way = 0; way < 3; way++) {
                    PeftAdapter.Gradients worst = given.gradients(way == 1, way == 2);
                    assertEquals(0, worst.angle(), 1e-8, worst.toString());
                    assertEquals(0, worst.norm(), 1e-4, worst.toString());
                }
            }
        }
    }

    @ParameterizedTest
    @MethodSource("forms")
    void theReferenceIsReadInTheSameWay(String base, String form) {
        try (PeftAdapter given = open(base, form)) {
            assertEquals(0, given.gradientTowardsItself(), 1e-5);
        }
    }

    @ParameterizedTest
    @MethodSource("forms")
    void trainingGoesOnFromIt(String base, String form) {
        try (PeftAdapter given = open(base, form)) {
            Path directory = given.base.place();
            TokenSequenceDataset data = new TokenSequenceDataset(
                    List.of(given.sequence()),
                    Architectures.of(given.base).vocabularySize(),
                    new SimpleDataSourceProvenance("one sequence", new TokenFactory()));
            CausalLMTrainer trainer = new CausalLMTrainer(directory, Objective.mle())
                    .withTuning(
                            new Lora().withInitialAdapter(ADAPTERS.resolve(base).resolve(form)))
                    .withOptimisation(new Optimisation().withEpochs(3));
            try (CausalLMModel model = trainer.train(data)) {
                Adapter trained = model.adapter().orElseThrow();
                assertEquals(given.adapter.form(), trained.form());
                trained.tensors()
                        .forEach((name, tensor) -> assertFalse(
                                Arrays.equals(
                                        tensor.values(),
                                        given.adapter.tensors().get(name).values()),
                                name));
                PeftFiles.save(trained, temp, base, given.base.identity());
                assertEquals(trained.sha256(), PeftFiles.load(temp, given.base).sha256());
            }
        }
    }

    @ParameterizedTest
    @MethodSource("forms")
    void aModelIsReadFromItsFile(String base, String form) throws IOException {
        try (PeftAdapter given = open(base, form)) {
            CausalLMModel model =
                    CausalLMModel.of(given.base.place(), ADAPTERS.resolve(base).resolve(form));
            model.serializeToFile(temp.resolve("model.tribuo"));
            Adapter back =
                    CausalLMModel.read(temp.resolve("model.tribuo")).adapter().orElseThrow();
            assertEquals(given.adapter.sha256(), back.sha256());
            assertEquals(given.adapter.config(), back.config());
            assertEquals(given.adapter.form(), back.form());
        }
    }

    @ParameterizedTest
    @MethodSource("forms")
    void aMergedCheckpointComputesWhatTheAdapterDoes(String base, String form) {
        try (PeftAdapter given = open(base, form)) {
            Path merged = temp.resolve("merged");
            boolean mergeable = given.adapter.modules().entrySet().stream()
                    .allMatch(module -> module.getValue().bias().isEmpty()
                            || given.base.weights().contains(module.getKey() + ".bias"));
            if (!mergeable) {
                CheckpointException e = assertThrows(
                        CheckpointException.class,
                        () -> MergedCheckpoint.write(given.base, given.adapter, merged, DType.F32));
                assertTrue(e.getMessage().contains("(lora_bias)"), e.getMessage());
                return;
            }
            MergedCheckpoint.write(given.base, given.adapter, merged, DType.F32);
            try (Checkpoint checkpoint = Checkpoint.open(merged)) {
                assertEquals(0, given.scoreDifference(checkpoint, Optional.empty()), NATS);
            }
        }
    }

    @ParameterizedTest
    @MethodSource("forms")
    void anEnsembleOfOneAdapterAgreesWithItself(String base, String form) {
        try (PeftAdapter given = open(base, form)) {
            Path member = ADAPTERS.resolve(base).resolve(form);
            TokenSequence sequence = given.sequence();
            MicroBatch batch = MicroBatch.of(List.of(sequence), new int[] {0});
            ScoredModel model = ScoredModel.of(given.base, Optional.of(given.adapter), sequence.length());
            try (Estimation ensemble = new DeepEnsemble(List.of(member, member)).start(model);
                    ModelPass own = new ModelPass(model)) {
                Map<Measure, float[]> measures = ensemble.of(new BatchPredictions(batch, own::of));
                float[] none = new float[batch.completionTokens()];
                assertArrayEquals(own.of(batch).get(Measure.ENTROPY), measures.get(Measure.TOTAL), 1e-4f);
                assertArrayEquals(none, measures.get(Measure.EPISTEMIC), 1e-5f);
            }
        }
    }

    @Test
    void dropoutOnTheOutputLayerIsRefused() {
        try (PeftAdapter given = open("llama-tied", "head-updated")) {
            ScoredModel model = ScoredModel.of(given.base, Optional.of(given.adapter), 24);
            MonteCarloDropout dropout = new MonteCarloDropout().withPlaces(DropoutPlaces.LORA);
            CheckpointException e = assertThrows(CheckpointException.class, () -> dropout.start(model));
            assertTrue(e.getMessage().contains("'lm_head'"), e.getMessage());
        }
    }

    @ParameterizedTest
    @MethodSource("forms")
    void anExportedAdapterIsReadAgain(String base, String form) {
        try (PeftAdapter given = open(base, form)) {
            PeftFiles.save(given.adapter, temp, base, given.base.identity());
            Adapter back = PeftFiles.load(temp, given.base);
            assertEquals(given.adapter.sha256(), back.sha256());
            assertEquals(given.adapter.form(), back.form());
        }
    }
}
