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
package io.github.tribuollm.runtime;

import io.github.tribuollm.graph.ElementType;
import io.github.tribuollm.graph.Int8Matrix;
import io.github.tribuollm.graph.MatrixForm;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Optional;
import java.util.logging.Logger;

/**
 * How the processor multiplies bytes rightly. Products of unsigned and signed bytes are the fastest; but where a
 * processor has no instruction for them (VNNI), ONNX Runtime adds two in 16 bits, which cut off what is too large. So
 * extreme values are multiplied once in a process, and if the result is wrong, weights are held as unsigned bytes, whose
 * products are slower and have the same results as those that are right.
 */
public final class ByteProducts {
    private static final Logger LOGGER = Logger.getLogger(ByteProducts.class.getName());

    /** Odd, so that each of a kernel's blocks has a rest, and nothing is rotated. */
    private static final int IN = 131;

    private static final int OUT = 37;

    private ByteProducts() {}

    /** The choice of this process. */
    private static final class Choice {
        private static final Optional<ElementType> BYTES = chosen();
    }

    /**
     * How whole numbers are to be held in an {@link Int8Matrix}.
     *
     * @return {@link ElementType#INT8} or {@link ElementType#UINT8}
     * @throws UnusableSurroundings if the processor multiplies neither rightly
     */
    public static ElementType weights() {
        return required(Choice.BYTES);
    }

    static ElementType required(Optional<ElementType> chosen) {
        return chosen.orElseThrow(() -> new UnusableSurroundings(
                "this processor multiplies bytes wrongly under ONNX Runtime " + Onnx.version()
                        + ", so that weights cannot be held as INT8; set storage to FLOAT32 or STORED",
                null));
    }

    /** Empty if neither is right. */
    private static Optional<ElementType> chosen() {
        if (right(ElementType.INT8)) {
            LOGGER.fine("int8 weights: products of unsigned and signed bytes");
            return Optional.of(ElementType.INT8);
        }
        if (right(ElementType.UINT8)) {
            LOGGER.info("int8 weights: products of unsigned bytes, since this processor cuts off those with signed ones"
                    + " (no VNNI)");
            return Optional.of(ElementType.UINT8);
        }
        return Optional.empty();
    }

    /** Whether the largest products have the right sums. */
    static boolean right(ElementType bytes) {
        return new ProductProbe(
                        graph -> new Int8Matrix(graph, "w", bytes, OUT, IN),
                        new Largest(bytes),
                        ProductProbe.ones(IN),
                        127)
                .isRight(GraphSession.Packing.SHARED);
    }

    /** A matrix of 127 everywhere. */
    private record Largest(ElementType bytes) implements WeightSource {
        @Override
        public ElementType type(String name) {
            return name.endsWith(Int8Matrix.SCALES) ? ElementType.FLOAT : bytes;
        }

        @Override
        public MatrixForm form(String name) {
            return MatrixForm.INT8;
        }

        @Override
        public Place place(String name) {
            if (name.endsWith(Int8Matrix.SCALES)) {
                ByteBuffer ones = ByteBuffer.allocateDirect(Float.BYTES * OUT).order(ByteOrder.LITTLE_ENDIAN);
                for (int i = 0; i < OUT; i++) {
                    ones.putFloat(1);
                }
                return new Memory(ones.flip());
            }
            ByteBuffer largest = ByteBuffer.allocateDirect(IN * OUT).order(ByteOrder.LITTLE_ENDIAN);
            while (largest.hasRemaining()) {
                largest.put((byte) (bytes == ElementType.INT8 ? 127 : 255));
            }
            return new Memory(largest.flip());
        }
    }
}
