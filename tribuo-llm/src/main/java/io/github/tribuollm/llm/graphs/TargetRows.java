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

import io.github.tribuollm.graph.Dim;
import io.github.tribuollm.graph.ElementType;
import io.github.tribuollm.graph.Tensor;
import io.github.tribuollm.objectives.Requirements;
import io.github.tribuollm.objectives.target.SparseTeacher;
import io.github.tribuollm.objectives.target.Target;
import io.github.tribuollm.objectives.token.SparseDistribution;
import io.github.tribuollm.objectives.token.TokenDistribution;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/** What targets may refer to, a chunk of the output layer's rows at a time; made when it is first asked for. */
final class TargetRows {
    private final BatchTensors batch;
    private final Requirements needs;
    private final Function<Tensor, List<Tensor>> cut;
    private final List<Tensor> labels;
    private final List<Tensor> referenceStates;
    private final Optional<OutputLayers.Reference> reference;
    private final Map<Tensor, List<Tensor>> chunks = new HashMap<>();

    /**
     * The rows of some completion tokens.
     *
     * @param batch where columns and sparse distributions are read
     * @param needs what the objective asks for
     * @param cut picks the rows out of all completion tokens and cuts them into chunks
     * @param labels the completion tokens' ids, [N]
     * @param reference the reference model of all completion tokens; empty without one
     */
    TargetRows(
            BatchTensors batch,
            Requirements needs,
            Function<Tensor, List<Tensor>> cut,
            Tensor labels,
            Optional<OutputLayers.Reference> reference) {
        this.batch = batch;
        this.needs = needs;
        this.cut = cut;
        this.labels = cut.apply(labels);
        this.reference = reference;
        this.referenceStates = reference.map(model -> cut.apply(model.states())).orElse(List.of());
    }

    private Tensor chunk(Tensor all, int index) {
        return chunks.computeIfAbsent(all, cut).get(index);
    }

    /** What targets may refer to in one chunk. */
    Target.Context chunk(int index) {
        return new Chunk(index);
    }

    private final class Chunk implements Target.Context {
        private final int index;
        private TokenDistribution teacher;

        Chunk(int index) {
            this.index = index;
        }

        @Override
        public Tensor labels() {
            return labels.get(index);
        }

        @Override
        public TokenDistribution reference() {
            if (teacher == null) {
                teacher = reference.orElseThrow().layer().predictions(referenceStates.get(index));
            }
            return teacher;
        }

        @Override
        public Tensor column(String name) {
            return chunk(batch.ofCompletionTokens(Names.column(name), ElementType.FLOAT), index);
        }

        @Override
        public SparseDistribution sparse(SparseTeacher source) {
            int i = needs.sparseTeachers().indexOf(source);
            Dim width = Dim.of(source.width());
            return new SparseDistribution(
                    chunk(batch.ofCompletionTokens(Names.sparseIds(i), ElementType.INT64, width), index),
                    chunk(batch.ofCompletionTokens(Names.sparseProbabilities(i), ElementType.FLOAT, width), index));
        }
    }
}
