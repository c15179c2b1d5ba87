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

import io.github.tribuollm.graph.Tensor;
import java.util.ArrayList;
import java.util.List;

/**
 * A gated feed-forward network (Shazeer, "GLU variants improve transformer"): down(f(gate(x)) up(x)).
 *
 * @param inputs gate and up
 * @param gate f
 * @param down the layer back to the width of the hidden states
 */
record FeedForward(Projections inputs, Gate gate, LinearLayer down) {
    Tensor apply(Tensor x, Parameters parameters) {
        List<Tensor> projected = inputs.apply(x, parameters);
        return down.apply(gate.apply(projected.get(0), projected.get(1)), parameters);
    }

    List<LinearLayer> linearLayers() {
        List<LinearLayer> linear = new ArrayList<>(inputs.layers());
        linear.add(down);
        return linear;
    }
}
