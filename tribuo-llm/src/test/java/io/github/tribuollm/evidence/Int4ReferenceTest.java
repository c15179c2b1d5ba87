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

import io.github.tribuollm.graph.Graph;
import io.github.tribuollm.graph.Int4Matrix;
import io.github.tribuollm.graph.Matrix;
import io.github.tribuollm.llm.checkpoint.Storage;
import io.github.tribuollm.llm.checkpoint.Weights;
import io.github.tribuollm.runtime.WeightSource;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A linear layer in four bits has the numbers that PyTorch computes from the scheme; make_int4.py wrote them. */
final class Int4ReferenceTest {
    private final LayerReference reference;

    @TempDir
    Path directory;

    Int4ReferenceTest() throws IOException {
        reference = LayerReference.read("int4.json");
    }

    private Weights weights() {
        Weights weights = reference.weights(directory);
        weights.countColumns((matrix, in) -> reference.floats("importance"));
        return weights;
    }

    @Test
    void theNumbersAndScalesAreTheReferences() {
        try (Weights weights = weights()) {
            WeightSource source = weights.source(Storage.INT4);
            ByteBuffer pairs = part(source, Int4Matrix.NUMBERS);
            float[] numbers = reference.floats("numbers");
            for (int i = 0; i < numbers.length; i++) {
                int pair = Byte.toUnsignedInt(pairs.get(i / 2));
                assertEquals(numbers[i], i % 2 == 0 ? pair & 15 : pair >> 4, "of element " + i);
            }
            assertSame(reference.floats("scales"), part(source, Int4Matrix.SCALES));
        }
    }

    private static ByteBuffer part(WeightSource source, String suffix) {
        return ((WeightSource.Memory) source.place("w" + suffix)).bytes().order(ByteOrder.LITTLE_ENDIAN);
    }

    private static void assertSame(float[] wanted, ByteBuffer found) {
        for (float value : wanted) {
            assertEquals(value, found.getFloat());
        }
        assertEquals(0, found.remaining());
    }

    @Test
    void productsAndGradientsAreTheReferencesToARounding() {
        try (Weights weights = weights()) {
            reference.assertProductsAndGradients(weights, Storage.INT4, this::matrix, "y", "dx");
        }
    }

    @Test
    void productsInALayoutOfASessionsOwnAreTheReferencesToo() {
        try (Weights weights = weights()) {
            reference.assertProducts(weights, Storage.INT4, this::matrix, "packed");
        }
    }

    private Matrix matrix(Graph graph) {
        return new Int4Matrix(graph, "w", reference.out(), reference.in());
    }
}
