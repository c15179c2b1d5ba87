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
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.OptionalLong;

/**
 * One tensor as it lies in a file.
 *
 * @param name its name
 * @param dtype its element type
 * @param shape its dimensions, row major
 * @param data its bytes, little endian, exactly {@code elements * dtype.bytes()} of them from position 0; read-only
 * @param file the file that holds it
 */
public record StoredTensor(String name, DType dtype, long[] shape, ByteBuffer data, Path file) {
    /**
     * Copies the shape and takes a read-only view of the data.
     *
     * @param name its name
     * @param dtype its element type
     * @param shape its dimensions
     * @param data its bytes from position to limit
     * @param file the file that holds it
     */
    public StoredTensor {
        shape = shape.clone();
        data = data.asReadOnlyBuffer();
    }

    /** {@return a copy of the dimensions} */
    @Override
    public long[] shape() {
        return shape.clone();
    }

    /** {@return an independent little-endian view of the bytes} */
    @Override
    public ByteBuffer data() {
        return data.duplicate().order(ByteOrder.LITTLE_ENDIAN);
    }

    /** {@return the number of elements} */
    public int elements() {
        return data.remaining() / dtype.bytes();
    }

    /**
     * The values as 32-bit floats, exactly.
     *
     * @return a new array of {@link #elements()} values
     * @throws CheckpointException when the type is not F32, F16 or BF16
     */
    public float[] floats() {
        requireWidening();
        if (dtype != DType.F32) {
            return Widening.floats(this);
        }
        float[] values = new float[elements()];
        data().asFloatBuffer().get(values);
        return values;
    }

    /** {@return the index of the first element that is NaN or infinite, among F32, F16 or BF16} */
    public OptionalLong firstNotFinite() {
        return switch (dtype) {
            case F32 -> ElementType.FLOAT.firstNotFinite(data.slice());
            case F16 -> ElementType.FLOAT16.firstNotFinite(data.slice());
            case BF16 -> ElementType.BFLOAT16.firstNotFinite(data.slice());
            default -> OptionalLong.empty();
        };
    }

    void requireWidening() {
        if (!dtype.widensToFloat32()) {
            throw new CheckpointException(file + ": tensor '" + name + "' has type " + dtype
                    + "; only F32, F16 and BF16 weights are supported, so convert the checkpoint to one of them");
        }
    }
}
