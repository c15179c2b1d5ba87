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
import java.util.function.Function;
import java.util.function.UnaryOperator;

/** What targets may refer to, a chunk of the output layer's rows at a time; made when it is first asked for. */
final class TargetRows {
    private final BatchTensors batch;
    private final Requirements needs;
    private final UnaryOperator<Tensor> choice;
    private final Function<Tensor, List<Tensor>> cut;
    private final List<Tensor> labels;
    private final List<Tensor> teacherStates;
    private final Function<Tensor, TokenDistribution> teacherLayer;
    private final Map<Tensor, List<Tensor>> chunks = new HashMap<>();

    /**
     * The rows of some candidates.
     *
     * @param batch where columns and sparse distributions are read
     * @param needs what the objective asks for
     * @param choice picks the rows out of all candidates
     * @param cut cuts rows into chunks
     * @param labels the candidates' ids, [N]
     * @param teacher the reference model's states of all candidates; null without one
     * @param teacherLayer the reference model's output layer
     */
    TargetRows(
            BatchTensors batch,
            Requirements needs,
            UnaryOperator<Tensor> choice,
            Function<Tensor, List<Tensor>> cut,
            Tensor labels,
            Tensor teacher,
            Function<Tensor, TokenDistribution> teacherLayer) {
        this.batch = batch;
        this.needs = needs;
        this.choice = choice;
        this.cut = cut;
        this.labels = cut.apply(choice.apply(labels));
        this.teacherStates = teacher == null ? List.of() : cut.apply(choice.apply(teacher));
        this.teacherLayer = teacherLayer;
    }

    private Tensor chunk(Tensor all, int index) {
        return chunks.computeIfAbsent(all, t -> cut.apply(choice.apply(t))).get(index);
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
        public TokenDistribution teacher() {
            if (teacher == null) {
                teacher = teacherLayer.apply(teacherStates.get(index));
            }
            return teacher;
        }

        @Override
        public Tensor column(String name) {
            return chunk(batch.ofCandidates(Names.column(name), ElementType.FLOAT), index);
        }

        @Override
        public SparseDistribution sparse(SparseTeacher source) {
            int i = needs.sparseTeachers().indexOf(source);
            Dim width = Dim.of(source.width());
            return new SparseDistribution(
                    chunk(batch.ofCandidates(Names.sparseIds(i), ElementType.INT64, width), index),
                    chunk(batch.ofCandidates(Names.sparseProbabilities(i), ElementType.FLOAT, width), index));
        }
    }
}
