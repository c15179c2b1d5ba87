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
import io.github.tribuollm.graph.MatrixForm;
import java.nio.ByteBuffer;
import java.util.Optional;

/**
 * Every matrix in bytes, see {@link io.github.tribuollm.graph.Int8Matrix}.
 *
 * @param bytes how whole numbers are held
 */
record Int8Scheme(ElementType bytes) implements Scheme {
    @Override
    public MatrixForm form(String name) {
        return MatrixForm.INT8;
    }

    @Override
    public Optional<Part> part(String name) {
        return Int8Part.of(name).map(kind -> new Of(kind, kind.matrix(name), bytes));
    }

    /** A part of a matrix. */
    private record Of(Int8Part kind, String matrix, ElementType bytes) implements Part {
        @Override
        public String key() {
            return kind + " " + bytes;
        }

        @Override
        public ElementType type() {
            return kind.type(bytes);
        }

        @Override
        public long bytes(long[] shape) {
            return kind.bytes(shape);
        }

        @Override
        public long packed(long[] shape) {
            return kind == Int8Part.SCALES ? 0 : bytes(shape);
        }

        @Override
        public boolean isFirst() {
            return kind == Int8Part.TRANSPOSED;
        }

        @Override
        public void read(TensorFile file, ByteBuffer target) {
            kind.read(file, matrix, bytes, target);
        }
    }
}
