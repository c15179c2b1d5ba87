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
package io.github.tribuollm.llm.uncertainty.dropout;

import io.github.tribuollm.graph.Matrix;
import io.github.tribuollm.graph.Tensor;
import io.github.tribuollm.llm.architecture.Parameters;
import io.github.tribuollm.llm.lora.AdaptedParameters;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/** A random sample of a model's parameters: inverted dropout under masks that are fed. */
final class DropoutParameters implements Parameters {
    private final Parameters base;
    private final DropoutPlaces places;
    private final float scale;
    private final AdaptedParameters.Masks source;
    private final Map<String, Tensor> masks = new LinkedHashMap<>();

    /**
     * A sample.
     *
     * @param base the parameters without dropout, but for that of LoRA
     * @param places where elements are dropped
     * @param rate how many of them, in [0, 1)
     * @param source where masks come from
     */
    DropoutParameters(Parameters base, DropoutPlaces places, double rate, AdaptedParameters.Masks source) {
        this.base = base;
        this.places = places;
        this.scale = (float) (1 / (1 - rate));
        this.source = source;
    }

    @Override
    public Tensor weight(String name, long... sizes) {
        return base.weight(name, sizes);
    }

    @Override
    public Matrix matrix(String name, long out, long in) {
        return base.matrix(name, out, in);
    }

    @Override
    public Matrix head(String module, String name, long out, long in) {
        return base.head(module, name, out, in);
    }

    @Override
    public Tensor linear(String module, Tensor x, long out, boolean bias) {
        return base.linear(
                module,
                places == DropoutPlaces.ALL_LINEAR
                        ? dropped(module, x.toFloat()).toCompute()
                        : x,
                out,
                bias);
    }

    @Override
    public Tensor dropout(String place, Tensor x) {
        return places == DropoutPlaces.ARCHITECTURE ? dropped(place, x) : x;
    }

    private Tensor dropped(String place, Tensor x) {
        Tensor kept = masks.computeIfAbsent(place, p -> source.of(p + AdaptedParameters.MASK, x.shape()));
        return x.where(kept, 0).mul(scale);
    }

    /** The masks, true where an element is kept, by place. */
    Map<String, Tensor> masks() {
        return Collections.unmodifiableMap(masks);
    }
}
