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

import com.google.protobuf.CodedOutputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Clock;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.zip.CRC32C;

/**
 * Scalars for TensorBoard: {@code train/...} for each step and {@code evaluation/<dataset>/...} for each evaluation.
 * Every run, and every resume, writes a file of its own into the directory; a resumed run tells TensorBoard from which
 * step its values replace the earlier ones.
 *
 * <p>The file is a TFRecord file of {@code Event} messages: {@code length, crc(length), message, crc(message)}, little
 * endian, with masked CRC-32C.
 */
public final class TensorBoardEvents implements TrainingListener {

    private static final String VERSION = "brain.Event:2";
    private static final int CRC_MASK = 0xa282ead8;

    private static final int EVENT_WALL_TIME = 1;
    private static final int EVENT_STEP = 2;
    private static final int EVENT_FILE_VERSION = 3;
    private static final int EVENT_SUMMARY = 5;
    private static final int EVENT_SESSION_LOG = 7;
    private static final int SUMMARY_VALUE = 1;
    private static final int VALUE_TAG = 1;
    private static final int VALUE_SIMPLE_VALUE = 2;
    private static final int SESSION_STATUS = 1;
    private static final int SESSION_START = 1;

    private final Clock clock;
    private final Path file;
    private final FileChannel channel;
    private boolean open;

    /** A protobuf message, written by hand. */
    private interface Message {
        void writeTo(CodedOutputStream out) throws IOException;
    }

    /**
     * Starts a new event file.
     *
     * @param directory the directory that TensorBoard is pointed at; it must exist
     * @throws UncheckedIOException if the file cannot be made
     */
    public TensorBoardEvents(Path directory) {
        this(directory, Clock.systemUTC());
    }

    TensorBoardEvents(Path directory, Clock clock) {
        this.clock = clock;
        file = create(directory, clock.instant().getEpochSecond());
        try {
            channel = FileChannel.open(file, StandardOpenOption.WRITE);
        } catch (IOException e) {
            throw failed(file, e);
        }
        append(out -> out.writeString(EVENT_FILE_VERSION, VERSION));
    }

    @Override
    public void started(RunReport run) {
        open = false;
    }

    @Override
    public void stepped(StepReport step) {
        Map<String, Double> values = new LinkedHashMap<>();
        values.put("train/loss", step.loss());
        step.termLosses().forEach((term, loss) -> values.put("train/loss/" + term, loss));
        values.put("train/mean_token_accuracy", step.accuracy());
        values.put("train/entropy", step.entropy());
        values.put("train/selected_fraction", step.selectedFraction());
        values.put("train/learning_rate", step.learningRate());
        values.put("train/gradient_norm", step.gradientNorm());
        step.lossScaling().ifPresent(scaling -> {
            values.put("train/loss_scale", scaling.scale());
            values.put("train/skipped", scaling.skipped() ? 1.0 : 0.0);
        });
        values.put("train/tokens_per_second", step.tokensPerSecond());
        values.put("train/epoch", step.epoch());
        values.put("train/peak_memory_megabytes", step.peakMemoryBytes() / 1e6);
        openAt(step.step());
        append(step.step(), values);
    }

    @Override
    public void evaluated(EvaluationReport evaluation) {
        Map<String, Double> values = new LinkedHashMap<>();
        values.put("evaluation/" + evaluation.dataset() + "/nll", evaluation.nll());
        values.put("evaluation/" + evaluation.dataset() + "/perplexity", evaluation.perplexity());
        values.put("evaluation/" + evaluation.dataset() + "/mean_token_accuracy", evaluation.accuracy());
        values.put("evaluation/" + evaluation.dataset() + "/entropy", evaluation.entropy());
        openAt(evaluation.step() + 1);
        append(evaluation.step(), values);
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
            throw failed(file, e);
        }
    }

    /** Tells TensorBoard, once, that values from a step on replace those of an earlier, interrupted run. */
    private void openAt(int step) {
        if (!open) {
            open = true;
            append(out -> {
                out.writeInt64(EVENT_STEP, step);
                nested(out, EVENT_SESSION_LOG, log -> log.writeEnum(SESSION_STATUS, SESSION_START));
            });
        }
    }

    private void append(int step, Map<String, Double> values) {
        append(out -> {
            out.writeInt64(EVENT_STEP, step);
            nested(out, EVENT_SUMMARY, summary -> {
                for (Map.Entry<String, Double> value : values.entrySet()) {
                    nested(summary, SUMMARY_VALUE, scalar -> {
                        scalar.writeString(VALUE_TAG, value.getKey());
                        scalar.writeFloat(VALUE_SIMPLE_VALUE, value.getValue().floatValue());
                    });
                }
            });
        });
    }

    private void append(Message event) {
        try {
            ByteBuffer record = record(bytes(out -> {
                out.writeDouble(EVENT_WALL_TIME, seconds(clock.instant()));
                event.writeTo(out);
            }));
            while (record.hasRemaining()) {
                channel.write(record);
            }
        } catch (IOException e) {
            throw failed(file, e);
        }
    }

    private static void nested(CodedOutputStream out, int field, Message message) throws IOException {
        out.writeByteArray(field, bytes(message));
    }

    private static byte[] bytes(Message message) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        CodedOutputStream out = CodedOutputStream.newInstance(bytes);
        message.writeTo(out);
        out.flush();
        return bytes.toByteArray();
    }

    private static ByteBuffer record(byte[] message) {
        ByteBuffer record = ByteBuffer.allocate(message.length + 16).order(ByteOrder.LITTLE_ENDIAN);
        record.putLong(message.length);
        record.putInt(maskedCrc(record.array(), 0, 8));
        record.put(message);
        record.putInt(maskedCrc(message, 0, message.length));
        return record.flip();
    }

    static int maskedCrc(byte[] bytes, int from, int length) {
        CRC32C crc = new CRC32C();
        crc.update(bytes, from, length);
        return Integer.rotateRight((int) crc.getValue(), 15) + CRC_MASK;
    }

    private static Path create(Path directory, long second) {
        for (int number = 0; ; number++) {
            Path file = directory.resolve(String.format("events.out.tfevents.%010d.run.%03d", second, number));
            try {
                return Files.createFile(file);
            } catch (FileAlreadyExistsException e) {
                continue;
            } catch (IOException e) {
                throw failed(file, e);
            }
        }
    }

    private static double seconds(Instant time) {
        return time.getEpochSecond() + time.getNano() / 1e9;
    }

    private static UncheckedIOException failed(Path file, IOException cause) {
        return new UncheckedIOException(
                "cannot write the TensorBoard events " + file + ": " + cause.getMessage()
                        + "; check free space and permissions, or choose another directory",
                cause);
    }
}
