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
import io.github.tribuollm.graph.Int8Blocks;
import io.github.tribuollm.graph.MatrixForm;
import io.github.tribuollm.runtime.BlockProducts;
import io.github.tribuollm.runtime.WeightSource;
import java.util.function.Function;

/**
 * The weights of a checkpoint whose linear layers are rounded.
 *
 * @param weights the weights
 * @param others how all else is held: vectors, and the embedding, of which only some rows are read
 * @param scheme how linear layers are rounded
 * @param forms how matrices are held, as the scheme says or for runs of few rows
 */
record RoundedSource(Weights weights, WeightSource others, Scheme scheme, Function<String, MatrixForm> forms)
        implements WeightSource {
    RoundedSource(Weights weights, WeightSource others, Scheme scheme) {
        this(weights, others, scheme, scheme::form);
    }

    @Override
    public ElementType type(String name) {
        return scheme.part(name).map(Scheme.Part::type).orElseGet(() -> others.type(name));
    }

    @Override
    public MatrixForm form(String name) {
        return forms.apply(name);
    }

    @Override
    public WeightSource forFewRows() {
        return BlockProducts.ofBytesAreRight() ? new RoundedSource(weights, others, scheme, this::ofFewRows) : this;
    }

    /** Bytes are held in blocks where a matrix has whole ones. */
    private MatrixForm ofFewRows(String name) {
        MatrixForm form = forms.apply(name);
        return form == MatrixForm.INT8 && weights.shape(name)[1] % Int8Blocks.BLOCK == 0
                ? MatrixForm.INT8_BLOCKS
                : form;
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
