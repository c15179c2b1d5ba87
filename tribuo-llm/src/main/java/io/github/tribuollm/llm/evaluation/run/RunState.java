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
package io.github.tribuollm.llm.evaluation.run;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.github.tribuollm.llm.checkpoint.AtomicFile;
import io.github.tribuollm.llm.checkpoint.CheckpointException;
import io.github.tribuollm.llm.evaluation.EvaluationException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Comparator;
import java.util.function.IntSupplier;
import java.util.stream.Stream;

/** What an evaluation keeps in its directory until it is finished, so that it goes on after a kill. */
final class RunState {
    static final String FOLDER = "unfinished";

    private static final String STARTED = "started";
    private static final String BATCH = "batch_size";

    private final Path folder;
    private final Path file;
    private JsonObject state;

    private RunState(Path folder) {
        this.folder = folder;
        this.file = folder.resolve("run.json");
    }

    /**
     * Opens the state of an evaluation, or begins it.
     *
     * @param output the directory of the evaluation
     * @throws EvaluationException if it holds something else
     */
    static RunState open(Path output) {
        RunState opened = new RunState(output.resolve(FOLDER));
        try {
            if (Files.exists(opened.file)) {
                opened.state =
                        JsonParser.parseString(Files.readString(opened.file)).getAsJsonObject();
                opened.started();
            } else {
                opened.begin();
            }
            return opened;
        } catch (CheckpointException e) {
            throw new EvaluationException("Nothing can be kept in " + opened.folder + ": " + e.getMessage(), e);
        } catch (IOException | RuntimeException e) {
            throw new EvaluationException(
                    opened.file + " is not what an evaluation left (" + e.getMessage() + "); delete " + opened.folder
                            + ", or write to another directory",
                    e);
        }
    }

    private void begin() {
        state = new JsonObject();
        put(STARTED, Instant.now().toString());
    }

    private void put(String name, String value) {
        state.addProperty(name, value);
        AtomicFile.write(file, state.toString());
    }

    /** {@return when the evaluation began, before any kill} */
    Instant started() {
        return Instant.parse(state.get(STARTED).getAsString());
    }

    /**
     * The batch size that was decided when the evaluation began.
     *
     * @param asked which is asked for, or {@link Evaluation#BY_MEMORY}
     * @param decided by memory
     * @throws EvaluationException if it began with another than is asked for
     */
    int batchSize(int asked, IntSupplier decided) {
        if (!state.has(BATCH)) {
            put(BATCH, Integer.toString(asked == Evaluation.BY_MEMORY ? decided.getAsInt() : asked));
        }
        int begun = state.get(BATCH).getAsInt();
        if (asked != Evaluation.BY_MEMORY && asked != begun) {
            throw new EvaluationException(folder.getParent() + " was begun with batchSize " + begun + ", not " + asked
                    + "; finish it so, or write to another directory");
        }
        return begun;
    }

    /** {@return the file that keeps what a model did on a benchmark} */
    Path file(String model, String benchmark) {
        return folder.resolve(model).resolve(benchmark + ".jsonl");
    }

    /** Deletes everything: what became of it is elsewhere now. */
    void forget() {
        try (Stream<Path> all = Files.walk(folder)) {
            for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(path);
            }
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot delete " + folder + ": " + e.getMessage(), e);
        }
    }
}
