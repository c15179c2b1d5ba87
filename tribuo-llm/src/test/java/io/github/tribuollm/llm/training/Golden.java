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

import io.github.tribuollm.llm.checkpoint.Checkpoint;
import io.github.tribuollm.llm.checkpoint.SafetensorsFile;
import io.github.tribuollm.llm.checkpoint.StoredTensor;
import io.github.tribuollm.llm.data.TokenSequence;
import io.github.tribuollm.llm.lora.Adapter;
import io.github.tribuollm.llm.lora.PeftFiles;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** What transformers and PEFT computed on one checkpoint; test-resources/fixtures/README.md names the tensors. */
final class Golden implements AutoCloseable {
    static final String TINY_STORIES = "TinyStories-656K";

    static final Path RESOURCES = Path.of(System.getProperty("test.resources", "test-resources"));

    final String name;
    final Checkpoint checkpoint;
    private final SafetensorsFile numbers;

    private Golden(String name, String file) {
        this.name = name;
        this.checkpoint = Checkpoint.open(directory(name).orElseThrow());
        this.numbers = SafetensorsFile.open(golden(name).resolve(file));
    }

    static Golden of(String name) {
        return new Golden(name, "golden.safetensors");
    }

    static Golden objectives(String name) {
        return new Golden(name, "objectives.safetensors");
    }

    static Golden trajectory(String name) {
        return new Golden(name, "trajectory.safetensors");
    }

    /** The checkpoints of the fixtures, and the published one where the shared data are at hand. */
    static Stream<String> names() {
        String[] fixtures = RESOURCES.resolve("fixtures/checkpoints").toFile().list();
        return Stream.concat(Arrays.stream(fixtures).sorted(), Stream.of(TINY_STORIES))
                .filter(name -> directory(name).isPresent());
    }

    private static Path golden(String name) {
        return RESOURCES.resolve("fixtures/golden").resolve(name);
    }

    private static Optional<Path> directory(String name) {
        return Stream.of(
                        RESOURCES.resolve("fixtures/checkpoints").resolve(name),
                        RESOURCES.resolve("../../shared/data/lm").resolve(name))
                .filter(Files::isDirectory)
                .findFirst();
    }

    Adapter adapter(String kind) {
        return PeftFiles.load(golden(name).resolve(kind));
    }

    boolean contains(String tensor) {
        return numbers.names().contains(tensor);
    }

    float[] floats(String tensor) {
        return numbers.stored(tensor).floats();
    }

    long[] shape(String tensor) {
        return numbers.shape(tensor);
    }

    double[] doubles(String tensor) {
        StoredTensor stored = numbers.stored(tensor);
        double[] values = new double[stored.elements()];
        ByteBuffer data = stored.data();
        for (int i = 0; i < values.length; i++) {
            values[i] = data.getDouble(8 * i);
        }
        return values;
    }

    long[] integers(String tensor) {
        StoredTensor stored = numbers.stored(tensor);
        long[] values = new long[stored.elements()];
        for (int i = 0; i < values.length; i++) {
            values[i] = stored.data().getLong(8 * i);
        }
        return values;
    }

    /** The sequences of a batch, or of all steps one after the other. */
    List<TokenSequence> sequences() {
        long[] ids = integers("input_ids");
        long[] lengths = integers("lengths");
        ByteBuffer completion = numbers.stored("completion").data();
        int width = ids.length / lengths.length;
        List<TokenSequence> sequences = new ArrayList<>();
        for (int b = 0; b < lengths.length; b++) {
            int[] tokens = new int[(int) lengths[b]];
            BitSet trained = new BitSet();
            for (int t = 0; t < tokens.length; t++) {
                tokens[t] = (int) ids[b * width + t];
                trained.set(t, completion.get(b * width + t) != 0);
            }
            sequences.add(new TokenSequence(tokens, trained, 1, name + ":" + b));
        }
        return sequences;
    }

    @Override
    public void close() {
        numbers.close();
        checkpoint.close();
    }
}
