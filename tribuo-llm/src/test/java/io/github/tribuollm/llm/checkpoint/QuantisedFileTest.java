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
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.github.tribuollm.graph.ElementType;
import io.github.tribuollm.llm.architecture.Architecture;
import io.github.tribuollm.llm.architecture.Architectures;
import io.github.tribuollm.llm.architecture.QuantisedCheckpoint;
import io.github.tribuollm.llm.graphs.LanguageModelGraph;
import io.github.tribuollm.llm.graphs.ModelShape;
import io.github.tribuollm.objectives.token.TokenMeasure;
import io.github.tribuollm.runtime.ComputeType;
import io.github.tribuollm.runtime.WeightSource;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Checkpoints that were rounded when they were written. */
class QuantisedFileTest {
    private static final Path RESOURCES = Path.of(System.getProperty("test.resources"));
    private static final Path TINY = RESOURCES.resolve("tiny-llama");
    private static final String LAYER = "model.layers.0.mlp.up_proj.weight";

    @TempDir
    Path temporary;

    private Path quantised;

    @BeforeEach
    void place() {
        quantised = temporary.resolve("quantised");
    }

    private Path quantise(Path base, Storage storage) {
        try (Checkpoint opened = Checkpoint.open(base)) {
            QuantisedCheckpoint.write(opened, storage, quantised);
        }
        return quantised;
    }

    static Stream<Arguments> checkpoints() throws IOException {
        List<Path> all = new ArrayList<>(List.of(TINY));
        try (Stream<Path> directories = Files.list(RESOURCES.resolve("fixtures/checkpoints"))) {
            directories.filter(Files::isDirectory).sorted().forEach(all::add);
        }
        return all.stream()
                .flatMap(base -> Stream.of(Storage.INT8, Storage.INT4).map(storage -> Arguments.of(base, storage)));
    }

    /** Everything that a model's graph attaches. */
    private static SortedSet<String> attached(Checkpoint checkpoint, WeightSource source) {
        ModelShape shape = ModelShape.of(Architectures.of(checkpoint), Optional.empty(), 8, 1);
        return new TreeSet<>(new LanguageModelGraph(shape, source)
                .measuring(List.of(TokenMeasure.NLL))
                .weights()
                .keySet());
    }

    private static void assertSame(Collection<String> names, WeightSource wanted, WeightSource found) {
        for (String name : names) {
            assertEquals(wanted.type(name), found.type(name), name);
            assertEquals(memory(wanted, name), memory(found, name), name);
        }
    }

    private static ByteBuffer memory(WeightSource source, String name) {
        return ((WeightSource.Memory) source.place(name)).bytes();
    }

    @ParameterizedTest
    @MethodSource("checkpoints")
    void holdsWhatRoundingWhileOpeningMakes(Path base, Storage storage) {
        quantise(base, storage);
        try (Checkpoint floats = Checkpoint.open(base);
                Checkpoint written = Checkpoint.open(quantised)) {
            WeightSource rounded = floats.weights().source(storage);
            WeightSource mapped = written.weights().source(written.weights().held(Storage.AUTO));
            List<String> attached = new ArrayList<>(attached(floats, rounded));
            assertEquals(attached, List.copyOf(attached(written, mapped)));
            Architectures.of(floats)
                    .linearLayers()
                    .forEach(layer -> attached.addAll(scheme(floats, storage).parts(layer.module() + ".weight").stream()
                            .map(Scheme.Part::name)
                            .toList()));
            assertSame(attached, rounded, mapped);
            assertEquals(
                    0,
                    written.weights()
                            .footprint(storage, ComputeType.FLOAT32, parts(attached))
                            .copied());
            assertEquals(floats.identity().sha256(), written.identity().sha256());
        }
    }

    @ParameterizedTest
    @MethodSource("checkpoints")
    void blocksForFewRowsAreThoseOfRoundingWhileOpening(Path base, Storage storage) {
        quantise(base, storage);
        try (Checkpoint floats = Checkpoint.open(base);
                Checkpoint written = Checkpoint.open(quantised)) {
            WeightSource rounded = floats.weights().source(storage).forFewRows();
            WeightSource mapped = written.weights().source(storage).forFewRows();
            Set<String> attached = attached(floats, rounded);
            assertEquals(attached, attached(written, mapped));
            assertSame(attached, rounded, mapped);
        }
    }

    private static Scheme scheme(Checkpoint checkpoint, Storage storage) {
        return checkpoint.weights().scheme(storage, ElementType.INT8);
    }

    private static List<String> parts(List<String> attached) {
        return attached.stream().filter(name -> Scheme.matrix(name).isPresent()).toList();
    }

    /** The fixture has no tokenizer that could be copied beside its weights. */
    @ParameterizedTest
    @EnumSource(
            value = Storage.class,
            names = {"INT8", "INT4"})
    void packedNumbersOfGgufFilesAreRounded(Storage storage) {
        Path file = temporary.resolve(Quantisation.FILE);
        Quantisation said = Quantisation.of(storage, "0".repeat(64), CheckpointConfig.empty(file));
        String norm = "model.norm.weight";
        try (Weights base = Weights.open(RESOURCES.resolve("fixtures/gguf/llama.gguf"))) {
            SafetensorsWriter.writeInOrder(
                    file, said.fields(), RoundedEntries.of(base, storage, List.of(LAYER), List.of(norm)));
            try (Weights written = Weights.of(QuantisedFile.open(file, said), said)) {
                assertArrayEquals(
                        base.stored(norm).floats(), written.stored(norm).floats());
                Scheme scheme = base.scheme(storage, ElementType.INT8);
                for (Scheme.Part part : scheme.parts(LAYER)) {
                    assertEquals(base.part(part), written.part(part), part.name());
                }
            }
        }
    }

    /** As a processor without VNNI wants them. */
    @ParameterizedTest
    @EnumSource(
            value = Storage.class,
            names = {"INT8", "INT4"})
    void signedBytesBecomeUnsignedOnes(Storage storage) {
        quantise(TINY, storage);
        try (Checkpoint floats = Checkpoint.open(TINY);
                Checkpoint written = Checkpoint.open(quantised)) {
            for (Scheme.Part part : unsigned(floats, storage).scheme().parts(Weights.EMBEDDING)) {
                ByteBuffer expected = memory(unsigned(floats, storage), part.name());
                ByteBuffer found = memory(unsigned(written, storage), part.name());
                assertEquals(expected, found, part.name());
            }
        }
    }

    private static RoundedSource unsigned(Checkpoint checkpoint, Storage storage) {
        Scheme scheme = checkpoint.weights().scheme(storage, ElementType.UINT8);
        return new RoundedSource(checkpoint.weights(), checkpoint.weights().source(storage), scheme);
    }

    /** A rotation keeps lengths, so that rounding costs the same in either order. */
    @ParameterizedTest
    @CsvSource({"INT8, 0.008", "INT4, 0.08"})
    void readsAsTheFloatsThatPartsStandFor(Storage storage, double largest) {
        quantise(TINY, storage);
        try (Checkpoint floats = Checkpoint.open(TINY);
                Checkpoint written = Checkpoint.open(quantised)) {
            Architecture architecture = Architectures.of(written);
            for (String name : architecture.shapes().keySet()) {
                float[] expected = floats.weights().stored(name).floats();
                float[] found = written.weights().stored(name).floats();
                double error = 0;
                double all = 0;
                for (int i = 0; i < expected.length; i++) {
                    error += Math.pow(found[i] - expected[i], 2);
                    all += Math.pow(expected[i], 2);
                }
                boolean layer = name.endsWith("_proj.weight");
                assertEquals(layer, error > 0, name);
                assertTrue(Math.sqrt(error / all) < largest, name + ": " + Math.sqrt(error / all));
                assertArrayEquals(found, widened(written.weights(), name), name);
            }
        }
    }

    private static float[] widened(Weights weights, String name) {
        ByteBuffer floats = weights.float32(name);
        float[] values = new float[floats.remaining() / 4];
        floats.asFloatBuffer().get(values);
        return values;
    }

    @Test
    void isHeldAsItWasWritten() {
        Weights weights = Weights.open(quantise(TINY, Storage.INT8));
        try (weights) {
            assertEquals(Storage.INT8, weights.held(Storage.AUTO));
            assertEquals(Storage.INT8, weights.held(Storage.STORED));
            assertEquals(Storage.INT8, CheckpointFiles.of(quantised).held(Storage.AUTO));
            for (Storage other : List.of(Storage.FLOAT32, Storage.INT4)) {
                CheckpointException e = assertThrows(CheckpointException.class, () -> weights.source(other));
                assertTrue(
                        e.getMessage()
                                .contains("its weights were rounded to INT8 and cannot be held as " + other
                                        + "; set storage to AUTO, or name the checkpoint that they were made of"),
                        e.getMessage());
            }
        }
    }

    @Test
    void isNotQuantisedTwice() {
        Path once = quantise(TINY, Storage.INT8);
        quantised = temporary.resolve("twice");
        refused("is quantised; name the checkpoint of floats", () -> quantise(once, Storage.INT8));
        assertFalse(Files.exists(quantised));
    }

    @Test
    void isDeterministicAndDeletesWhatAKilledRunLeft() throws IOException {
        Path left = Files.createDirectories(temporary.resolve(".quantised.unfinished"));
        Files.writeString(left.resolve("half.tmp"), "half");
        byte[] first = Files.readAllBytes(quantise(TINY, Storage.INT4).resolve(Quantisation.FILE));
        assertFalse(Files.exists(left));
        assertFalse(Files.exists(quantised.resolve("half.tmp")));
        quantised = temporary.resolve("again");
        assertArrayEquals(first, Files.readAllBytes(quantise(TINY, Storage.INT4).resolve(Quantisation.FILE)));
    }

    private static void refused(String message, Runnable opening) {
        CheckpointException e = assertThrows(CheckpointException.class, opening::run);
        assertTrue(e.getMessage().contains(message), e.getMessage());
    }

    private void refusedAfter(Consumer<JsonObject> change, String message) throws IOException {
        Path file = quantise(TINY, Storage.INT4).resolve(Checkpoint.CONFIG);
        JsonObject config = JsonParser.parseString(Files.readString(file)).getAsJsonObject();
        change.accept(config);
        Files.writeString(file, config.toString());
        refused(message, () -> Checkpoint.open(quantised).close());
    }

    private static JsonObject fields(JsonObject config) {
        return config.getAsJsonObject(Quantisation.FIELD);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "version | 1 | field quantization_config.version: found 1, expected 2",
                "rotation | 32 | field quantization_config.rotation: found 32, expected 64",
                "block | 64 | field quantization_config.block: found 64, expected 32",
                "groups | 7 | field quantization_config.groups: found 7, expected nothing",
                "storage | int2 | field quantization_config.storage: found int2, expected int8 or int4",
                "storage | int8 | field quantization_config.block: found 32, expected nothing",
                "base_sha256 | 12 | field quantization_config.base_sha256: found 12, expected the 64 digits of a"
                        + " SHA-256",
                "quant_method | gptq | field quantization_config: weights that were quantised elsewhere (\"gptq\")"
            })
    void aFieldThatIsNotUnderstoodIsRefused(String field, String value, String message) throws IOException {
        refusedAfter(config -> fields(config).addProperty(field, value), message);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "storage | storage: found nothing, expected int8 or int4",
                "rotation | rotation: found nothing, expected 64",
                "config_sha256 | config_sha256: found nothing, expected",
                "base_sha256 | base_sha256: found nothing, expected the 64 digits of a SHA-256"
            })
    void aFieldThatIsMissingIsRefused(String field, String message) throws IOException {
        refusedAfter(config -> fields(config).remove(field), message);
    }

    @Test
    void anEditedConfigurationIsRefused() throws IOException {
        refusedAfter(
                config -> config.addProperty("rms_norm_eps", 0.5),
                "was edited since the weights were quantised (field quantization_config.config_sha256)");
    }

    @Test
    void aConfigurationWithOtherSpacesIsTheSame() throws IOException {
        Path file = quantise(TINY, Storage.INT4).resolve(Checkpoint.CONFIG);
        JsonObject config = JsonParser.parseString(Files.readString(file)).getAsJsonObject();
        Files.writeString(file, config.toString());
        Checkpoint.open(quantised).close();
    }

    /** The remedies for floats would lead nowhere. */
    @Test
    void missingWeightsAreNamedWithTheRemedy() throws IOException {
        Path file = quantise(TINY, Storage.INT4).resolve(Quantisation.FILE);
        String message = "quantised.safetensors: no such file; copy the whole directory that quantise has written";
        Files.delete(file);
        refused(message, () -> Checkpoint.open(quantised).close());
        Files.createDirectory(file);
        refused(message, () -> Checkpoint.open(quantised).close());
    }

    @Test
    void aConfigurationWithoutTheFieldIsRefused() throws IOException {
        refusedAfter(
                config -> config.remove(Quantisation.FIELD),
                "model.safetensors: no such file; there is quantised.safetensors, whose config.json");
    }

    @Test
    void aConfigurationOfAnotherBaseIsRefused() throws IOException {
        refusedAfter(
                config -> fields(config).addProperty("base_sha256", "0".repeat(64)),
                "quantised.safetensors: its metadata {");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{\"quant_method\": \"bitsandbytes\", \"load_in_4bit\": true} | (\"bitsandbytes\") are not read",
                "{\"quant_method\": \"awq\", \"bits\": 4} | (\"awq\") are not read; take the checkpoint",
                "{\"bits\": 4} | ({\"bits\":4}) are not read",
                "[1] | must be an object"
            })
    void othersAreRefused(String value, String message) throws IOException {
        Path copy = Fixtures.copy(TINY, temporary.resolve("copy"));
        Path file = copy.resolve(Checkpoint.CONFIG);
        JsonObject config = JsonParser.parseString(Files.readString(file)).getAsJsonObject();
        config.add(Quantisation.FIELD, JsonParser.parseString(value));
        Files.writeString(file, config.toString());
        refused(message, () -> Checkpoint.open(copy).close());
        refused(message, () -> Architectures.of(CheckpointConfig.ofCheckpoint(copy)));
    }

    private void rewrite(UnaryOperator<Map<String, SafetensorsWriter.Entry>> change, Map<String, String> metadata) {
        Path file = quantised.resolve(Quantisation.FILE);
        Map<String, SafetensorsWriter.Entry> entries = new TreeMap<>();
        Map<String, String> said;
        try (SafetensorsFile read = SafetensorsFile.open(file)) {
            read.names().forEach(name -> entries.put(name, SafetensorsWriter.Entry.of(read.stored(name))));
            said = metadata == null ? read.metadata() : metadata;
        }
        SafetensorsWriter.write(file, said, List.copyOf(change.apply(entries).values()));
    }

    private static SafetensorsWriter.Entry bytes(String name, DType type, long... shape) {
        int size = type.bytes();
        for (long dimension : shape) {
            size *= (int) dimension;
        }
        ByteBuffer zeros = ByteBuffer.allocate(size);
        return SafetensorsWriter.Entry.made(name, type, shape, zeros::duplicate);
    }

    static Stream<Arguments> broken() {
        return Stream.of(
                Arguments.of(LAYER + "#int4_scales", null, "has no tensor '" + LAYER + "#int4_scales'"),
                Arguments.of(LAYER + "#int4", null, "has no tensor '" + LAYER + "#int8'"),
                Arguments.of(
                        LAYER + "#int4",
                        bytes(LAYER + "#int4", DType.U8, 8, 80),
                        "#int4_scales' of type F32 and shape [256, 5] must be of type F32 and shape [8, 5]"),
                Arguments.of(
                        LAYER + "#int4",
                        bytes(LAYER + "#int4", DType.I8, 256, 80),
                        "#int4' of type I8 and shape [256, 80] must be of type U8"),
                Arguments.of(
                        LAYER + "#int4",
                        bytes(LAYER + "#int4", DType.U8, 256),
                        "'" + LAYER + "' cannot have the shape [256]"),
                Arguments.of(
                        LAYER + "#int4", bytes(LAYER + "#int4", DType.U8), "'" + LAYER + "' cannot have the shape []"),
                Arguments.of(
                        LAYER + "#int4",
                        bytes(LAYER + "#int4", DType.U8, 0, 80),
                        "'" + LAYER + "' cannot have the shape [0, 96]"),
                Arguments.of(
                        LAYER + "#int8",
                        bytes(LAYER + "#int8", DType.I8, 256, 96),
                        "'" + LAYER + "#int8' is no part of how this matrix is held"),
                Arguments.of(
                        "model.embed_tokens.weight",
                        bytes("model.embed_tokens.weight", DType.F32, 4, 96),
                        "'model.embed_tokens.weight' cannot have the shape"),
                Arguments.of(
                        LAYER,
                        bytes(LAYER, DType.F32, 256, 96),
                        "'" + LAYER + "' has floats beside the parts that it is rounded to"),
                Arguments.of(
                        "model.norm.weight",
                        bytes("model.norm.weight", DType.F32, 4),
                        "the weight model.norm.weight has shape [4]"),
                Arguments.of(
                        "other.weight#int2",
                        bytes("other.weight#int2", DType.U8, 4, 4),
                        "the weight other.weight#int2 (of 1 such) has no place"));
    }

    @ParameterizedTest
    @MethodSource("broken")
    void tensorsThatAreNotAsTheyShouldBeAreRefused(String name, SafetensorsWriter.Entry instead, String message) {
        quantise(TINY, Storage.INT4);
        rewrite(
                entries -> {
                    entries.remove(name);
                    if (instead != null) {
                        entries.put(name, instead);
                    }
                    return entries;
                },
                null);
        refused(message, () -> {
            try (Checkpoint opened = Checkpoint.open(quantised)) {
                Architectures.of(opened);
            }
        });
    }

    /** It could be rounded, were there floats; a checkpoint says what it is. */
    @Test
    void aMatrixWithoutPartsIsRefused() {
        quantise(TINY, Storage.INT4);
        rewrite(
                entries -> {
                    entries.keySet().removeIf(name -> name.startsWith(LAYER));
                    entries.put(LAYER, bytes(LAYER, DType.F32, 256, 96));
                    return entries;
                },
                null);
        try (Checkpoint opened = Checkpoint.open(quantised)) {
            WeightSource source = opened.weights().source(Storage.INT4);
            refused("has no tensor '" + LAYER + "#int4'", () -> source.place(LAYER + "#int4"));
        }
    }

    @Test
    void missingMetadataAreRefused() {
        quantise(TINY, Storage.INT8);
        rewrite(entries -> entries, Map.of());
        refused(
                "quantised.safetensors: its metadata {} are not what config.json",
                () -> Weights.open(quantised).close());
    }
}
