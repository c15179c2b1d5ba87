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

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.CodedInputStream;
import com.google.protobuf.WireFormat;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TensorBoardEventsTest {

    private static final Clock CLOCK = Clock.fixed(Instant.parse("2026-01-02T03:04:05.250Z"), ZoneOffset.UTC);

    @TempDir
    private Path directory;

    private record Event(double wallTime, long step, String version, boolean sessionStart, Map<String, Float> values) {}

    private List<Path> files() throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            return files.sorted().toList();
        }
    }

    /** CRC-32C bit by bit, from its reflected polynomial, and TFRecord's mask. */
    private static int maskedCrc(byte[] bytes) {
        int crc = -1;
        for (byte b : bytes) {
            crc ^= b & 0xff;
            for (int bit = 0; bit < 8; bit++) {
                crc = (crc >>> 1) ^ ((crc & 1) == 0 ? 0 : 0x82f63b78);
            }
        }
        crc = ~crc;
        return ((crc >>> 15) | (crc << 17)) + 0xa282ead8;
    }

    private static byte[] take(ByteBuffer file, int length) {
        byte[] bytes = new byte[length];
        file.get(bytes);
        return bytes;
    }

    private static List<Event> read(Path path) throws IOException {
        ByteBuffer file = ByteBuffer.wrap(Files.readAllBytes(path)).order(ByteOrder.LITTLE_ENDIAN);
        List<Event> events = new ArrayList<>();
        while (file.hasRemaining()) {
            byte[] header = take(file, 8);
            assertEquals(maskedCrc(header), file.getInt(), "CRC of a length");
            long length = ByteBuffer.wrap(header).order(ByteOrder.LITTLE_ENDIAN).getLong();
            byte[] message = take(file, Math.toIntExact(length));
            assertEquals(maskedCrc(message), file.getInt(), "CRC of a message");
            events.add(event(CodedInputStream.newInstance(message)));
        }
        return events;
    }

    private static Event event(CodedInputStream in) throws IOException {
        double wallTime = 0;
        long step = 0;
        String version = "";
        boolean start = false;
        Map<String, Float> values = new LinkedHashMap<>();
        for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
            switch (WireFormat.getTagFieldNumber(tag)) {
                case 1 -> wallTime = in.readDouble();
                case 2 -> step = in.readInt64();
                case 3 -> version = in.readString();
                case 5 -> summary(CodedInputStream.newInstance(in.readByteArray()), values);
                case 7 -> start = List.of((byte) 8, (byte) 1).equals(list(in.readByteArray()));
                default -> throw new AssertionError("tag " + tag);
            }
        }
        return new Event(wallTime, step, version, start, values);
    }

    private static List<Byte> list(byte[] bytes) {
        List<Byte> list = new ArrayList<>();
        for (byte b : bytes) {
            list.add(b);
        }
        return list;
    }

    private static void summary(CodedInputStream in, Map<String, Float> values) throws IOException {
        for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
            assertEquals(1, WireFormat.getTagFieldNumber(tag));
            CodedInputStream value = CodedInputStream.newInstance(in.readByteArray());
            value.readTag();
            String name = value.readString();
            assertEquals(2, WireFormat.getTagFieldNumber(value.readTag()));
            values.put(name, value.readFloat());
        }
    }

    @Test
    void theChecksumIsTensorFlows() {
        byte[] nine = "123456789".getBytes(StandardCharsets.US_ASCII);
        int crc = 0xe3069283;
        assertEquals(((crc >>> 15) | (crc << 17)) + 0xa282ead8, TensorBoardEvents.maskedCrc(nine, 0, 9));
        assertEquals(maskedCrc(nine), TensorBoardEvents.maskedCrc(nine, 0, 9));
    }

    @Test
    void scalarsComeBack() throws IOException {
        try (TensorBoardEvents events = new TensorBoardEvents(directory, CLOCK)) {
            events.started(Reports.RUN);
            events.evaluated(Reports.evaluation(0, 2));
            events.stepped(Reports.twoTerms(1));
            events.stepped(Reports.step(300, 2.5, 2));
            events.noted("not a scalar");
            events.finished(Reports.RUN, Duration.ofSeconds(3));
        }
        assertEquals(
                "events.out.tfevents.1767323045.run.000",
                files().get(0).getFileName().toString());
        List<Event> read = read(files().get(0));
        assertEquals(5, read.size());
        assertEquals(new Event(1767323045.25, 0, "brain.Event:2", false, Map.of()), read.get(0));
        assertEquals(new Event(1767323045.25, 1, "", true, Map.of()), read.get(1));
        assertEquals(
                Map.of(
                        "evaluation/gsm8k test/nll", 2f,
                        "evaluation/gsm8k test/perplexity", (float) Math.exp(2),
                        "evaluation/gsm8k test/mean_token_accuracy", 0.25f,
                        "evaluation/gsm8k test/entropy", 2f),
                read.get(2).values());
        Map<String, Float> first = read.get(3).values();
        assertEquals(3.25f, first.get("train/loss"));
        assertEquals(2f, first.get("train/loss/mle"));
        assertEquals(1.25f, first.get("train/loss/distill"));
        assertEquals(0.5f, first.get("train/mean_token_accuracy"));
        assertEquals(1.5f, first.get("train/entropy"));
        assertEquals(0.25f, first.get("train/selected_fraction"));
        assertEquals(9.8e-5f, first.get("train/learning_rate"));
        assertEquals(812.345678f, first.get("train/peak_memory_megabytes"));
        assertEquals(300, read.get(4).step());
        assertEquals(2.5f, read.get(4).values().get("train/loss"));
    }

    @Test
    void float16HasItsScaleAndSkippedSteps() throws IOException {
        try (TensorBoardEvents events = new TensorBoardEvents(directory, CLOCK)) {
            events.stepped(Reports.float16(1, true));
            events.stepped(Reports.float16(2, false));
        }
        List<Event> read = read(files().get(0));
        assertEquals(65536f, read.get(2).values().get("train/loss_scale"));
        assertEquals(1f, read.get(2).values().get("train/skipped"));
        assertEquals(0f, read.get(3).values().get("train/skipped"));
    }

    @Test
    void aResumeWritesAnotherFileThatReplacesFromItsFirstStep() throws IOException {
        for (int firstStep : new int[] {1, 41}) {
            try (TensorBoardEvents events = new TensorBoardEvents(directory, CLOCK)) {
                events.started(Reports.RUN);
                events.stepped(Reports.step(firstStep, 1, 1));
                events.stepped(Reports.step(firstStep + 1, 1, 1));
            }
        }
        assertEquals(2, files().size());
        List<Event> resumed = read(files().get(1));
        assertTrue(resumed.get(1).sessionStart());
        assertEquals(
                List.of(0L, 41L, 41L, 42L), resumed.stream().map(Event::step).toList());
    }

    @Test
    void namesTheDirectoryThatIsMissing() {
        Path missing = directory.resolve("missing");
        String said = assertThrows(UncheckedIOException.class, () -> new TensorBoardEvents(missing))
                .getMessage();
        assertTrue(said.contains(missing.toString()), said);
    }
}
