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

import io.github.tribuollm.runtime.Backend;
import io.github.tribuollm.runtime.ComputeType;

/**
 * How the weights of a frozen base are held in memory. The results of {@link #FLOAT32} and {@link #STORED} are the same
 * to the bit.
 */
public enum Storage {
    /**
     * {@link #FLOAT32} where it fits comfortably, else {@link #STORED}; of a checkpoint that was quantised, as it was then.
     */
    AUTO,
    /** Widened once: the fastest that is exact. Tensors that would have 2 GiB or more stay as they are stored. */
    FLOAT32,
    /** As the file stores them, memory-mapped: 16-bit floats are widened wherever they are used. */
    STORED,
    /**
     * Linear layers and the output layer in bytes with a scale for each row, see
     * {@link io.github.tribuollm.graph.Int8Matrix}, nearest to the checkpoint's where columns {@linkplain
     * ColumnImportance count} more; all else as stored. A base a little different from the checkpoint,
     * on the processor only.
     */
    INT8,
    /**
     * Linear layers in four bits with a scale and an offset for each block of a row, see
     * {@link io.github.tribuollm.graph.Int4Matrix}, fitted to what is large where columns {@linkplain ColumnImportance
     * count} more; the output layer, and matrices whose width does not divide into
     * blocks, in bytes as {@link #INT8} has them; all else as stored. The least memory, and a base that differs more, on
     * the processor only.
     */
    INT4;

    /** {@return whether weights are rounded, so that results differ from those of the checkpoint} */
    public boolean rounds() {
        return this == INT8 || this == INT4;
    }

    /**
     * How weights are held where graphs run and the memory is not asked.
     *
     * @param backend where
     * @return {@link #FLOAT32} for {@link #AUTO}, else as {@link #on} says
     * @throws CheckpointException if this cannot be held there
     */
    public Storage decided(Backend backend) {
        return this == AUTO ? FLOAT32 : on(backend);
    }

    /**
     * How weights are held where graphs run.
     *
     * @param backend where
     * @return this; {@link #FLOAT32} on a device, to which weights go in its compute type
     * @throws CheckpointException if this cannot be held there
     */
    public Storage on(Backend backend) {
        if (rounds() && (backend.onDevice() || backend.computeType() != ComputeType.FLOAT32)) {
            throw new CheckpointException("storage " + this + " is for the CPU in FLOAT32, not for "
                    + backend.provider()
                    + " in " + backend.computeType()
                    + "; set the provider to CPU and the compute type to FLOAT32, or, of a"
                    + " checkpoint of floats, storage to AUTO");
        }
        return backend.onDevice() ? FLOAT32 : this;
    }
}
