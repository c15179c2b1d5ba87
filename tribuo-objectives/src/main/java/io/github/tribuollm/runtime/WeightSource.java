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
import io.github.tribuollm.graph.MatrixForm;
import java.nio.ByteBuffer;
import java.nio.file.Path;

/** Where a session finds its weights, and in which element types. */
public interface WeightSource {
    /**
     * The element type in which a weight is attached.
     *
     * @param name the weight's name in the graph
     * @return float, a 16-bit float that the graph widens, or bytes for the parts of a quantised matrix
     */
    ElementType type(String name);

    /**
     * How the matrix of a linear layer is held.
     *
     * @param name the weight's name in the graph
     * @return its form, which tells the names of its parts
     */
    default MatrixForm form(String name) {
        return MatrixForm.FLOATS;
    }

    /**
     * The same weights for graphs whose runs have few rows, some four, and no gradients.
     *
     * @return a source of the forms that are the fastest then; this one if there are no others
     */
    default WeightSource forFewRows() {
        return this;
    }

    /**
     * Where the elements of a weight are, row-major and little-endian.
     *
     * @param name the weight's name in the graph
     * @return the place, which must stay unchanged while a session uses it
     */
    Place place(String name);

    /**
     * Requires that nobody has written to what the weights are read from. A session asks before each of its runs.
     *
     * @throws UserException naming the file that has changed
     */
    default void requireUnchanged() {}

    /** Where elements are. */
    sealed interface Place permits Memory, FileRegion {}

    /**
     * Elements in memory, which sessions on the processor share; a GPU gets a copy for each session.
     *
     * @param bytes a direct buffer that holds exactly the elements
     */
    record Memory(ByteBuffer bytes) implements Place {}

    /**
     * Elements in a file, which each session maps: for tensors too large for a buffer.
     *
     * @param file the file, absolute and without symbolic links
     * @param offset the first byte
     * @param length the number of bytes
     */
    record FileRegion(Path file, long offset, long length) implements Place {}

    /** {@return a source without weights, for graphs that have none} */
    static WeightSource none() {
        return new WeightSource() {
            @Override
            public ElementType type(String name) {
                throw new IllegalArgumentException("No source for the weight " + name);
            }

            @Override
            public Place place(String name) {
                throw new IllegalArgumentException("No source for the weight " + name);
            }
        };
    }
}
