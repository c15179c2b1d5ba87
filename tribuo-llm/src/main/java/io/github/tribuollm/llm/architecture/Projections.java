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
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/** Several linear maps of one input, stored as a layer each or fused into one layer whose output is cut. */
sealed interface Projections {
    /** The layers, in the order of their outputs. */
    List<LinearLayer> layers();

    /** The outputs, each [N, out], for x [N, in]. */
    List<Tensor> apply(Tensor x, Parameters parameters);

    /** Layers beside each other in one module, named in the order of their widths. */
    static Projections separate(String module, List<String> names, int in, boolean bias, int... widths) {
        return new Separate(IntStream.range(0, widths.length)
                .mapToObj(i -> new LinearLayer(module + "." + names.get(i), in, widths[i], bias))
                .toList());
    }

    /** One layer for all widths. */
    static Projections fused(String module, int in, int... widths) {
        int out = Arrays.stream(widths).sum();
        return new Fused(
                new LinearLayer(module, in, out, false),
                Arrays.stream(widths).asLongStream().toArray());
    }

    /** A layer for each output. */
    record Separate(List<LinearLayer> layers) implements Projections {
        @Override
        public List<Tensor> apply(Tensor x, Parameters parameters) {
            return layers.stream().map(layer -> layer.apply(x, parameters)).toList();
        }
    }

    /** One layer for all outputs. */
    record Fused(LinearLayer layer, long[] widths) implements Projections {
        @Override
        public List<LinearLayer> layers() {
            return List.of(layer);
        }

        @Override
        public List<Tensor> apply(Tensor x, Parameters parameters) {
            return layer.apply(x, parameters).split(1, widths);
        }
    }
}
