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

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.tribuollm.llm.checkpoint.Checkpoint;
import io.github.tribuollm.llm.checkpoint.CheckpointConfig;
import io.github.tribuollm.llm.checkpoint.DType;
import io.github.tribuollm.llm.checkpoint.Quantisation;
import io.github.tribuollm.llm.checkpoint.SafetensorsFile;
import io.github.tribuollm.llm.checkpoint.SafetensorsWriter;
import io.github.tribuollm.llm.checkpoint.Weights;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The command quantise, and the others on what it writes. */
class QuantiseCommandTest {
    private static final Path ADAPTER = Cli.RESOURCES.resolve("fixtures/adapters/tiny-llama/all-linear");
    private static final String LAYER = "model.layers.2.mlp.down_proj.weight";

    @TempDir
    private static Path shared;

    @TempDir
    private Path directory;

    @BeforeAll
    static void quantise() {
        for (String storage : List.of("int8", "int4")) {
            Cli.Outcome outcome = Cli.run(
                    "quantise", "--checkpoint", Cli.TINY, "--storage", storage, "--output", shared.resolve(storage));
            assertEquals(0, outcome.code(), outcome.err());
            assertTrue(
                    outcome.out().matches("Wrote the checkpoint in INT[48] to .*, [0-9.]+ MB of weights\\R"),
                    outcome.out());
        }
    }

    private static void refused(String message, Object... arguments) {
        Cli.Outcome outcome = Cli.run(arguments);
        assertEquals(Main.WRONG_INPUT, outcome.code(), outcome.out());
        assertTrue(outcome.err().contains(message), outcome.err());
        assertFalse(outcome.err().contains("\tat "), outcome.err());
    }

    @Test
    void saysWhatIsMissingOrWrong() {
        Path output = directory.resolve("new");
        Object[] whole = {"quantise", "--checkpoint", Cli.TINY, "--storage", "int8", "--output", output};
        refused("--checkpoint DIR is missing", "quantise", "--storage", "int8", "--output", output);
        refused("--storage int8 or --storage int4 is missing", "quantise", "--output", output);
        refused("--output DIR is missing", "quantise", "--storage", "int8");
        Object[] other = whole.clone();
        other[4] = "stored";
        refused("--storage: there is no 'stored'; choose one of int8, int4", other);
        Object[] taken = whole.clone();
        taken[6] = shared;
        refused("--output: " + shared + " exists and is not empty; choose a new directory", taken);
        Object[] twice = whole.clone();
        twice[2] = shared.resolve("int8");
        refused("is quantised; name the checkpoint of floats that it was made of", twice);
        assertFalse(Files.exists(output));
    }

    private static String[] scored(Path csv, Object... model) throws IOException {
        Object[] data = {"--data", Cli.HELD_OUT, "--format", "gsm8k", "--rows", 3, "--output", csv};
        Cli.Outcome outcome = Cli.run(Stream.of(new Object[] {"score"}, model, data)
                .flatMap(Stream::of)
                .toArray());
        assertEquals(0, outcome.code(), outcome.err());
        return Files.readString(csv).split("\n");
    }

    @ParameterizedTest
    @ValueSource(strings = {"int8", "int4"})
    void scoresAreTheSame(String storage) throws IOException {
        Object[] floats = {"--checkpoint", Cli.TINY, "--storage", storage, "--adapter", ADAPTER};
        Object[] quantised = {"--checkpoint", shared.resolve(storage), "--adapter", ADAPTER};
        assertArrayEquals(
                scored(directory.resolve("floats.csv"), floats), scored(directory.resolve("quantised.csv"), quantised));
    }

    @Test
    void anotherStorageIsRefused() {
        refused(
                "its weights were rounded to INT8 and cannot be held as FLOAT32",
                "score",
                "--checkpoint",
                shared.resolve("int8"),
                "--storage",
                "float32",
                "--data",
                Cli.HELD_OUT,
                "--format",
                "gsm8k");
    }

    /** The floats that the parts stand for, and the adapter. */
    @Test
    void aMergedCheckpointIsOfFloats() {
        Path merged = directory.resolve("merged");
        Path exact = directory.resolve("exact");
        for (Path base : List.of(Cli.TINY, shared.resolve("int8"))) {
            Path target = base == Cli.TINY ? exact : merged;
            Cli.Outcome outcome = Cli.run("export", "--checkpoint", base, "--adapter", ADAPTER, "--merged", target);
            assertEquals(0, outcome.code(), outcome.err());
            String added = base == Cli.TINY
                    ? "the checkpoint's own weights"
                    : "the floats that the checkpoint's rounded weights stand for";
            assertTrue(outcome.out().contains("the adapter added to " + added), outcome.out());
        }
        assertTrue(CheckpointConfig.ofCheckpoint(merged).isVoid(Quantisation.FIELD));
        try (Checkpoint ours = Checkpoint.open(merged);
                Checkpoint theirs = Checkpoint.open(exact)) {
            assertEquals(theirs.weights().names(), ours.weights().names());
            float[] found = ours.weights().stored(LAYER).floats();
            float[] expected = theirs.weights().stored(LAYER).floats();
            double error = 0;
            double all = 0;
            for (int i = 0; i < found.length; i++) {
                error += Math.pow(found[i] - expected[i], 2);
                all += Math.pow(expected[i], 2);
            }
            assertTrue(error > 0 && Math.sqrt(error / all) < 0.008, Math.sqrt(error / all) + "");
        }
    }

    @Test
    void aMergedCheckpointIsFloat32AlsoWhereItsEmbeddingWasNot() {
        Path narrow = directory.resolve("narrow");
        Path rounded = directory.resolve("rounded");
        Path merged = directory.resolve("merged");
        Cli.run("export", "--checkpoint", Cli.TINY, "--adapter", ADAPTER, "--merged", narrow, "--dtype", "bf16");
        Cli.run("quantise", "--checkpoint", narrow, "--storage", "int4", "--output", rounded);
        Cli.run("export", "--checkpoint", rounded, "--adapter", ADAPTER, "--merged", merged);
        try (Weights weights = Weights.open(merged)) {
            weights.names().forEach(name -> assertEquals(DType.F32, weights.dtype(name), name));
        }
        assertEquals("float32", CheckpointConfig.ofCheckpoint(merged).text("torch_dtype"));
    }

    @Test
    void aHubIsNotWrittenTo() {
        Cli.Outcome outcome =
                Cli.run("quantise", "--checkpoint", Cli.TINY, "--storage", "int4", "--output", "hf://me/mine");
        assertEquals(2, outcome.code());
        assertTrue(outcome.err().contains("--output: hf:/me/mine is on a hub"), outcome.err());
    }

    @ParameterizedTest
    @ValueSource(strings = {"int8", "int4"})
    void aScaleThatIsNotFiniteIsNamed(String storage) throws IOException {
        Path spoiled = directory.resolve("spoiled");
        Files.createDirectories(spoiled);
        for (String name : List.of("config.json", "tokenizer.json", "tokenizer_config.json")) {
            Files.copy(shared.resolve(storage).resolve(name), spoiled.resolve(name));
        }
        String scales = LAYER + "#" + storage + "_scales";
        List<SafetensorsWriter.Entry> entries = new ArrayList<>();
        try (SafetensorsFile file = SafetensorsFile.open(shared.resolve(storage).resolve(Quantisation.FILE))) {
            for (String name : file.names()) {
                float[] values = name.equals(scales) ? file.stored(name).floats() : new float[0];
                if (values.length > 0) {
                    values[0] = Float.NaN;
                }
                entries.add(
                        name.equals(scales)
                                ? SafetensorsWriter.Entry.of(name, file.dtype(name), file.shape(name), values)
                                : SafetensorsWriter.Entry.of(file.stored(name)));
            }
            SafetensorsWriter.write(spoiled.resolve(Quantisation.FILE), file.metadata(), entries);
        }
        Cli.Outcome outcome =
                Cli.run("score", "--checkpoint", spoiled, "--data", Cli.HELD_OUT, "--format", "gsm8k", "--rows", 3);
        assertEquals(Main.WRONG_INPUT, outcome.code(), outcome.out());
        assertTrue(outcome.err().contains(scales + " is not finite either, first in row 0"), outcome.err());
    }
}
