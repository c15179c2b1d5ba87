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
 * The weights of a checkpoint whose linear layers are rounded.
 *
 * @param weights the weights
 * @param others how all else is held: vectors, and the embedding, of which only some rows are read
 * @param scheme how linear layers are rounded
 */
record RoundedSource(Weights weights, WeightSource others, Scheme scheme) implements WeightSource {
    @Override
    public ElementType type(String name) {
        return scheme.part(name).map(Scheme.Part::type).orElseGet(() -> others.type(name));
    }

    @Override
    public MatrixForm form(String name) {
        return scheme.form(name);
    }

    @Override
    public Place place(String name) {
        return scheme.part(name)
                .<Place>map(part -> new Memory(weights.part(part)))
                .orElseGet(() -> others.place(name));
    }

    @Override
    public void requireUnchanged() {
        weights.requireUnchanged();
    }
}
