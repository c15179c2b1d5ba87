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
package io.github.tribuollm.graph;

import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * The body of a node that runs other nodes.
 *
 * @param inputs what each run is given
 * @param nodes in an order in which they can run; their inputs may also come from outside
 * @param outputs what each run gives, all of it computed by these nodes
 */
record Subgraph(List<Tensor> inputs, List<Node> nodes, List<Tensor> outputs) {
    /** What the nodes take from outside, in the order of their first use. */
    Set<Tensor> captured() {
        Set<Tensor> own = new HashSet<>(inputs);
        nodes.forEach(node -> own.addAll(node.outputs()));
        Set<Tensor> captured = new LinkedHashSet<>();
        nodes.forEach(node -> captured.addAll(node.operands()));
        captured.removeAll(own);
        return captured;
    }
}
