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
package io.github.tribuollm.llm.graphs;

import io.github.tribuollm.graph.ElementType;
import io.github.tribuollm.graph.Graph;
import io.github.tribuollm.graph.Tensor;
import io.github.tribuollm.objectives.Objective;
import io.github.tribuollm.objectives.Requirements;
import io.github.tribuollm.objectives.token.TokenMeasure;
import io.github.tribuollm.objectives.weight.ExternalScore;
import io.github.tribuollm.objectives.weight.TokenStatistics;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/** Token statistics in a graph: what the data says is fed, what the models say comes from given expressions. */
public final class GraphStatistics implements TokenStatistics {
    private final BatchTensors batch;
    private final Requirements needs;
    private final Function<TokenMeasure, Tensor> student;
    private final Function<TokenMeasure, Tensor> reference;
    private final Map<TokenMeasure, Tensor> ofStudent = new HashMap<>();
    private final Map<TokenMeasure, Tensor> ofReference = new HashMap<>();

    GraphStatistics(
            BatchTensors batch,
            Requirements needs,
            Function<TokenMeasure, Tensor> student,
            Function<TokenMeasure, Tensor> reference) {
        this.batch = batch;
        this.needs = needs;
        this.student = student;
        this.reference = reference;
    }

    /** Statistics whose every part is fed. */
    public static GraphStatistics fed(Graph graph, Requirements needs) {
        BatchTensors batch = new FedBatch(graph);
        List<TokenMeasure> ofStudent = List.copyOf(needs.student());
        List<TokenMeasure> ofReference = List.copyOf(needs.reference());
        return new GraphStatistics(
                batch,
                needs,
                m -> batch.ofCompletionTokens(Names.measure(ofStudent.indexOf(m)), ElementType.FLOAT),
                m -> batch.ofCompletionTokens(Names.referenceMeasure(ofReference.indexOf(m)), ElementType.FLOAT));
    }

    /**
     * The weights of an objective before they are normalised, [N] for each term. They are NaN where the reference
     * model's measures are not finite, which ranks hide.
     */
    List<Tensor> weights(Objective objective) {
        List<Tensor> weights = objective.weights(this);
        return ofReference.values().stream()
                .reduce(Tensor::add)
                .map(measures -> measures.mul(0).stopGradient())
                .map(zero -> weights.stream().map(w -> w.add(zero)).toList())
                .orElse(weights);
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
        return batch.ofCompletionTokens(Names.column(name), ElementType.FLOAT);
    }

    @Override
    public Tensor external(ExternalScore score) {
        return batch.ofCompletionTokens(Names.external(needs.externals().indexOf(score)), ElementType.FLOAT);
    }

    @Override
    public Tensor documents() {
        return batch.documents();
    }

    @Override
    public Tensor documentIds() {
        return batch.documentIds();
    }

    @Override
    public Tensor allTokens() {
        return batch.graph().sharedInput(Names.ALL_TOKENS, ElementType.FLOAT);
    }
}
