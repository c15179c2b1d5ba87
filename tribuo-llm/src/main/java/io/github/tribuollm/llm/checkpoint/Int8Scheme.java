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
import io.github.tribuollm.graph.Hadamard;
import io.github.tribuollm.graph.MatrixForm;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/**
 * Every matrix in bytes, see {@link io.github.tribuollm.graph.Int8Matrix}.
 *
 * @param importance of columns
 * @param bytes how whole numbers are held
 */
record Int8Scheme(ColumnImportance importance, ElementType bytes) implements Scheme {
    @Override
    public MatrixForm form(String name) {
        return MatrixForm.INT8;
    }

    @Override
    public Optional<Part> part(String name) {
        return Int8Part.of(name).map(kind -> new Of(kind, kind.matrix(name), this));
    }

    @Override
    public List<Part> parts(String matrix) {
        return parts(Int8Part.WRITTEN, matrix);
    }

    private List<Part> parts(List<Int8Part> kinds, String matrix) {
        return kinds.stream().<Part>map(kind -> new Of(kind, matrix, this)).toList();
    }

    @Override
    public long[] shape(String matrix, SafetensorsFile file) {
        return file.shape(Int8Part.PLAIN.name(matrix));
    }

    @Override
    public float[] row(String matrix, int in, int row, Function<Part, ByteBuffer> parts) {
        ByteBuffer numbers = parts.apply(new Of(Int8Part.PLAIN, matrix, this));
        float scale = parts.apply(new Of(Int8Part.SCALES, matrix, this)).getFloat(Float.BYTES * row);
        float[] values = new float[in];
        for (int i = 0; i < in; i++) {
            values[i] = scale * numbers.get(row * in + i);
        }
        Hadamard.of(in).rotate(values);
        return values;
    }

    /** A part of a matrix. */
    private record Of(Int8Part kind, String matrix, Int8Scheme scheme) implements Part {
        @Override
        public String name() {
            return kind.name(matrix);
        }

        @Override
        public String key() {
            return (kind.isOfBlocks() ? Int8Part.BLOCKS : kind) + " " + kind.numbers(scheme.bytes);
        }

        @Override
        public ElementType type() {
            return kind.type(scheme.bytes);
        }

        @Override
        public String writtenName() {
            return kind.written().name(matrix);
        }

        @Override
        public DType written() {
            return kind.written() == Int8Part.SCALES ? DType.F32 : DType.I8;
        }

        @Override
        public boolean isAsWritten() {
            return kind == kind.written() && type() != ElementType.UINT8;
        }

        @Override
        public void copy(ByteBuffer written, ByteBuffer target) {
            kind.copy(written, target);
        }

        @Override
        public long[] shape(long[] matrix) {
            return kind.shape(matrix);
        }

        @Override
        public List<Part> together() {
            return scheme.parts(kind.together(), matrix);
        }

        /** Beside the scales of blocks lie sums that take the 128 off. */
        @Override
        public long packed(long[] shape) {
            return switch (kind) {
                case SCALES -> 0;
                case BLOCK_SCALES -> 2 * bytes(shape);
                case TRANSPOSED, PLAIN, BLOCKS -> bytes(shape);
            };
        }

        @Override
        public boolean isFirst() {
            return kind == Int8Part.TRANSPOSED || kind.isOfBlocks();
        }

        @Override
        public void read(TensorFile file, Map<String, ByteBuffer> targets) {
            int in = Math.toIntExact(file.shape(matrix)[1]);
            Int8Part.read(file, matrix, scheme.importance.of(matrix, in), kind.numbers(scheme.bytes), targets);
        }
    }
}
