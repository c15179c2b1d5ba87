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

import io.github.tribuollm.graph.ElementType;
import io.github.tribuollm.llm.checkpoint.SafetensorsWriter.Entry;
import java.io.IOException;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SafetensorsFileTest {
    @TempDir
    Path temp;

    @Test
    void readsWhatPythonWrote() {
        try (SafetensorsFile file = SafetensorsFile.open(Fixtures.ROOT.resolve("dtypes.safetensors"))) {
            assertEquals(Map.of("format", "pt", "note", "made by Python"), file.metadata());
            assertEquals(11, file.names().size());
            assertArrayEquals(new long[] {16, 32}, file.shape("x"));
            assertArrayEquals(new float[] {2.5f}, file.stored("scalar").floats());
            assertArrayEquals(new long[0], file.shape("scalar"));
            assertEquals(0, file.stored("empty").elements());
            assertEquals(DType.I64, file.dtype("ids"));
            assertEquals(4, file.stored("ids").data().getLong(4 * 8));
            assertEquals(1, file.stored("flags").data().get(0));
            assertEquals(ByteOrder.LITTLE_ENDIAN, file.stored("x").data().order());
            assertThrows(CheckpointException.class, () -> file.stored("ids").floats());
            assertThrows(CheckpointException.class, () -> file.stored("absent"));
        }
    }

    /** Of a mapped tensor the next look would end in an error of Java, or within a graph the process. */
    @Test
    void aSmallFileMayBeCutOffWhileItsTensorsAreUsed() throws IOException {
        Path file = temp.resolve("small.safetensors");
        float[] values = {1, 2, 3, 4};
        SafetensorsWriter.write(file, Map.of(), List.of(Entry.of("w", DType.F32, new long[] {4}, values)));
        try (SafetensorsFile opened = SafetensorsFile.open(file)) {
            StoredTensor tensor = opened.stored("w");
            try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
                channel.truncate(0);
            }
            assertArrayEquals(values, tensor.floats());
            assertTrue(tensor.data().isDirect());
            assertThrows(CheckpointException.class, opened::requireUnchanged);
        }
    }

    @Test
    void metadataMayBeNull() throws IOException {
        Path path = Fixtures.safetensors(
                temp.resolve("null"),
                "{\"__metadata__\":null,\"a\":{\"dtype\":\"U8\",\"shape\":[8],\"data_offsets\":[0,8]}}",
                8);
        try (SafetensorsFile file = SafetensorsFile.open(path)) {
            assertEquals(Map.of(), file.metadata());
            assertEquals(8, file.stored("a").elements());
        }
    }

    @Test
    void widensAsTorchDoes() {
        try (SafetensorsFile file = SafetensorsFile.open(Fixtures.ROOT.resolve("dtypes.safetensors"))) {
            assertSameFloats(
                    file.stored("bits_f16_wide").floats(),
                    file.stored("bits_f16").floats());
            assertSameFloats(
                    file.stored("bits_bf16_wide").floats(),
                    file.stored("bits_bf16").floats());
        }
    }

    @Test
    void roundsAsTorchDoes() {
        try (SafetensorsFile file = SafetensorsFile.open(Fixtures.ROOT.resolve("dtypes.safetensors"))) {
            float[] x = file.stored("x").floats();
            var brain = file.stored("x_bf16").data().asShortBuffer();
            var half = file.stored("x_f16").data().asShortBuffer();
            for (int i = 0; i < x.length; i++) {
                if (!Float.isNaN(x[i])) {
                    assertEquals(brain.get(i), ElementType.BFLOAT16.bits(x[i]), "bf16 of " + x[i]);
                    assertEquals(half.get(i), ElementType.FLOAT16.bits(x[i]), "f16 of " + x[i]);
                }
            }
        }
    }

    @Test
    void everySixteenBitPatternSurvivesTheRoundTrip() throws IOException {
        for (DType dtype : new DType[] {DType.F16, DType.BF16}) {
            float[] wide = SafetensorsFile.open(patterns(dtype)).stored("t").floats();
            for (int bits = 0; bits < wide.length; bits++) {
                short back = dtype == DType.F16
                        ? ElementType.FLOAT16.bits(wide[bits])
                        : ElementType.BFLOAT16.bits(wide[bits]);
                if (Float.isNaN(wide[bits])) {
                    assertTrue(dtype == DType.F16 ? (bits & 0x7fff) > 0x7c00 : (bits & 0x7fff) > 0x7f80);
                    assertTrue(dtype == DType.F16 ? (back & 0x7fff) > 0x7c00 : (back & 0x7fff) > 0x7f80);
                } else {
                    assertEquals((short) bits, back, dtype + " " + bits);
                }
            }
        }
    }

    private Path patterns(DType dtype) throws IOException {
        String header = "{\"t\":{\"dtype\":\"" + dtype + "\",\"shape\":[65536],\"data_offsets\":[0,131072]}}";
        Path file = Fixtures.safetensors(temp.resolve(dtype + ".safetensors"), header, 1 << 17);
        byte[] bytes = Files.readAllBytes(file);
        for (int i = 0; i < 1 << 16; i++) {
            int at = bytes.length - (1 << 17) + 2 * i;
            bytes[at] = (byte) i;
            bytes[at + 1] = (byte) (i >> 8);
        }
        return Files.write(file, bytes);
    }

    @Test
    void halvesAreRoundedToTheNearest() {
        float[] halves = new float[1 << 15];
        for (int bits = 0; bits < 0x7c00; bits++) {
            halves[bits] = (float)
                    (bits < 0x400 ? bits * 0x1p-24 : Math.scalb(1 + (bits & 0x3ff) / 1024.0, (bits >> 10) - 15));
        }
        for (int bits = 0; bits < 0x7bff; bits++) {
            float middle = (float) ((double) halves[bits] / 2 + (double) halves[bits + 1] / 2);
            assertEquals(bits, ElementType.FLOAT16.bits(halves[bits]));
            assertEquals(bits + (bits & 1), ElementType.FLOAT16.bits(middle), "tie above " + halves[bits]);
            assertEquals(bits, ElementType.FLOAT16.bits(Math.nextDown(middle)));
            assertEquals(bits + 1, ElementType.FLOAT16.bits(Math.nextUp(middle)));
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "overlap | {'a':{'dtype':'U8','shape':[5],'data_offsets':[0,5]},'b':{'dtype':'U8','shape':[5],'data_offsets':[3,8]}} | overlaps",
                "gap | {'a':{'dtype':'U8','shape':[3],'data_offsets':[0,3]},'b':{'dtype':'U8','shape':[4],'data_offsets':[4,8]}} | gap",
                "tail | {'a':{'dtype':'U8','shape':[4],'data_offsets':[0,4]}} | belong to no tensor",
                "front | {'a':{'dtype':'U8','shape':[4],'data_offsets':[4,8]}} | gap",
                "beyond | {'a':{'dtype':'U8','shape':[9],'data_offsets':[0,9]}} | truncated",
                "backwards | {'a':{'dtype':'U8','shape':[0],'data_offsets':[8,0]}} | truncated",
                "bytes | {'a':{'dtype':'F32','shape':[1],'data_offsets':[0,8]}} | cannot have 8 bytes",
                "dtype | {'a':{'dtype':'F13','shape':[8],'data_offsets':[0,8]}} | unknown dtype 'F13'",
                "negative | {'a':{'dtype':'U8','shape':[-8],'data_offsets':[0,8]}} | non-negative integer",
                "fraction | {'a':{'dtype':'U8','shape':[8.0],'data_offsets':[0,8]}} | non-negative integer",
                "quoted | {'a':{'dtype':'U8','shape':['8'],'data_offsets':[0,8]}} | non-negative integer",
                "overflow | {'a':{'dtype':'U8','shape':[4294967296,4294967296],'data_offsets':[0,8]}} | impossible shape",
                "huge | {'a':{'dtype':'U8','shape':[99999999999999999999],'data_offsets':[0,8]}} | non-negative integer",
                "missing | {'a':{'dtype':'U8','shape':[8]}} | needs dtype",
                "three | {'a':{'dtype':'U8','shape':[8],'data_offsets':[0,4,8]}} | more than 2 values",
                "extra | {'a':{'dtype':'U8','shape':[8],'data_offsets':[0,8],'stride':1}} | unknown field 'stride'",
                "twice | {'a':{'dtype':'U8','shape':[8],'data_offsets':[0,8]},'a':{'dtype':'U8','shape':[8],'data_offsets':[0,8]}} | duplicate name",
                "inner | {'a':{'dtype':'U8','dtype':'I8','shape':[8],'data_offsets':[0,8]}} | duplicate name",
                "metadata | {'__metadata__':{'n':1},'a':{'dtype':'U8','shape':[8],'data_offsets':[0,8]}} | expected a string",
                "array | ['a'] | does not start",
                "after | {'a':{'dtype':'U8','shape':[8],'data_offsets':[0,8]}} x | malformed",
                "cut | {'a':{'dtype':'U8','shape':[8] | not the JSON expected",
                "null | {'a':null} | not the JSON expected",
            })
    void refusesBrokenHeaders(String name, String header, String reason) throws IOException {
        Path file = Fixtures.safetensors(temp.resolve(name), header.replace('\'', '"'), 8);
        String message = assertThrows(CheckpointException.class, () -> SafetensorsFile.open(file))
                .getMessage();
        assertTrue(message.contains(reason) && message.contains(name), message);
    }

    @ParameterizedTest
    @ValueSource(longs = {0, 1, 11, 100_000_001, Long.MAX_VALUE, -1, Long.MIN_VALUE})
    void refusesHeaderLengthsThatLie(long claimed) throws IOException {
        Path file = Fixtures.safetensors(temp.resolve("lie"), claimed, "{}".getBytes(StandardCharsets.UTF_8), 8);
        assertThrows(CheckpointException.class, () -> SafetensorsFile.open(file));
    }

    @Test
    void refusesHeadersThatAreNotUtf8() throws IOException {
        byte[] header = "{\"\u00ff\":{}}".getBytes(StandardCharsets.ISO_8859_1);
        Path file = Fixtures.safetensors(temp.resolve("latin"), header.length, header, 0);
        assertTrue(assertThrows(CheckpointException.class, () -> SafetensorsFile.open(file))
                .getMessage()
                .contains("UTF-8"));
    }

    @Test
    void refusesEveryTruncation() throws IOException {
        byte[] whole = Files.readAllBytes(Fixtures.ROOT.resolve("llama/model.safetensors"));
        Path file = temp.resolve("cut.safetensors");
        for (int length = 0; length < whole.length; length += length < 4000 ? 13 : 401) {
            Files.write(file, Arrays.copyOf(whole, length));
            assertThrows(CheckpointException.class, () -> SafetensorsFile.open(file), "length " + length);
        }
    }

    @Test
    void damagedBytesNeverCauseAnotherError() throws IOException {
        byte[] whole = Files.readAllBytes(Fixtures.ROOT.resolve("llama/model.safetensors"));
        Path path = temp.resolve("damaged.safetensors");
        Random random = new Random(5);
        for (int i = 0; i < 500; i++) {
            byte[] damaged = whole.clone();
            damaged[random.nextInt(2000)] = (byte) random.nextInt();
            Files.write(path, damaged);
            try (SafetensorsFile file = SafetensorsFile.open(path)) {
                for (String name : file.names()) {
                    file.stored(name);
                }
            } catch (CheckpointException e) {
                assertTrue(e.getMessage().contains("damaged.safetensors"), e.getMessage());
            }
        }
    }

    static void assertSameFloats(float[] expected, float[] actual) {
        assertEquals(expected.length, actual.length);
        for (int i = 0; i < expected.length; i++) {
            if (Float.isNaN(expected[i])) {
                assertTrue(Float.isNaN(actual[i]));
            } else {
                assertEquals(Float.floatToRawIntBits(expected[i]), Float.floatToRawIntBits(actual[i]), "at " + i);
            }
        }
    }
}
