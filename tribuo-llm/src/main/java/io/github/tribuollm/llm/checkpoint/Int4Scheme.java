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

import io.github.tribuollm.graph.ElementType;
import io.github.tribuollm.graph.Int4Matrix;
import io.github.tribuollm.graph.MatrixForm;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.ToLongFunction;

/**
 * Matrices in four bits, see {@link Int4Matrix}; the output layer, and those whose width is no multiple of {@value
 * Int4Matrix#BLOCK}, in bytes.
 *
 * @param width the number of columns of a matrix
 * @param importance of columns
 * @param bytes how those are held
 */
record Int4Scheme(ToLongFunction<String> width, ColumnImportance importance, Int8Scheme bytes) implements Scheme {
    @Override
    public MatrixForm form(String name) {
        boolean output = name.equals(Weights.HEAD) || name.equals(Weights.EMBEDDING);
        return output || width.applyAsLong(name) % Int4Matrix.BLOCK != 0 ? bytes.form(name) : MatrixForm.INT4;
    }

    @Override
    public Optional<Part> part(String name) {
        return Int4Part.of(name)
                .<Part>map(kind -> new Of(kind, kind.matrix(name), importance))
                .or(() -> bytes.part(name));
    }

    @Override
    public List<Part> parts(String matrix) {
        return form(matrix) == MatrixForm.INT4 ? all(matrix, importance) : bytes.parts(matrix);
    }

    private static List<Part> all(String matrix, ColumnImportance importance) {
        return Arrays.stream(Int4Part.values())
                .<Part>map(kind -> new Of(kind, matrix, importance))
                .toList();
    }

    @Override
    public long[] shape(String matrix, SafetensorsFile file) {
        String numbers = Int4Part.NUMBERS.name(matrix);
        return file.names().contains(numbers) ? Int4Part.matrixShape(file.shape(numbers)) : bytes.shape(matrix, file);
    }

    @Override
    public float[] row(String matrix, int in, int row, Function<Part, ByteBuffer> parts) {
        return form(matrix) == MatrixForm.INT4
                ? Int4Rows.floats(
                        in,
                        row,
                        parts.apply(new Of(Int4Part.NUMBERS, matrix, importance)),
                        parts.apply(new Of(Int4Part.SCALES, matrix, importance)))
                : bytes.row(matrix, in, row, parts);
    }

    /** A part of a matrix. */
    private record Of(Int4Part kind, String matrix, ColumnImportance importance) implements Part {
        @Override
        public String name() {
            return kind.name(matrix);
        }

        @Override
        public String key() {
            return "INT4";
        }

        @Override
        public ElementType type() {
            return kind.type();
        }

        @Override
        public DType written() {
            return kind == Int4Part.NUMBERS ? DType.U8 : DType.F32;
        }

        @Override
        public long[] shape(long[] matrix) {
            return kind.shape(matrix);
        }

        @Override
        public List<Part> together() {
            return all(matrix, importance);
        }

        /** Beside the scales lie sums that take the zero point off. */
        @Override
        public long packed(long[] shape) {
            return kind == Int4Part.SCALES ? 2 * bytes(shape) : bytes(shape);
        }

        @Override
        public boolean isFirst() {
            return true;
        }

        @Override
        public void read(TensorFile file, Map<String, ByteBuffer> targets) {
            int in = Math.toIntExact(file.shape(matrix)[1]);
            Int4Part.read(file, matrix, importance.of(matrix, in), targets);
        }
    }
}
