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
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.ToLongFunction;

/** How the matrices of linear layers are rounded: each becomes a few tensors, its parts. */
sealed interface Scheme permits Int8Scheme, Int4Scheme {
    /**
     * The scheme of a storage.
     *
     * @param storage one that rounds
     * @param width the number of columns of a matrix
     * @param importance of columns, where floats are rounded
     * @param bytes how whole numbers are attached
     */
    static Scheme of(Storage storage, ToLongFunction<String> width, ColumnImportance importance, ElementType bytes) {
        Int8Scheme inBytes = new Int8Scheme(importance, bytes);
        return storage == Storage.INT4 ? new Int4Scheme(width, importance, inBytes) : inBytes;
    }

    /** The matrix of which a tensor is a part, of whichever scheme; empty if it is none. */
    static Optional<String> matrix(String tensor) {
        return Int4Part.of(tensor)
                .map(part -> part.matrix(tensor))
                .or(() -> Int8Part.of(tensor).map(part -> part.matrix(tensor)));
    }

    /**
     * The form of a matrix.
     *
     * @param name the matrix, which is never read for this
     * @return its form
     */
    MatrixForm form(String name);

    /**
     * The part of a matrix that an attached tensor is.
     *
     * @param name the tensor
     * @return empty if it is none
     */
    Optional<Part> part(String name);

    /**
     * All parts of a matrix.
     *
     * @param matrix its name
     * @return the parts of its {@link #form}, those with the largest elements first
     */
    List<Part> parts(String matrix);

    /**
     * The shape of a matrix of which a file holds the parts.
     *
     * @param matrix its name
     * @param file the file
     * @return as the part with a number for each element says, of which nothing is checked
     * @throws CheckpointException if the file has no such part
     */
    long[] shape(String matrix, SafetensorsFile file);

    /**
     * The floats that a row of a matrix stands for.
     *
     * @param matrix its name
     * @param in the number of columns
     * @param row its index
     * @param parts gives the bytes of a part, little endian, in the type {@link Part#written}
     * @return new floats, [in]
     */
    float[] row(String matrix, int in, int row, Function<Part, ByteBuffer> parts);

    /** Memory for parts that lie one after the other in one. */
    static Map<String, ByteBuffer> slices(List<Part> parts, long[] shape, ByteBuffer all) {
        Map<String, ByteBuffer> slices = new HashMap<>();
        int from = 0;
        for (Part part : parts) {
            int bytes = (int) part.bytes(shape);
            slices.put(part.name(), all.slice(from, bytes));
            from += bytes;
        }
        return slices;
    }

    /** The bytes of parts of a matrix of a shape. */
    static long bytes(List<Part> parts, long[] shape) {
        return parts.stream().mapToLong(part -> part.bytes(shape)).sum();
    }

    /**
     * A part of a matrix [out, in]. Parts that every graph needs together are read together from a file of floats, one
     * after the other in memory.
     */
    interface Part {
        /** {@return the name of the attached tensor} */
        String name();

        /** {@return the name of the tensor of a file that holds the part, or what it is made of} */
        default String writtenName() {
            return name();
        }

        /** {@return the name of the matrix} */
        String matrix();

        /** {@return what tells what is read together from other parts of the matrix, and from those of other schemes} */
        String key();

        /** {@return the type in which it is attached} */
        ElementType type();

        /** {@return the type in which a file holds it; whole numbers are signed there} */
        DType written();

        /** {@return whether a file holds it as it is attached} */
        default boolean isAsWritten() {
            return true;
        }

        /**
         * Makes it of what a file holds, where that is something else.
         *
         * @param written the bytes of the file, little endian
         * @param target receives the part
         */
        default void copy(ByteBuffer written, ByteBuffer target) {
            throw new IllegalStateException(name() + " is as it is written");
        }

        /** {@return the shape of the part of a matrix of a shape} */
        long[] shape(long[] matrix);

        /** {@return the bytes of the part of a matrix of a shape} */
        default long bytes(long[] matrix) {
            return Arrays.stream(shape(matrix)).reduce(type().bytes(), Math::multiplyExact);
        }

        /** {@return the parts that are read together with this one, and this one} */
        List<Part> together();

        /** {@return the bytes that a session adds which lays out this part for itself; 0 if it does not} */
        long packed(long[] shape);

        /** {@return whether reading this part tells that the matrix is converted} */
        boolean isFirst();

        /**
         * Rounds the matrix block by block, in parallel, in one pass over its floats, which that never holds together.
         *
         * @param file the file, whose matrix is of type F32, F16 or BF16
         * @param targets receive parts by their names, {@link #together} or {@linkplain Scheme#parts all}
         * @throws CheckpointException if an element is NaN or infinite
         */
        void read(TensorFile file, Map<String, ByteBuffer> targets);
    }
}
