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
package io.github.tribuollm.llm.training;

import io.github.tribuollm.graph.Dim;
import io.github.tribuollm.graph.ElementType;
import io.github.tribuollm.graph.Graph;
import io.github.tribuollm.graph.Tensor;
import io.github.tribuollm.objectives.ExternalScore;
import io.github.tribuollm.objectives.TokenMeasure;
import io.github.tribuollm.objectives.TokenStatistics;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

/** Token statistics in a graph: what the data says is fed, what the model says comes from given expressions. */
final class GraphStatistics implements TokenStatistics {
    private final Graph graph;
    private final Dim candidates;
    private final Supplier<Tensor> nll;
    private final Supplier<Tensor> entropy;
    private final List<ExternalScore> externals = new ArrayList<>();

    GraphStatistics(Graph graph, Dim candidates, Supplier<Tensor> nll, Supplier<Tensor> entropy) {
        this.graph = graph;
        this.candidates = candidates;
        this.nll = nll;
        this.entropy = entropy;
    }

    /** Statistics whose every part is fed. */
    static GraphStatistics fed(Graph graph) {
        Dim n = Dim.symbol("N");
        return new GraphStatistics(
                graph,
                n,
                () -> once(graph, Names.NLL, ElementType.FLOAT, n),
                () -> once(graph, Names.ENTROPY, ElementType.FLOAT, n));
    }

    private static Tensor once(Graph graph, String name, ElementType type, Dim... dims) {
        Tensor known = graph.inputs().get(name);
        return known != null ? known : graph.input(name, type, dims);
    }

    @Override
    public Tensor student(TokenMeasure measure) {
        if (measure == TokenMeasure.NLL) {
            return nll.get();
        }
        if (measure == TokenMeasure.ENTROPY) {
            return entropy.get();
        }
        throw new UnsupportedOperationException("Only loss and entropy are computed");
    }

    @Override
    public Tensor reference(TokenMeasure measure) {
        throw new UnsupportedOperationException("The reference model is not scored");
    }

    @Override
    public Tensor column(String name) {
        throw new UnsupportedOperationException("The data has no column " + name);
    }

    @Override
    public Tensor external(ExternalScore score) {
        if (!externals.contains(score)) {
            externals.add(score);
        }
        return once(graph, Names.external(externals.indexOf(score)), ElementType.FLOAT, candidates);
    }

    @Override
    public Tensor documents() {
        return once(graph, Names.DOCUMENTS, ElementType.INT64, candidates);
    }

    @Override
    public Tensor documentIds() {
        return once(graph, Names.DOCUMENT_IDS, ElementType.INT64, Dim.symbol("D"));
    }

    @Override
    public Tensor allTokens() {
        return once(graph, Names.ALL_TOKENS, ElementType.FLOAT);
    }

    /** The scores that must be fed, in the order of their inputs. */
    List<ExternalScore> externals() {
        return List.copyOf(externals);
    }
}
