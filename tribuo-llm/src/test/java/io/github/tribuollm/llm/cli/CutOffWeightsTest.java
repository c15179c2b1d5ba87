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

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.tribuollm.fixtures.TinyModel;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Small weights that are cut off while a process looks at them do not end it with a signal. */
class CutOffWeightsTest {
    private static final int PATIENCE_IN_SECONDS = 120;

    @TempDir
    private Path directory;

    @Test
    void aTrainingStopsWithTheNameOfTheFile() throws IOException, InterruptedException {
        Path base = TinyModel.checkpoint(directory.resolve("base"), 1);
        Path rows = TinyModel.rows(directory.resolve("rows.jsonl"), 1);
        Path errors = directory.resolve("errors");
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-XX:-CreateCoredumpOnCrash"));
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), Main.class.getName(), "train"));
        command.addAll(List.of("--checkpoint", base.toString(), "--data", rows.toString(), "--format", "gsm8k"));
        command.addAll(List.of("--template", "question-answer", "--max-length", "64", "--epochs", "100000"));
        command.addAll(List.of("--output", directory.resolve("run").toString()));
        Process process = new ProcessBuilder(command)
                .directory(directory.toFile())
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .redirectError(errors.toFile())
                .start();
        try {
            awaitStep(process, errors);
            try (FileChannel weights = FileChannel.open(base.resolve("model.safetensors"), StandardOpenOption.WRITE)) {
                weights.truncate(100);
            }
            assertTrue(process.waitFor(PATIENCE_IN_SECONDS, TimeUnit.SECONDS));
        } finally {
            process.destroyForcibly();
        }
        String told = Files.readString(errors);
        assertEquals(Main.WRONG_INPUT, process.exitValue(), told);
        assertTrue(
                told.contains("Error: " + base.resolve("model.safetensors") + ": was written to while it is in use"),
                told);
    }

    private static void awaitStep(Process process, Path errors) throws IOException, InterruptedException {
        for (int i = 0; i < 10 * PATIENCE_IN_SECONDS && process.isAlive(); i++) {
            if (Files.readString(errors).contains("step 1/")) {
                return;
            }
            Thread.sleep(100);
        }
        throw new AssertionError(Files.readString(errors));
    }
}
