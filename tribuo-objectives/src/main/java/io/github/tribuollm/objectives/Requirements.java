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
package io.github.tribuollm.objectives;

import io.github.tribuollm.graph.Dim;
import io.github.tribuollm.graph.ElementType;
import io.github.tribuollm.graph.Graph;
import io.github.tribuollm.graph.Tensor;
import io.github.tribuollm.objectives.target.SparseTeacher;
import io.github.tribuollm.objectives.target.Target;
import io.github.tribuollm.objectives.token.SparseDistribution;
import io.github.tribuollm.objectives.token.TokenDistribution;
import io.github.tribuollm.objectives.token.TokenMeasure;
import io.github.tribuollm.objectives.weight.ExternalScore;
import io.github.tribuollm.objectives.weight.TokenStatistics;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * What an objective needs besides the tokens, found by building it once on a graph that is thrown away: no component
 * declares anything.
 *
 * @param student what weights read off the model's own predictions
 * @param reference what weights read off the reference model's predictions
 * @param referenceTarget whether a target compares with the reference model's distribution
 * @param columns what the data must give for each token
 * @param externals scores that are computed outside the graph
 * @param sparseTeachers distributions that were computed before
 */
public record Requirements(
        Set<TokenMeasure> student,
        Set<TokenMeasure> reference,
        boolean referenceTarget,
        Set<String> columns,
        List<ExternalScore> externals,
        List<SparseTeacher> sparseTeachers) {

    /**
     * What an objective needs.
     *
     * @param objective the objective
     * @return its needs, each in the order in which it is first asked for
     */
    public static Requirements of(Objective objective) {
        Probe probe = new Probe();
        List<Tensor> weights = objective.normalise(objective.weights(probe), probe);
        objective.losses(probe.prediction("student"), probe, weights);
        return new Requirements(
                probe.student,
                probe.reference,
                probe.referenceTarget,
                probe.columns,
                List.copyOf(probe.externals),
                List.copyOf(probe.sparseTeachers));
    }

    /** {@return whether a reference model must be there} */
    public boolean needsReference() {
        return referenceTarget || !reference.isEmpty();
    }

    /** Gives inputs for whatever it is asked for, and remembers it. */
    private static final class Probe implements TokenStatistics, Target.Context {
        private static final Dim TOKENS = Dim.symbol("N");
        private static final Dim VOCABULARY = Dim.of(1 << 16);

        private final Graph graph = new Graph();
        private final Set<TokenMeasure> student = new LinkedHashSet<>();
        private final Set<TokenMeasure> reference = new LinkedHashSet<>();
        private final Set<String> columns = new LinkedHashSet<>();
        private final Set<ExternalScore> externals = new LinkedHashSet<>();
        private final Set<SparseTeacher> sparseTeachers = new LinkedHashSet<>();
        private boolean referenceTarget;

        private Tensor input(String name, ElementType type, Dim... dims) {
            Tensor known = graph.inputs().get(name);
            return known != null ? known : graph.input(name, type, dims);
        }

        private Tensor number(String name) {
            return input(name, ElementType.FLOAT, TOKENS);
        }

        TokenDistribution prediction(String name) {
            return TokenDistribution.ofLogits(input(name, ElementType.FLOAT, TOKENS, VOCABULARY));
        }

        @Override
        public Tensor student(TokenMeasure measure) {
            student.add(measure);
            return number("measure");
        }

        @Override
        public Tensor reference(TokenMeasure measure) {
            reference.add(measure);
            return number("measure");
        }

        @Override
        public TokenDistribution reference() {
            referenceTarget = true;
            return prediction("teacher");
        }

        @Override
        public Tensor column(String name) {
            columns.add(name);
            return number("column");
        }

        @Override
        public Tensor external(ExternalScore score) {
            externals.add(score);
            return number("external");
        }

        @Override
        public SparseDistribution sparse(SparseTeacher source) {
            sparseTeachers.add(source);
            Dim width = Dim.of(source.width());
            return new SparseDistribution(
                    input("ids of " + width, ElementType.INT64, TOKENS, width),
                    input("probabilities of " + width, ElementType.FLOAT, TOKENS, width));
        }

        @Override
        public Tensor labels() {
            return input("labels", ElementType.INT64, TOKENS);
        }

        @Override
        public Tensor documents() {
            return input("documents", ElementType.INT64, TOKENS);
        }

        @Override
        public Tensor documentIds() {
            return input("document_ids", ElementType.INT64, Dim.symbol("D"));
        }

        @Override
        public Tensor allTokens() {
            return input("all_tokens", ElementType.FLOAT);
        }
    }
}
