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
package io.github.tribuollm.llm.checkpoint;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.tribuollm.llm.checkpoint.SafetensorsWriter.Entry;
import java.io.IOException;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SafetensorsWriterTest {
    private static final Path PYTHON = Fixtures.ROOT.resolve("dtypes.safetensors");

    @TempDir
    Path temp;

    @Test
    void copiesKeepEveryByte() throws IOException {
        Path copy = temp.resolve("copy.safetensors");
        try (SafetensorsFile file = SafetensorsFile.open(PYTHON)) {
            List<Entry> entries = new ArrayList<>();
            file.names().forEach(n -> entries.add(Entry.of(file.stored(n))));
            SafetensorsWriter.write(copy, file.metadata(), entries);
            try (SafetensorsFile back = SafetensorsFile.open(copy)) {
                assertEquals(file.names(), back.names());
                assertEquals(file.metadata(), back.metadata());
                for (String name : file.names()) {
                    assertEquals(file.stored(name).data(), back.stored(name).data(), name);
                    assertArrayEquals(file.shape(name), back.shape(name));
                }
            }
        }
        assertEquals(0, (headerLength(copy) + 8) % 8);
    }

    private static long headerLength(Path file) throws IOException {
        return Files.readAllBytes(file)[0] & 0xff;
    }

    @Test
    void roundsWhileWriting() {
        Path file = temp.resolve("new/rounded.safetensors");
        try (SafetensorsFile python = SafetensorsFile.open(PYTHON)) {
            float[] x = python.stored("x").floats();
            for (int i = 0; i < x.length; i++) {
                x[i] = Float.isNaN(x[i]) || Math.abs(x[i]) > 60000 ? i : x[i];
            }
            long[] shape = {16, 32};
            SafetensorsWriter.write(
                    file,
                    Map.of(),
                    List.of(
                            Entry.of("f16", DType.F16, shape, x),
                            Entry.of("bf16", DType.BF16, shape, FloatBuffer.wrap(x)),
                            Entry.computed("f32", DType.F32, shape, () -> FloatBuffer.wrap(x))));
            try (SafetensorsFile back = SafetensorsFile.open(file)) {
                assertArrayEquals(x, back.stored("f32").floats());
                float[] half = back.stored("f16").floats();
                float[] brain = back.stored("bf16").floats();
                for (int i = 0; i < x.length; i++) {
                    assertEquals(x[i], half[i], Math.max(Math.abs(x[i]) * 0x1p-11, 0x1p-25));
                    assertEquals(x[i], brain[i], Math.max(Math.abs(x[i]) * 0x1p-8, 0x1p-134));
                }
            }
        }
    }

    @Test
    void sameContentGivesSameBytes() throws IOException {
        Entry a = Entry.of("a", DType.F32, new long[] {2}, new float[] {1, 2});
        Entry b = Entry.of("b", DType.F16, new long[] {1}, new float[] {3});
        SafetensorsWriter.write(temp.resolve("1"), Map.of("x", "y", "k", "v"), List.of(a, b));
        SafetensorsWriter.write(temp.resolve("2"), Map.of("k", "v", "x", "y"), List.of(b, a));
        assertArrayEquals(Files.readAllBytes(temp.resolve("1")), Files.readAllBytes(temp.resolve("2")));
    }

    @Test
    void aFailureKeepsTheOldFileAndLeavesNothingBehind() throws IOException {
        Path file = Files.writeString(temp.resolve("old"), "precious");
        Entry good = Entry.of("good", DType.F32, new long[] {1}, new float[] {1});
        Entry bad = Entry.computed("bad", DType.F16, new long[] {1}, () -> FloatBuffer.wrap(new float[] {1e6f}));
        String message = assertThrows(
                        CheckpointException.class, () -> SafetensorsWriter.write(file, Map.of(), List.of(good, bad)))
                .getMessage();
        assertTrue(message.contains("'bad'"), message);
        assertEquals("precious", Files.readString(file));
        try (var files = Files.list(temp)) {
            assertEquals(1, files.count());
        }
    }

    @Test
    void numbersThatAreTooLargeForATypeAreRefused() {
        for (DType type : List.of(DType.F16, DType.BF16)) {
            Entry entry = Entry.of("w", type, new long[] {1}, new float[] {Float.MAX_VALUE});
            String message = assertThrows(
                            CheckpointException.class,
                            () -> SafetensorsWriter.write(temp.resolve("large"), Map.of(), List.of(entry)))
                    .getMessage();
            assertTrue(message.contains("'w'") && message.contains("too large for " + type), message);
        }
    }

    @Test
    void refusesEntriesThatContradictThemselves() {
        assertThrows(
                IllegalArgumentException.class, () -> Entry.of("n", DType.F32, new long[] {3}, new float[] {1, 2}));
        assertThrows(IllegalArgumentException.class, () -> Entry.of("n", DType.I64, new long[] {1}, new float[1]));
        Entry a = Entry.of("a", DType.F32, new long[0], new float[1]);
        assertThrows(
                IllegalArgumentException.class,
                () -> SafetensorsWriter.write(temp.resolve("f"), Map.of(), List.of(a, a)));
    }
}
