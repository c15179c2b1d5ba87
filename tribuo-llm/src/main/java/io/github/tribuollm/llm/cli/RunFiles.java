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

import io.github.tribuollm.llm.training.report.EvaluationReport;
import io.github.tribuollm.llm.training.report.JsonLinesLog;
import io.github.tribuollm.llm.training.report.RunReport;
import io.github.tribuollm.llm.training.report.StepReport;
import io.github.tribuollm.llm.training.report.TensorBoardEvents;
import io.github.tribuollm.llm.training.report.TrainingListener;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;

/**
 * Logs a run into its directory, {@code log.jsonl} and {@code events/}. The files are opened when the run starts, for
 * only then does it hold the directory: a second run on the same directory must not touch them.
 */
final class RunFiles implements TrainingListener {
    private final Path directory;
    private TrainingListener files;

    RunFiles(Path directory) {
        this.directory = directory;
    }

    @Override
    public void started(RunReport run) {
        if (files == null) {
            try {
                Path events = Files.createDirectories(directory.resolve("events"));
                requireOwn(events);
                files = TrainingListener.together(
                        new JsonLinesLog(directory.resolve("log.jsonl")), new TensorBoardEvents(events));
            } catch (IOException e) {
                throw new UncheckedIOException("Cannot write to " + directory + ": " + e, e);
            }
        }
        files.started(run);
    }

    /** What is written into a run's directory stays there. */
    private static void requireOwn(Path folder) {
        if (Files.isSymbolicLink(folder)) {
            throw new UsageError("--output: " + folder + " is a symbolic link, which may lead elsewhere; remove it");
        }
    }

    @Override
    public void stepped(StepReport step) {
        files.stepped(step);
    }

    @Override
    public void evaluated(EvaluationReport evaluation) {
        files.evaluated(evaluation);
    }

    @Override
    public void noted(String note) {
        if (files != null) {
            files.noted(note);
        }
    }

    @Override
    public void finished(RunReport run, Duration elapsed) {
        files.finished(run, elapsed);
    }

    @Override
    public void close() {
        if (files != null) {
            files.close();
        }
    }
}
