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
import java.util.List;

/** Several linear maps of one input, stored as a layer each or as one layer whose output is cut. */
sealed interface Projections {
    /** The layers, in the order of their outputs. */
    List<LinearLayer> layers();

    /** The outputs, each [N, out], for x [N, in]. */
    List<Tensor> apply(Tensor x, Parameters parameters);

    /** A layer for each output. */
    record Separate(List<LinearLayer> layers) implements Projections {
        @Override
        public List<Tensor> apply(Tensor x, Parameters parameters) {
            return layers.stream().map(layer -> layer.apply(x, parameters)).toList();
        }
    }
}
