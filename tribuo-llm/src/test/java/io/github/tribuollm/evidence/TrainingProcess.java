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
package io.github.tribuollm.evidence;

import io.github.tribuollm.fixtures.ChildJvm;
import io.github.tribuollm.llm.CausalLMTrainer;
import io.github.tribuollm.llm.graphs.TrainingException;
import io.github.tribuollm.llm.reproduction.ModelReproduction;
import io.github.tribuollm.llm.token.TokenOutput;
import io.github.tribuollm.llm.training.report.StepReport;
import io.github.tribuollm.llm.training.report.TrainingListener;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Reproduces an experiment in a JVM of its own, and says on its output which step is done. */
public final class TrainingProcess {
    public static final int FAILED = 3;

    private static final String STEP = "step ";
    private static final String RESULT = "result ";
    private static final String LIMIT = "limit ";
    private static final long SMALL_FILE = 4096;

    private TrainingProcess() {}

    /** Starts a child. */
    public static Process start(Path experiment, Path output, String... more) throws IOException {
        List<String> arguments = new ArrayList<>(List.of(experiment.toString(), output.toString()));
        arguments.addAll(List.of(more));
        return ChildJvm.of(TrainingProcess.class, arguments).start();
    }

    /** The step that a line of a child's output reports, or 0. */
    public static int step(String line) {
        return line.startsWith(STEP) ? Integer.parseInt(line.substring(STEP.length())) : 0;
    }

    /** Whether a line of a child's output says that every recorded result came out the same. */
    public static boolean identical(String line) {
        return line.equals(RESULT + true);
    }

    /** Arguments that make a child unable to write files of more than 4 KB from a step on, as a full disk would. */
    public static String[] fullDiskAfter(int step) {
        return new String[] {LIMIT + step};
    }

    /**
     * Runs in the child.
     *
     * @param args the experiment's file, the output directory, and perhaps when writing becomes impossible
     */
    public static void main(String[] args) {
        int limitAfter = args.length > 2 ? Integer.parseInt(args[2].substring(LIMIT.length())) : 0;
        ModelReproduction<TokenOutput> reproduction = ModelReproduction.load(Path.of(args[0]));
        TrainingListener watching = new TrainingListener() {
            @Override
            public void stepped(StepReport report) {
                System.out.println(STEP + report.step());
                System.out.flush();
                pause();
                if (report.step() == limitAfter) {
                    limitFiles();
                }
            }
        };
        reproduction.with(
                CausalLMTrainer.class,
                trainer -> trainer.withOutputDirectory(Path.of(args[1])).withListener(watching));
        try {
            System.out.println(RESULT + reproduction.reproduce().identical());
        } catch (TrainingException e) {
            System.out.println(e.getMessage());
            System.exit(FAILED);
        }
    }

    /** Leaves time for a kill between steps, and within the writing of a state. */
    private static void pause() {
        try {
            Thread.sleep(30);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static void limitFiles() {
        try {
            new ProcessBuilder(
                            "prlimit",
                            "--pid",
                            Long.toString(ProcessHandle.current().pid()),
                            "--fsize=" + SMALL_FILE)
                    .inheritIO()
                    .start()
                    .waitFor();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
