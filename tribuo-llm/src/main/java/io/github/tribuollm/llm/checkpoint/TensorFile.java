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

import java.nio.IntBuffer;
import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;

/**
 * An open file of named tensors, under the names that Hugging Face's checkpoints give them, whose values are read
 * exactly as 32-bit floats. Safe for use by several threads.
 */
interface TensorFile extends AutoCloseable {
    /** {@return the file} */
    Path file();

    /** {@return the names of all tensors} */
    Set<String> names();

    /**
     * A tensor's shape.
     *
     * @param name the tensor
     * @return its dimensions, row major
     * @throws CheckpointException when there is no such tensor
     */
    long[] shape(String name);

    /**
     * A tensor's element type.
     *
     * @param name the tensor
     * @return the type that holds its values exactly: the one that they are stored in, or F32 for packed ones
     * @throws CheckpointException when there is no such tensor
     */
    DType dtype(String name);

    /**
     * The number of bytes of a tensor.
     *
     * @param name the tensor
     * @return what it takes in the file
     * @throws CheckpointException when there is no such tensor
     */
    long bytes(String name);

    /**
     * Where a tensor's elements lie in the file as {@link #dtype} says, one after the other.
     *
     * @param name the tensor
     * @return the offset of the first; empty where they are packed, or in another order
     * @throws CheckpointException when there is no such tensor
     */
    OptionalLong offset(String name);

    /**
     * Reads elements of a tensor of type F32, F16 or BF16 as the bits of 32-bit floats; nothing is mapped.
     *
     * @param name the tensor
     * @param from the index of the first element
     * @param target receives the bits until it is full
     * @throws CheckpointException when there is no such tensor, or the file cannot be read
     */
    void read(String name, long from, IntBuffer target);

    /**
     * A tensor, mapped into memory where its elements have a {@link #offset}, else unpacked.
     *
     * @param name the tensor
     * @return the tensor
     * @throws CheckpointException when there is no such tensor, it has 2 GiB or more, or it cannot be mapped
     */
    StoredTensor stored(String name);

    /**
     * A part of a rounded matrix that the file holds.
     *
     * @param part the part
     * @return empty in a file of floats, of which it has to be made
     * @throws CheckpointException when matrices were rounded before they were written, and there is no such part
     */
    default Optional<WrittenPart> written(Scheme.Part part) {
        return Optional.empty();
    }

    /**
     * Requires that the file has not been written to since it was opened, as far as its size and time tell.
     *
     * @throws CheckpointException if it has
     */
    void requireUnchanged();

    @Override
    void close();

    /** {@return the number of a tensor's elements} */
    default long elements(String name) {
        long elements = 1;
        for (long size : shape(name)) {
            elements *= size;
        }
        return elements;
    }
}
