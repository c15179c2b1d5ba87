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
import io.github.tribuollm.objectives.Requirements;
import io.github.tribuollm.objectives.TokenMeasure;
import io.github.tribuollm.objectives.TokenStatistics;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/** Token statistics in a graph: what the data says is fed, what the models say comes from given expressions. */
final class GraphStatistics implements TokenStatistics {
    private final Graph graph;
    private final Dim candidates;
    private final Requirements needs;
    private final Function<TokenMeasure, Tensor> student;
    private final Function<TokenMeasure, Tensor> reference;
    private final Map<TokenMeasure, Tensor> ofStudent = new HashMap<>();
    private final Map<TokenMeasure, Tensor> ofReference = new HashMap<>();

    GraphStatistics(
            Graph graph,
            Dim candidates,
            Requirements needs,
            Function<TokenMeasure, Tensor> student,
            Function<TokenMeasure, Tensor> reference) {
        this.graph = graph;
        this.candidates = candidates;
        this.needs = needs;
        this.student = student;
        this.reference = reference;
    }

    /** Statistics whose every part is fed. */
    static GraphStatistics fed(Graph graph, Requirements needs) {
        Dim n = Dim.symbol("N");
        List<TokenMeasure> ofStudent = List.copyOf(needs.student());
        List<TokenMeasure> ofReference = List.copyOf(needs.reference());
        return new GraphStatistics(
                graph,
                n,
                needs,
                m -> graph.input(Names.measure(ofStudent.indexOf(m)), ElementType.FLOAT, n),
                m -> graph.input(Names.referenceMeasure(ofReference.indexOf(m)), ElementType.FLOAT, n));
    }

    private Tensor once(String name, ElementType type, Dim... dims) {
        Tensor known = graph.inputs().get(name);
        return known != null ? known : graph.input(name, type, dims);
    }

    @Override
    public Tensor student(TokenMeasure measure) {
        return ofStudent.computeIfAbsent(measure, student);
    }

    @Override
    public Tensor reference(TokenMeasure measure) {
        return ofReference.computeIfAbsent(measure, reference);
    }

    @Override
    public Tensor column(String name) {
        return once(Names.column(name), ElementType.FLOAT, candidates);
    }

    @Override
    public Tensor external(ExternalScore score) {
        return once(Names.external(needs.externals().indexOf(score)), ElementType.FLOAT, candidates);
    }

    @Override
    public Tensor documents() {
        return once(Names.DOCUMENTS, ElementType.INT64, candidates);
    }

    @Override
    public Tensor documentIds() {
        return once(Names.DOCUMENT_IDS, ElementType.INT64, Dim.symbol("D"));
    }

    @Override
    public Tensor allTokens() {
        return once(Names.ALL_TOKENS, ElementType.FLOAT);
    }
}
