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
package io.github.tribuollm.tutorials;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.oracle.labs.mlrg.olcut.config.ConfigurationManager;
import io.github.tribuollm.llm.CausalLMTrainer;
import io.github.tribuollm.llm.token.TokenSource;
import io.github.tribuollm.runtime.ComputeType;
import io.github.tribuollm.runtime.ExecutionProvider;
import io.github.tribuollm.tutorials.toy.ToyExperiment;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every experiment loads, with all its components, and is in the list of experiments. */
final class ConfigsTest {
    private static final Path RESOURCES = Path.of(System.getProperty("test.resources"));
    private static final Path CONFIGS = RESOURCES.resolveSibling("tutorials").resolve("configs");

    @TempDir
    Path directory;

    private static List<String> configs() throws IOException {
        try (Stream<Path> files = Files.list(CONFIGS)) {
            return files.map(file -> file.getFileName().toString())
                    .filter(name -> name.endsWith(".xml"))
                    .sorted()
                    .toList();
        }
    }

    /** The configuration as the repository's root would see it, with bundled files for the user's. */
    private ConfigurationManager loaded(String name) throws IOException {
        String text = Files.readString(CONFIGS.resolve(name))
                .replace("models/Llama-3.2-1B", "test-resources/tiny-llama")
                .replaceAll("data/gsm8k/\\w+\\.jsonl", "test-resources/data/word-problems-heldout.jsonl")
                .replace("data/alpaca/alpaca_data.json", "test-resources/data/instructions-heldout.json")
                .replace("\"test-resources/", "\"" + RESOURCES + "/");
        return new ConfigurationManager(
                Files.writeString(directory.resolve(name), text).toString());
    }

    @ParameterizedTest
    @MethodSource("configs")
    void everyComponentIsMade(String name) throws IOException {
        ConfigurationManager configuration = loaded(name);
        if (name.startsWith("toy-")) {
            assertFalse(configuration.lookupAll(ToyExperiment.class).isEmpty());
        } else {
            assertInstanceOf(CausalLMTrainer.class, configuration.lookup("trainer"));
            assertInstanceOf(TokenSource.class, configuration.lookup("data"));
        }
        configuration.getComponentNames().forEach(configuration::lookup);
        assertTrue(Files.readString(CONFIGS.resolve("README.md")).contains("| `" + name + "` |"), name);
    }

    @Test
    void oneSaysWhereItRuns() throws IOException {
        CausalLMTrainer trainer =
                (CausalLMTrainer) loaded("word-problems-bfloat16.xml").lookup("trainer");
        assertEquals(ExecutionProvider.AUTO, trainer.execution().provider());
        assertEquals(ComputeType.BFLOAT16, trainer.execution().backend().computeType());
    }
}
