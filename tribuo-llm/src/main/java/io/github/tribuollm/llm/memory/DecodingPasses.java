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
package io.github.tribuollm.llm.memory;

import io.github.tribuollm.graph.Graph;
import io.github.tribuollm.llm.graphs.ModelShape;
import io.github.tribuollm.runtime.WeightSource;
import java.util.List;

/**
 * What decides the memory of decoding beside the model.
 *
 * @param graph the graph of the passes
 * @param piece the most tokens of a prompt that run at once
 * @param bytesOfToken the bytes of keys and values of a token in all layers, those of witnesses too
 * @param witnesses the graphs of what reads along, each in a session of its own
 * @param copies how often such a graph reads each sequence, at least 1
 */
public record DecodingPasses(GraphOf graph, int piece, long bytesOfToken, List<GraphOf> witnesses, int copies) {
    /** A graph of a model. */
    @FunctionalInterface
    public interface GraphOf {
        /** {@return the graph of a form that reads weights from a source} */
        Graph.Model of(ModelShape shape, WeightSource weights);
    }
}
