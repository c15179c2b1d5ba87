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

import io.github.tribuollm.graph.Graph;
import io.github.tribuollm.graph.Int4Matrix;
import io.github.tribuollm.graph.Int8Blocks;
import io.github.tribuollm.graph.Int8Matrix;
import io.github.tribuollm.graph.Matrix;
import io.github.tribuollm.graph.Tensor;
import io.github.tribuollm.runtime.WeightSource;

/** The frozen weights of a checkpoint, attached to the session and shared by every forward pass of a graph. */
public final class BaseParameters implements Parameters {
    /** In the paths of layers of attention. */
    private static final String ATTENTION = ".self_attn.";

    /** In the path of the one of them that gives neither queries nor keys nor values. */
    private static final String OUTPUT = ".o_proj.";

    private final Graph graph;
    private final WeightSource source;
    private final String prefix;
    private final boolean trained;

    /**
     * The weights of the checkpoint that a session will attach, where losses are measured or texts generated.
     *
     * @param graph the graph
     * @param source tells their forms and element types
     * @param prefix put before the names of the weights, to tell several checkpoints of a graph apart
     */
    public BaseParameters(Graph graph, WeightSource source, String prefix) {
        this(graph, source, prefix, false);
    }

    private BaseParameters(Graph graph, WeightSource source, String prefix, boolean trained) {
        this.graph = graph;
        this.source = source;
        this.prefix = prefix;
        this.trained = trained;
    }

    /** {@return the same weights below an adapter that is trained, see {@link Matrix.Role}} */
    public BaseParameters training() {
        return new BaseParameters(graph, source, prefix, true);
    }

    @Override
    public Tensor weight(String name, long... sizes) {
        return graph.weight(prefix + name, source.type(prefix + name), sizes);
    }

    @Override
    public Matrix matrix(String name, long out, long in) {
        Matrix matrix = held(name, out, in);
        return trained ? matrix.as(role(name)) : matrix;
    }

    private static Matrix.Role role(String name) {
        return name.contains(ATTENTION) && !name.contains(OUTPUT) ? Matrix.Role.TRAINED_QUERIES : Matrix.Role.TRAINED;
    }

    private Matrix held(String name, long out, long in) {
        String own = prefix + name;
        return switch (source.form(own)) {
            case FLOATS -> Matrix.of(weight(name, out, in));
            case INT8 -> new Int8Matrix(graph, own, source.type(own + Int8Matrix.PLAIN), out, in);
            case INT8_BLOCKS -> new Int8Blocks(graph, own, out, in);
            case INT4 -> new Int4Matrix(graph, own, out, in);
        };
    }
}
