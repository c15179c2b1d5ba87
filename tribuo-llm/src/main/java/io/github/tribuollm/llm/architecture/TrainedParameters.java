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
import io.github.tribuollm.graph.ElementType;
import io.github.tribuollm.graph.Graph;
import io.github.tribuollm.graph.Shape;
import io.github.tribuollm.graph.Tensor;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/** Every parameter as an input that changes between runs: full-parameter training. */
public final class TrainedParameters implements Parameters {
    private final Graph graph;
    private final Map<String, Tensor> inputs = new LinkedHashMap<>();

    /**
     * Parameters that are fed on every run.
     *
     * @param graph the graph
     */
    public TrainedParameters(Graph graph) {
        this.graph = graph;
    }

    @Override
    public Tensor weight(String name, long... sizes) {
        return inputs.computeIfAbsent(
                name,
                n -> graph.sharedInput(
                        n, ElementType.FLOAT, Shape.of(sizes).dims().toArray(new Dim[0])));
    }

    /** {@return the parameters that the forward pass has asked for, by name, in that order} */
    public Map<String, Tensor> inputs() {
        return Collections.unmodifiableMap(inputs);
    }
}
