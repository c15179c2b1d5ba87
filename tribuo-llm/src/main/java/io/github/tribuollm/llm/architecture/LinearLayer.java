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
import java.util.Map;

/**
 * A linear layer that an adapter may sit on.
 *
 * @param module its path, such as {@code model.layers.0.self_attn.q_proj}
 * @param in the number of inputs
 * @param out the number of outputs
 * @param bias whether it adds a bias
 */
public record LinearLayer(String module, int in, int out, boolean bias) {
    /** {@return the last element of the path, such as q_proj} */
    public String name() {
        return module.substring(module.lastIndexOf('.') + 1);
    }

    /** x W^T + b: [N, out] for x [N, in]. */
    Tensor apply(Tensor x, Parameters parameters) {
        return parameters.linear(module, x, out, bias);
    }

    void addShapes(Map<String, long[]> shapes) {
        shapes.put(module + ".weight", new long[] {out, in});
        if (bias) {
            shapes.put(module + ".bias", new long[] {out});
        }
    }
}
