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
import io.github.tribuollm.runtime.WeightSource;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Optional;

/**
 * Weights as float32, read into memory that is used again: what a session attaches is gone with {@link #next}. Nothing of a
 * file is mapped, so that of a large checkpoint only the weights of one session are resident.
 */
public final class SuccessiveWeights implements WeightSource {
    private final Weights weights;
    private final SuccessiveMemory memory;

    SuccessiveWeights(Weights weights) {
        this.weights = weights;
        this.memory = new SuccessiveMemory(weights);
    }

    /** Takes back the memory of the session before, which must be closed. */
    public void next() {
        memory.clear();
    }

    @Override
    public ElementType type(String name) {
        return ElementType.FLOAT;
    }

    @Override
    public Place place(String name) {
        long[] shape = weights.shape(name);
        long bytes = Float.BYTES;
        for (long size : shape) {
            bytes = Math.multiplyExact(bytes, size);
        }
        ByteBuffer floats = memory.next(name, "FLOAT", bytes, Optional.empty()).order(ByteOrder.LITTLE_ENDIAN);
        weights.read(name, floats);
        return new Memory(floats);
    }

    @Override
    public void requireUnchanged() {
        weights.requireUnchanged();
    }
}
