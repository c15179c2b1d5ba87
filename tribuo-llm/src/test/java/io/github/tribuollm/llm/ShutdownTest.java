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
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.tribuollm.fixtures.TinyModel;
import io.github.tribuollm.llm.token.TokenSequenceDataset;
import io.github.tribuollm.llm.training.report.StepReport;
import io.github.tribuollm.llm.training.report.TrainingListener;
import io.github.tribuollm.objectives.Objective;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A program that catches no signal is ended by SIGTERM, while graphs run, as any other is: ONNX Runtime stays whole. */
class ShutdownTest {
    private static final int TERMINATED = 128 + 15;

    @TempDir
    private Path directory;

    /** The program: it trains for ever, and has a shutdown hook that takes its time. */
    public static void main(String[] arguments) {
        Path directory = Path.of(arguments[0]);
        Path base = TinyModel.checkpoint(directory.resolve("base"), 1);
        TokenSequenceDataset data = TinyModel.data(base, directory.resolve("train.jsonl"), 1);
        Runtime.getRuntime().addShutdownHook(new Thread(() -> {
            try {
                Thread.sleep(700);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }));
        TinyModel.trainer(base, Objective.mle(), Map.of("epochs", "1000000"))
                .withListener(new TrainingListener() {
                    @Override
                    public void stepped(StepReport step) {
                        if (step.step() == 3) {
                            System.out.println("trains");
                        }
                    }
                })
                .train(data);
    }

    @Test
    void aProgramIsEndedWhileItTrains() throws IOException, InterruptedException {
        for (int attempt = 0; attempt < 2; attempt++) {
            Path words = directory.resolve("words " + attempt);
            Process process = new ProcessBuilder(
                            Path.of(System.getProperty("java.home"), "bin", "java")
                                    .toString(),
                            "-XX:TieredStopAtLevel=1",
                            "-Dtest.resources=" + System.getProperty("test.resources"),
                            "-cp",
                            System.getProperty("java.class.path"),
                            ShutdownTest.class.getName(),
                            directory.resolve("run " + attempt).toString())
                    .directory(directory.toFile())
                    .redirectErrorStream(true)
                    .redirectOutput(words.toFile())
                    .start();
            while (process.isAlive() && !Files.readString(words).contains("trains")) {
                Thread.sleep(50);
            }
            process.destroy();
            assertTrue(process.waitFor(60, TimeUnit.SECONDS));
            assertEquals(TERMINATED, process.exitValue(), Files.readString(words));
            assertFalse(Files.readString(words).contains("RuntimeFailure"), Files.readString(words));
        }
    }
}
