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
package io.github.tribuollm.evidence;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.github.tribuollm.graph.ElementType;
import io.github.tribuollm.graph.Graph;
import io.github.tribuollm.graph.Int8Blocks;
import io.github.tribuollm.graph.Int8Matrix;
import io.github.tribuollm.graph.Matrix;
import io.github.tribuollm.llm.checkpoint.Storage;
import io.github.tribuollm.llm.checkpoint.Weights;
import io.github.tribuollm.runtime.ByteProducts;
import io.github.tribuollm.runtime.WeightSource;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** A linear layer in bytes has the numbers that PyTorch computes from the scheme; make_int8.py wrote them. */
final class Int8ReferenceTest {
    @TempDir
    Path directory;

    /** One has fewer rows than columns, one more. */
    private static Stream<LayerReference> references() throws IOException {
        return Stream.of(LayerReference.read("int8.json"), LayerReference.read("int8-tall.json"));
    }

    private Weights weights(LayerReference reference) {
        Weights weights = reference.weights(directory);
        weights.countColumns((matrix, in) -> reference.floats("importance"));
        return weights;
    }

    private static Int8Matrix matrix(Graph graph, LayerReference reference) {
        return new Int8Matrix(graph, "w", ByteProducts.weights(), reference.out(), reference.in());
    }

    @ParameterizedTest
    @MethodSource("references")
    void theNumbersAndScalesAreTheReferences(LayerReference reference) {
        try (Weights weights = weights(reference)) {
            WeightSource source = weights.source(Storage.INT8);
            ByteBuffer numbers = ((WeightSource.Memory) source.place("w" + Int8Matrix.PLAIN)).bytes();
            ByteBuffer scales = ((WeightSource.Memory) source.place("w" + Int8Matrix.SCALES)).bytes();
            int zero = ByteProducts.weights() == ElementType.INT8 ? 0 : 128;
            for (float number : reference.floats("numbers")) {
                assertEquals(number, (byte) (numbers.get() - zero));
            }
            scales.order(ByteOrder.LITTLE_ENDIAN);
            for (float scale : reference.floats("scales")) {
                assertEquals(scale, scales.getFloat());
            }
        }
    }

    @ParameterizedTest
    @MethodSource("references")
    void productsAndGradientsAreTheReferencesToARounding(LayerReference reference) {
        try (Weights weights = weights(reference)) {
            reference.assertProductsAndGradients(weights, Storage.INT8, graph -> matrix(graph, reference), "y", "dx");
        }
    }

    @ParameterizedTest
    @CsvSource({
        "TRAINED_QUERIES, y, dx once",
        "TRAINED, once, dx once",
        "TRAINED_LOGITS, once, dx",
    })
    void productsAndGradientsInATrainingAreTheReferencesToo(Matrix.Role role, String products, String gradients)
            throws IOException {
        for (LayerReference reference : references().toList()) {
            try (Weights weights = weights(reference)) {
                reference.assertProductsAndGradients(
                        weights, Storage.INT8, graph -> matrix(graph, reference).as(role), products, gradients);
            }
        }
    }

    @ParameterizedTest
    @MethodSource("references")
    void productsOfFewRowsAreTheReferencesToo(LayerReference reference) {
        try (Weights weights = weights(reference)) {
            reference.assertProducts(
                    weights,
                    Storage.INT8,
                    graph -> new Int8Blocks(graph, "w", reference.out(), reference.in()),
                    "blocks");
        }
    }
}
