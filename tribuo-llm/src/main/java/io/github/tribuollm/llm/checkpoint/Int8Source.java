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
import io.github.tribuollm.runtime.WeightSource;

/**
 * The weights of a checkpoint whose linear layers are held as bytes.
 *
 * @param weights the weights
 * @param others how all else is held: vectors, and the embedding, of which only some rows are read
 * @param bytes how whole numbers are held
 */
record Int8Source(Weights weights, WeightSource others, ElementType bytes) implements WeightSource {
    @Override
    public ElementType type(String name) {
        return Int8Part.of(name).map(part -> part.type(bytes)).orElseGet(() -> others.type(name));
    }

    @Override
    public MatrixForm form(String name) {
        return MatrixForm.INT8;
    }

    @Override
    public Place place(String name) {
        return Int8Part.of(name)
                .<Place>map(part -> new Memory(weights.part(part.matrix(name), part, bytes)))
                .orElseGet(() -> others.place(name));
    }
}
