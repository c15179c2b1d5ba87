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
package io.github.tribuollm.llm.architecture;

import io.github.tribuollm.graph.Dim;
import io.github.tribuollm.graph.Shape;
import io.github.tribuollm.graph.Tensor;
import java.util.Map;

/**
 * RMS normalisation over the last axis (Zhang and Sennrich): (offset + w) x / sqrt(mean(x^2) + epsilon), in float32.
 *
 * @param module its path, such as {@code model.norm}
 * @param size the size of the last axis
 * @param epsilon added to the mean square
 * @param offset added to the weight: 1 in Gemma, whose weights are stored as differences from 1, else 0
 */
record Norm(String module, int size, float epsilon, float offset) {
    Tensor apply(Tensor x, Parameters parameters) {
        Tensor weight = parameters.weight(module + ".weight", size);
        return x.toFloat().rmsNorm(offset == 0 ? weight : weight.add(offset), epsilon);
    }

    /** The same for [B, T, heads, size of a head], over each head, or over all heads of a token if they are its size. */
    Tensor ofHeads(Tensor heads, Parameters parameters) {
        Shape shape = heads.shape();
        if (shape.dim(3).equals(Dim.of(size))) {
            return apply(heads, parameters);
        }
        Tensor joined = heads.reshape(shape.dim(0), shape.dim(1), Dim.of(size));
        return apply(joined, parameters).reshape(shape);
    }

    void addShapes(Map<String, long[]> shapes) {
        shapes.put(module + ".weight", new long[] {size});
    }
}
