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
package io.github.tribuollm.llm.cli;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtProvider;
import com.oracle.labs.mlrg.olcut.config.ConfigurationManager;
import io.github.tribuollm.runtime.ComputeType;
import io.github.tribuollm.runtime.Execution;
import io.github.tribuollm.runtime.ExecutionProvider;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class ExecutionOptionsTest {
    private static final List<String> RUN_A_MODEL =
            List.of("train", "score", "explain", "cache-teacher", "compare", "reproduce");

    @TempDir
    private Path directory;

    private static void assumeNoCudaInThisBuild() {
        assumeFalse(OrtEnvironment.getAvailableProviders().contains(OrtProvider.CUDA), "this build has CUDA");
    }

    private static Object[] scoring(Object... more) {
        List<Object> arguments = new ArrayList<>(
                List.of("score", "--checkpoint", Cli.TINY, "--data", Cli.HELD_OUT, "--format", "gsm8k", "--rows", 2));
        arguments.addAll(Arrays.asList(more));
        return arguments.toArray();
    }

    private static Execution of(Optional<Execution> configured, String... options) {
        ConfigurationManager configuration = new ConfigurationManager();
        Optional<String> name = configured.map(e -> configuration.importConfigurable(e, "configured"));
        ScoreOptions parsed = new ScoreOptions();
        CommandLine.parse("score", List.of(options), parsed);
        return Experiment.execution(name, parsed.execution, configuration);
    }

    private static String text(Execution execution) {
        return execution.getProvenance().toString();
    }

    @Test
    void everyCommandThatRunsAModelHasThem() {
        for (String command : RUN_A_MODEL) {
            String help = Cli.run(command, "--help").out();
            String part = help.substring(help.indexOf("\nExecution\n"), help.indexOf("\nOther options\n"));
            for (String option : List.of("provider", "device", "memory-limit", "tf32", "compute-type")) {
                assertTrue(part.contains("  --" + option), command + " --" + option);
            }
            String plain = part.replaceAll("\\s+", " ");
            assertTrue(plain.contains("One of auto, cpu, cuda. Default: cpu."), plain);
            assertTrue(plain.contains("One of float32, float16, bfloat16. Default: float32."), plain);
        }
    }

    @Test
    void theyMakeTheSetting() {
        assertEquals(text(new Execution()), text(of(Optional.empty())));
        assertEquals(
                text(new Execution(ExecutionProvider.AUTO, 1, 20_500_000_000L, true, ComputeType.FLOAT32)),
                text(of(
                        Optional.empty(),
                        "--provider",
                        "auto",
                        "--device",
                        "1",
                        "--memory-limit",
                        "20.5GB",
                        "--tf32")));
    }

    @Test
    void theyComeBeforeAConfiguration() {
        Execution configured = new Execution(ExecutionProvider.CUDA, 1, 1_000_000, false, ComputeType.BFLOAT16);
        assertEquals(text(configured), text(of(Optional.of(configured))));
        assertEquals(
                text(new Execution(ExecutionProvider.CUDA, 2, 1_000_000, false, ComputeType.BFLOAT16)),
                text(of(Optional.of(configured), "--device", "2")));
        assertEquals(
                text(new Execution(ExecutionProvider.CPU, ComputeType.BFLOAT16)),
                text(of(Optional.of(configured), "--provider", "cpu")),
                "on the processor nothing stays of a GPU");
    }

    @ParameterizedTest
    @CsvSource({"20GB, 20000000000", "500MB, 500000000", "0.5 GB, 500000000", "0, 0"})
    void amountsOfMemoryAreRead(String written, long bytes) {
        assertEquals(bytes, MemorySize.bytes("--memory-limit", written));
    }

    @ParameterizedTest
    @ValueSource(strings = {"20", "20gb", "20GiB", "-1GB", "GB", "1.GB", ""})
    void otherAmountsAreNot(String written) {
        UsageError refused = assertThrows(UsageError.class, () -> MemorySize.bytes("--memory-limit", written));
        assertTrue(refused.getMessage().contains("write it as 20GB"), refused.getMessage());
    }

    @Test
    void whatCannotActIsAWrongOption() {
        Cli.Outcome outcome = Cli.run(scoring("--memory-limit", "2GB"));
        assertEquals(Main.WRONG_INPUT, outcome.code(), outcome.err());
        assertTrue(outcome.err().startsWith("Error: --memory-limit: limits the memory of a GPU"), outcome.err());
        Cli.Outcome unknown = Cli.run(scoring("--provider", "tpu"));
        assertTrue(
                unknown.err().contains("--provider: there is no 'tpu'; choose one of auto, cpu, cuda"), unknown.err());
    }

    @Test
    void scoresAreTheSameWithAutoAndCudaIsAnError() {
        assumeNoCudaInThisBuild();
        Cli.Outcome usual = Cli.run(scoring());
        assertEquals(usual.out(), Cli.run(scoring("--provider", "auto")).out());
        assertTrue(!usual.out()
                .equals(Cli.run(scoring("--compute-type", "bfloat16")).out()));
        Cli.Outcome refused = Cli.run(scoring("--provider", "cuda"));
        assertEquals(Main.WRONG_INPUT, refused.code(), refused.err());
        assertTrue(refused.err().contains("no CUDA provider"), refused.err());
    }

    @Test
    void aConfigurationIsTrainedElsewhereToTheSameBytes() throws IOException {
        assumeNoCudaInThisBuild();
        Path first = directory.resolve("first");
        assertEquals(Main.DONE, Cli.run(Cli.training(first)).code());
        Path config = first.resolve("config.xml");
        Path second = directory.resolve("second");
        Cli.Outcome refused = Cli.run("reproduce", "--config", config, "--provider", "cuda", "--output", second);
        assertEquals(Main.WRONG_INPUT, refused.code(), refused.err());
        assertTrue(refused.err().contains("--provider cpu, where the bytes may differ"), refused.err());
        Cli.Outcome again = Cli.run("reproduce", "--config", config, "--provider", "auto", "--output", second);
        assertEquals(Main.DONE, again.code(), again.err());
        assertTrue(again.out().startsWith("Trained with the provider CPU, now with AUTO: the bytes may differ"));
        assertArrayEquals(
                Files.readAllBytes(first.resolve("adapter/adapter_model.safetensors")),
                Files.readAllBytes(directory.resolve("second/adapter/adapter_model.safetensors")));
        Cli.Outcome finished = Cli.run(Cli.training(first, "--provider", "auto"));
        assertTrue(finished.out().contains("Using the finished run"), finished.err());
        Cli.Outcome other = Cli.run(Cli.training(first, "--compute-type", "bfloat16"));
        assertTrue(other.err().contains("other settings, data, base or precision"), other.err());
    }
}
