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
package io.github.tribuollm.llm.training.report;

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import com.google.gson.JsonNull;
import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.LinkOption;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Clock;
import java.time.Duration;
import java.util.Set;

/**
 * One JSON object a line, for programs. Each has {@code event} ({@code start}, {@code step}, {@code evaluation},
 * {@code note}, {@code finish}) and {@code time} (UTC, ISO 8601); numbers that are not finite are written as null. Each
 * line is handed to the operating system whole, so a killed process leaves at most one torn line, at the end. Opening
 * the file again cuts that off and appends; after a resume a step may occur twice, and the later line counts.
 */
public final class JsonLinesLog implements TrainingListener {

    private static final int CHUNK = 8192;
    private static final Set<OpenOption> OPEN = Set.of(
            StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE, LinkOption.NOFOLLOW_LINKS);

    private final Gson gson =
            new GsonBuilder().disableHtmlEscaping().serializeNulls().create();
    private final Path file;
    private final FileChannel channel;
    private final Clock clock;

    /**
     * Opens a log, or makes it.
     *
     * @param file the log, no symbolic link; its directory must exist
     * @throws UncheckedIOException if the file cannot be opened or repaired
     */
    public JsonLinesLog(Path file) {
        this(file, Clock.systemUTC());
    }

    JsonLinesLog(Path file, Clock clock) {
        this.file = file;
        this.clock = clock;
        try {
            channel = FileChannel.open(file, OPEN);
        } catch (IOException e) {
            throw failed("open", e);
        }
        try {
            long end = endOfLastLine(channel);
            channel.truncate(end);
            channel.position(end);
        } catch (IOException e) {
            close();
            throw failed("repair the end of", e);
        }
    }

    @Override
    public void started(RunReport run) {
        JsonObject line = line("start");
        line.addProperty("name", run.name());
        line.addProperty("steps", run.steps());
        line.addProperty("sequences", run.sequences());
        line.addProperty("tokens", run.tokens());
        line.addProperty("trainable_parameters", run.trainableParameters());
        line.addProperty("total_parameters", run.totalParameters());
        line.addProperty("device", run.device());
        append(line);
    }

    @Override
    public void stepped(StepReport step) {
        JsonObject line = line("step");
        line.addProperty("run", step.stage().run());
        line.addProperty("step", step.step());
        line.addProperty("steps", step.steps());
        number(line, "epoch", step.epoch());
        number(line, "loss", step.loss());
        JsonObject terms = new JsonObject();
        step.termLosses().forEach((name, loss) -> number(terms, name, loss));
        line.add("term_losses", terms);
        number(line, "mean_token_accuracy", step.accuracy());
        number(line, "entropy", step.entropy());
        line.addProperty("tokens", step.tokens());
        number(line, "selected_fraction", step.selectedFraction());
        number(line, "learning_rate", step.learningRate());
        number(line, "gradient_norm", step.gradientNorm());
        step.lossScaling().ifPresent(scaling -> {
            number(line, "loss_scale", scaling.scale());
            line.addProperty("skipped", scaling.skipped());
        });
        number(line, "tokens_per_second", step.tokensPerSecond());
        number(line, "elapsed_seconds", seconds(step.elapsed()));
        number(line, "remaining_seconds", seconds(step.remaining()));
        line.addProperty("peak_memory_bytes", step.peakMemoryBytes());
        append(line);
    }

    @Override
    public void evaluated(EvaluationReport evaluation) {
        JsonObject line = line("evaluation");
        line.addProperty("run", evaluation.stage().run());
        line.addProperty("step", evaluation.step());
        line.addProperty("dataset", evaluation.dataset());
        number(line, "nll", evaluation.nll());
        number(line, "perplexity", evaluation.perplexity());
        number(line, "mean_token_accuracy", evaluation.accuracy());
        number(line, "entropy", evaluation.entropy());
        line.addProperty("tokens", evaluation.tokens());
        number(line, "elapsed_seconds", seconds(evaluation.elapsed()));
        append(line);
    }

    @Override
    public void noted(String note) {
        JsonObject line = line("note");
        line.addProperty("note", note);
        append(line);
    }

    @Override
    public void finished(RunReport run, Duration elapsed) {
        JsonObject line = line("finish");
        line.addProperty("name", run.name());
        number(line, "elapsed_seconds", seconds(elapsed));
        append(line);
    }

    /**
     * Closes the file.
     *
     * @throws UncheckedIOException if the file cannot be closed
     */
    @Override
    public void close() {
        try {
            channel.close();
        } catch (IOException e) {
            throw failed("close", e);
        }
    }

    private JsonObject line(String event) {
        JsonObject line = new JsonObject();
        line.addProperty("event", event);
        line.addProperty("time", clock.instant().toString());
        return line;
    }

    private void append(JsonObject line) {
        ByteBuffer bytes = ByteBuffer.wrap((gson.toJson(line) + "\n").getBytes(StandardCharsets.UTF_8));
        try {
            while (bytes.hasRemaining()) {
                channel.write(bytes);
            }
        } catch (IOException e) {
            throw failed("append to", e);
        }
    }

    private static void number(JsonObject line, String name, double value) {
        line.add(name, Double.isFinite(value) ? new JsonPrimitive(value) : JsonNull.INSTANCE);
    }

    private static double seconds(Duration time) {
        return time.toNanos() / 1e9;
    }

    /** The position after the last line break, looking back from the end. */
    private static long endOfLastLine(FileChannel channel) throws IOException {
        ByteBuffer chunk = ByteBuffer.allocate(CHUNK);
        long end = channel.size();
        while (end > 0) {
            long start = Math.max(0, end - CHUNK);
            chunk.clear().limit((int) (end - start));
            while (chunk.hasRemaining() && channel.read(chunk, start + chunk.position()) >= 0) {}
            for (int i = chunk.position() - 1; i >= 0; i--) {
                if (chunk.get(i) == '\n') {
                    return start + i + 1;
                }
            }
            end = start;
        }
        return 0;
    }

    private UncheckedIOException failed(String what, IOException cause) {
        return new UncheckedIOException(
                "cannot " + what + " the training log " + file + ": " + cause.getMessage()
                        + "; check free space and permissions, or choose another output directory",
                cause);
    }
}
