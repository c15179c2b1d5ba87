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
package io.github.tribuollm.llm.lora;

import java.util.Arrays;
import java.util.function.Supplier;

/** New values of a tensor of the base. The arrays are not copied and must not be modified. */
public sealed interface Replacement {
    /** {@return the values, row major} */
    float[] values();

    /** {@return the shape of the values} */
    long[] shape();

    /**
     * The same with other values.
     *
     * @param other as many
     * @return the replacement
     */
    Replacement with(float[] other);

    /**
     * The tensor with these values.
     *
     * @param base gives a copy of the tensor's values in the base
     * @return the values, row major, which may be written to
     */
    float[] over(Supplier<float[]> base);

    /**
     * A whole tensor.
     *
     * @param shape its shape
     * @param values its values, row major
     */
    record Whole(long[] shape, float[] values) implements Replacement {
        /**
         * Checks the sizes.
         *
         * @param shape the shape
         * @param values the values
         * @throws IllegalArgumentException if the values do not fill the shape
         */
        public Whole {
            requireFilled(shape, values);
        }

        @Override
        public Replacement with(float[] other) {
            return new Whole(shape, other);
        }

        @Override
        public float[] over(Supplier<float[]> base) {
            return values.clone();
        }
    }

    /**
     * Some rows of a matrix, such as the embeddings of new tokens.
     *
     * @param rows which, none twice
     * @param width the length of a row
     * @param values their values, [rows, width]
     */
    record Rows(int[] rows, int width, float[] values) implements Replacement {
        /**
         * Checks the sizes.
         *
         * @param rows which rows
         * @param width the length of a row
         * @param values the values
         * @throws IllegalArgumentException if a row is negative or named twice, or the values do not fill the rows
         */
        public Rows {
            requireFilled(new long[] {rows.length, width}, values);
            if (Arrays.stream(rows).distinct().count() != rows.length
                    || Arrays.stream(rows).anyMatch(row -> row < 0)) {
                throw new IllegalArgumentException(
                        "the rows " + Arrays.toString(rows) + " are not different numbers from 0");
            }
        }

        @Override
        public long[] shape() {
            return new long[] {rows.length, width};
        }

        @Override
        public Replacement with(float[] other) {
            return new Rows(rows, width, other);
        }

        @Override
        public float[] over(Supplier<float[]> base) {
            float[] matrix = base.get();
            for (int i = 0; i < rows.length; i++) {
                System.arraycopy(values, i * width, matrix, rows[i] * width, width);
            }
            return matrix;
        }
    }

    private static void requireFilled(long[] shape, float[] values) {
        if (Arrays.stream(shape).reduce(1, Math::multiplyExact) != values.length) {
            throw new IllegalArgumentException(values.length + " values do not fill " + Arrays.toString(shape));
        }
    }
}
