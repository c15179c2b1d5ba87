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
package io.github.tribuollm.golden;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.tribuollm.llm.CausalLMModel;
import io.github.tribuollm.llm.CausalLMTrainer;
import io.github.tribuollm.llm.reproduction.ModelReproduction;
import io.github.tribuollm.llm.token.TokenOutput;
import io.github.tribuollm.llm.token.TokenSequenceDataset;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.tribuo.sequence.SequenceDataset;
import org.tribuo.sequence.SequenceModel;

/** What earlier versions have written is read: a directory of golden files for each version that was released. */
class GoldenFilesTest {
    private static final Path RESOURCES = Path.of(System.getProperty("test.resources"));

    @TempDir
    private Path directory;

    static List<Path> versions() throws IOException {
        try (Stream<Path> versions = Files.list(RESOURCES.resolve("golden"))) {
            return versions.filter(Files::isDirectory).sorted().toList();
        }
    }

    @ParameterizedTest
    @MethodSource("versions")
    void modelsAreRead(Path version) throws IOException {
        try (CausalLMModel model = assertInstanceOf(
                CausalLMModel.class, SequenceModel.deserializeFromFile(version.resolve("model.tribuo")))) {
            assertEquals(
                    Files.readString(version.resolve("adapter.sha256")).strip(),
                    model.adapter().orElseThrow().sha256());
            assertEquals("/example/tiny-llama", model.checkpointLocation());
            assertTrue(model.getProvenance().toString().contains("ReferenceTarget"));
        }
    }

    @ParameterizedTest
    @MethodSource("versions")
    void dataSetsAreRead(Path version) throws IOException {
        SequenceDataset<?> data = SequenceDataset.deserializeFromFile(version.resolve("data.tribuo"));
        TokenSequenceDataset tokens = assertInstanceOf(TokenSequenceDataset.class, data);
        assertEquals(6, tokens.size());
        assertEquals(1024, tokens.vocabularySize());
    }

    /** The experiment names files where they lay when it was written; here they lie elsewhere. */
    @ParameterizedTest
    @MethodSource("versions")
    void experimentsAreRead(Path version) throws IOException {
        Path inputs = Files.createDirectories(directory.resolve("example"));
        Files.createSymbolicLink(
                inputs.resolve("tiny-llama"), RESOURCES.resolve("tiny-llama").toAbsolutePath());
        Files.copy(RESOURCES.resolve("golden/rows.jsonl"), inputs.resolve("rows.jsonl"));
        Path experiment = directory.resolve("experiment.xml");
        Files.writeString(
                experiment, Files.readString(version.resolve("experiment.xml")).replace("/example", inputs.toString()));
        ModelReproduction<TokenOutput> reproduction = ModelReproduction.load(experiment);
        CausalLMTrainer trainer = assertInstanceOf(CausalLMTrainer.class, reproduction.trainer());
        assertTrue(trainer.objective().needsReference());
        assertTrue(reproduction.reproduce().model() instanceof CausalLMModel);
    }
}
