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
package io.github.tribuollm.llm.training;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import io.github.tribuollm.llm.checkpoint.AtomicFile;
import io.github.tribuollm.llm.checkpoint.DType;
import io.github.tribuollm.llm.checkpoint.DurableChanges;
import io.github.tribuollm.llm.checkpoint.LockFile;
import io.github.tribuollm.llm.checkpoint.SafetensorsFile;
import io.github.tribuollm.llm.checkpoint.SafetensorsWriter;
import io.github.tribuollm.llm.data.TokenSequence;
import io.github.tribuollm.llm.graphs.TrainingException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * Where a run writes: its saved state, its logs, its results. One process at a time holds it.
 *
 * <p>The state is one file that is replaced atomically, so that a crash or a full disk leaves the last good one.
 */
public final class RunDirectory implements AutoCloseable {
    private static final String STATE = "state.safetensors";
    private static final String PARAMETER = "parameter.";
    private static final String FIRST = "first_moment.";
    private static final String SECOND = "second_moment.";
    private static final String STEP = "step";
    private static final String SETTINGS = "settings";
    private static final String BEST = "best.";
    private static final String BEST_LOSS = "best_loss";
    private static final String BEST_STEP = "best_step";
    private static final String STALE = "stale_evaluations";
    private static final String FINISHED = "settings.json";
    private static final String ADAPTER = "adapter";
    private static final String LOSS_SCALE = "loss_scale";
    private static final String GOOD_STEPS = "good_steps";
    private static final String SKIPPED_STEPS = "skipped_steps";
    private static final String LOSS = "loss";
    private static final String SELECTED = "selected";
    private static final String REFERENCE = "reference";

    private final Path directory;
    private final LockFile lock;

    private RunDirectory(Path directory, LockFile lock) {
        this.directory = directory;
        this.lock = lock;
    }

    /**
     * Creates the directory where needed and locks it.
     *
     * @param directory the directory
     * @return the locked directory
     * @throws TrainingException if it cannot be created, or another run holds it
     */
    public static RunDirectory open(Path directory) {
        try {
            Files.createDirectories(directory);
            LockFile lock = LockFile.take(directory.resolve("run.lock"))
                    .orElseThrow(() -> new TrainingException("Another run is writing to " + directory
                            + "; wait for it, stop it, or give this run a directory of its own"));
            return new RunDirectory(directory, lock);
        } catch (IOException e) {
            throw new TrainingException("Cannot use the output directory " + directory + ": " + e, e);
        }
    }

    /** {@return the directory} */
    public Path path() {
        return directory;
    }

    /** Replaces the saved state by the present one. */
    void save(RunIdentity identity, RunState state) {
        write(directory.resolve(STATE), identity, state);
    }

    private void write(Path file, RunIdentity identity, RunState state) {
        List<SafetensorsWriter.Entry> entries = new ArrayList<>();
        state.parameters().shapes().forEach((name, shape) -> {
            entries.add(entry(PARAMETER + name, shape, state.parameters().copy(name)));
            entries.add(entry(FIRST + name, shape, state.adam().firstMoments().get(name)));
            entries.add(entry(SECOND + name, shape, state.adam().secondMoments().get(name)));
            Optional.ofNullable(state.best().parameters().get(name))
                    .ifPresent(best -> entries.add(entry(BEST + name, shape, best)));
        });
        Map<String, String> metadata = new LinkedHashMap<>();
        metadata.put(STEP, Integer.toString(state.steps()));
        metadata.put(SETTINGS, identity.json());
        if (state.steps() > 0) {
            metadata.put(LOSS, Double.toString(state.taken().loss()));
            metadata.put(SELECTED, Double.toString(state.taken().selected()));
        }
        if (state.best() != BestSoFar.NONE) {
            metadata.put(BEST_LOSS, Double.toString(state.best().loss()));
            metadata.put(BEST_STEP, Integer.toString(state.best().step()));
            metadata.put(STALE, Integer.toString(state.best().stale()));
        }
        state.lossScale().ifPresent(scale -> {
            metadata.put(LOSS_SCALE, Float.toString(scale.value()));
            metadata.put(GOOD_STEPS, Integer.toString(scale.goodSteps()));
            metadata.put(SKIPPED_STEPS, Integer.toString(scale.skippedSteps()));
        });
        try {
            SafetensorsWriter.write(file, metadata, entries);
        } catch (RuntimeException e) {
            throw new TrainingException(
                    "Cannot save the state of step " + state.steps() + " to " + directory + " (" + e.getMessage()
                            + "); " + (Files.exists(directory.resolve(STATE)) ? "the last good state is kept: " : "")
                            + "make room and start the same command again to resume",
                    e);
        }
    }

    private static SafetensorsWriter.Entry entry(String name, long[] shape, float[] values) {
        return SafetensorsWriter.Entry.of(name, DType.F32, shape, values);
    }

    /**
     * Restores the saved state, if there is one.
     *
     * @param start the state at the start; its parameters and moments are overwritten
     * @param most the steps of the whole run
     * @param heldOut whether the best parameters are kept
     * @return the state to go on from
     * @throws TrainingException if the saved state belongs to another run, or is damaged
     */
    RunState restore(Supplier<RunIdentity> identity, RunState start, int most, HeldOut heldOut) {
        Path file = directory.resolve(STATE);
        if (!Files.exists(file)) {
            return start;
        }
        try (SafetensorsFile saved = SafetensorsFile.open(file)) {
            requireSame(file, saved.metadata().get(SETTINGS), identity.get(), "delete the file to start afresh");
            SavedNumbers numbers = new SavedNumbers(saved);
            Map<String, float[]> first = new LinkedHashMap<>();
            Map<String, float[]> second = new LinkedHashMap<>();
            start.parameters().values().forEach((name, buffer) -> {
                buffer.duplicate().put(numbers.values(PARAMETER + name, buffer.remaining()));
                first.put(name, numbers.values(FIRST + name, buffer.remaining()));
                second.put(name, numbers.squares(SECOND + name, buffer.remaining()));
            });
            Optional<LossScale> lossScale =
                    start.lossScale().map(unused -> numbers.lossScale(LOSS_SCALE, GOOD_STEPS, SKIPPED_STEPS));
            int steps = numbers.count(STEP, most);
            int skipped = lossScale.isPresent() ? numbers.count(SKIPPED_STEPS, steps) : 0;
            start.adam().restore(steps - skipped, first, second);
            StepsTaken taken = steps == 0
                    ? StepsTaken.NONE
                    : new StepsTaken(numbers.lossOfSteps(LOSS, lossScale), numbers.sum(SELECTED, steps));
            BestSoFar best = best(numbers, start, steps);
            if (heldOut.keepsBest()
                    && best != BestSoFar.NONE
                    && best.parameters().isEmpty()) {
                throw numbers.damaged("it has no parameters of its best step, " + best.step());
            }
            return new RunState(start.parameters(), start.adam(), lossScale, best, taken);
        }
    }

    /** The best of the first steps; its parameters are all there, or none where they are not kept. */
    private static BestSoFar best(SavedNumbers numbers, RunState start, int steps) {
        SafetensorsFile saved = numbers.saved();
        if (!saved.metadata().containsKey(BEST_LOSS)) {
            return BestSoFar.NONE;
        }
        Map<String, float[]> parameters = new LinkedHashMap<>();
        if (saved.names().stream().anyMatch(name -> name.startsWith(BEST))) {
            start.parameters()
                    .values()
                    .forEach((name, buffer) -> parameters.put(name, numbers.values(BEST + name, buffer.remaining())));
        }
        return new BestSoFar(
                numbers.number(BEST_LOSS), numbers.count(BEST_STEP, steps), numbers.count(STALE), parameters);
    }

    private static void requireSame(Path file, String settings, RunIdentity identity, String remedy) {
        RunIdentity earlier = identity(file, settings, remedy);
        if (!identity.equals(earlier)) {
            throw new TrainingException(file + " belongs to another run: " + identity.changedSince(earlier)
                    + ". Start it as before, give this run another output directory, or " + remedy);
        }
    }

    private static RunIdentity identity(Path file, String settings, String remedy) {
        try {
            return RunIdentity.parse(settings == null ? "" : settings);
        } catch (JsonParseException e) {
            throw new TrainingException(
                    file + " does not say of which run it is; give this run another output directory, or " + remedy, e);
        }
    }

    /**
     * Checks that a result in the directory may be replaced: one of the same settings, which is the same.
     *
     * @throws TrainingException naming the settings that are others
     */
    void requireReplaceable(Supplier<RunIdentity> identity) {
        if (hasState()) {
            return;
        }
        Path settings = directory.resolve(FINISHED);
        if (Files.isRegularFile(settings)) {
            requireSame(settings, text(settings), identity.get(), "delete this one");
        } else if (Files.exists(directory.resolve(ADAPTER))) {
            throw new TrainingException(directory.resolve(ADAPTER) + " holds an adapter already, and no " + FINISHED
                    + " beside it says of which run; give this run another output directory, or delete this one");
        }
    }

    private static String text(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new TrainingException("Cannot read " + file + ": " + e, e);
        }
    }

    /** Says of which run the result in the directory is. */
    void finish(RunIdentity identity) {
        AtomicFile.write(directory.resolve(FINISHED), identity.json() + "\n");
    }

    /** The directory of the run that trains the reference model of this one. */
    RunDirectory reference() {
        return open(directory.resolve(REFERENCE));
    }

    /**
     * Forgets the saved state, and that of the reference model: all results are on the disk.
     *
     * @throws TrainingException if a state cannot be deleted
     */
    public void discardState() {
        discard(directory.resolve(STATE));
        discard(directory.resolve(REFERENCE).resolve(STATE));
    }

    /** {@return whether there is a saved state} */
    boolean hasState() {
        return Files.exists(directory.resolve(STATE));
    }

    /**
     * Forgets the saved state of a run whose results are on the disk, where its end was cut off before that.
     *
     * @param directory its directory
     * @throws TrainingException if a state cannot be deleted, or another run holds the directory
     */
    public static void discardState(Path directory) {
        if (Files.exists(directory.resolve(STATE))
                || Files.exists(directory.resolve(REFERENCE).resolve(STATE))) {
            try (RunDirectory held = open(directory)) {
                held.discardState();
            }
        }
    }

    private static void discard(Path state) {
        try {
            if (Files.deleteIfExists(state)) {
                DurableChanges.made();
            }
        } catch (IOException e) {
            throw new TrainingException("Cannot delete " + state + ": " + e, e);
        }
    }

    /** Writes what is needed to look into a step that failed: the state before it, and its batch. */
    Path saveFailedStep(
            int step, String problem, int[] indices, List<TokenSequence> data, RunIdentity identity, RunState state) {
        write(directory.resolve("failed-step-" + step + ".safetensors"), identity, state);
        JsonObject report = new JsonObject();
        report.addProperty("step", step);
        report.addProperty("problem", problem);
        JsonArray batch = new JsonArray();
        for (int index : indices) {
            JsonObject row = new JsonObject();
            row.addProperty("index", index);
            row.addProperty("origin", data.get(index).origin());
            JsonArray tokens = new JsonArray();
            for (int token : data.get(index).tokens()) {
                tokens.add(token);
            }
            row.add("tokens", tokens);
            batch.add(row);
        }
        report.add("batch", batch);
        Path file = directory.resolve("failed-step-" + step + ".json");
        AtomicFile.write(file, report.toString());
        return file;
    }

    @Override
    public void close() {
        try {
            lock.close();
        } catch (IOException e) {
            throw new TrainingException("Cannot release " + directory + ": " + e, e);
        }
    }
}
