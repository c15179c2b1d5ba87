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
 * Weights of which only those of one session are in memory: it maps those that lie in files as it needs them for itself,
 * until it is closed, and the others are read as float32 into memory that {@link #next} takes back.
 */
public final class SuccessiveWeights implements WeightSource {
    private final Weights weights;
    private final WeightSource stored;
    private final SuccessiveMemory memory;

    SuccessiveWeights(Weights weights, WeightSource stored) {
        this.weights = weights;
        this.stored = stored;
        this.memory = new SuccessiveMemory(weights);
    }

    /** Takes back the memory of the session before, which must be closed. */
    public void next() {
        memory.clear();
    }

    @Override
    public ElementType type(String name) {
        return stored.type(name);
    }

    @Override
    public Place place(String name) {
        return weights.region(name, type(name)).<Place>map(region -> region).orElseGet(() -> new Memory(read(name)));
    }

    private ByteBuffer read(String name) {
        long bytes = Float.BYTES * weights.elements(name);
        ByteBuffer floats = memory.next(name, "FLOAT", bytes, Optional.empty()).order(ByteOrder.LITTLE_ENDIAN);
        weights.read(name, floats);
        return floats;
    }

    @Override
    public void requireUnchanged() {
        weights.requireUnchanged();
    }
}
