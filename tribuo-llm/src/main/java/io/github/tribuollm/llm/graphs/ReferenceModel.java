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
import io.github.tribuollm.graph.MatrixForm;
import io.github.tribuollm.llm.architecture.Architecture;
import io.github.tribuollm.llm.architecture.Parameters;
import io.github.tribuollm.llm.lora.Adapter;
import io.github.tribuollm.runtime.WeightSource;
import java.util.Map;
import java.util.Optional;

/**
 * The frozen model that an objective compares with: the trained model's base with another adapter or with none, whose
 * weights are not held twice, or another checkpoint of the same vocabulary.
 *
 * @param shape its form
 * @param adapter the tensors of its adapter; empty without one
 * @param weights the weights of another checkpoint; empty if it shares the trained model's base
 */
public record ReferenceModel(ModelShape shape, ParameterSet adapter, Optional<WeightSource> weights)
        implements AutoCloseable {
    /**
     * The trained model's base with another adapter.
     *
     * @param student the trained model's form
     * @param adapter the adapter, which must fit the base
     * @return the reference, which owns a copy of the adapter
     */
    public static ReferenceModel adapted(ModelShape student, Adapter adapter) {
        return new ReferenceModel(
                student.ofFrozen(student.architecture(), Optional.of(adapter)),
                ParameterSet.of(adapter),
                Optional.empty());
    }

    /**
     * The trained model's base with the adapter off.
     *
     * @param student the trained model's form
     * @return the reference
     */
    public static ReferenceModel base(ModelShape student) {
        return new ReferenceModel(
                student.ofFrozen(student.architecture(), Optional.empty()),
                new ParameterSet(Map.of()),
                Optional.empty());
    }

    /**
     * Another checkpoint.
     *
     * @param student the trained model's form
     * @param architecture the other checkpoint's
     * @param adapter an adapter of the other checkpoint
     * @param weights the other checkpoint's weights
     * @return the reference
     * @throws TrainingException if it has another vocabulary
     */
    public static ReferenceModel checkpoint(
            ModelShape student, Architecture architecture, Optional<Adapter> adapter, WeightSource weights) {
        int expected = student.architecture().vocabularySize();
        if (architecture.vocabularySize() != expected) {
            throw new TrainingException("The reference model has a vocabulary of " + architecture.vocabularySize()
                    + " tokens, the trained model one of " + expected
                    + "; only models of one vocabulary can be compared token by token");
        }
        return new ReferenceModel(
                student.ofFrozen(architecture, adapter),
                adapter.map(ParameterSet::of).orElseGet(() -> new ParameterSet(Map.of())),
                Optional.of(weights));
    }

    /** Its parameters in a graph that holds the trained model too. */
    Parameters bind(Graph graph, WeightSource both) {
        String prefix = weights.isPresent() ? Names.REFERENCE : "";
        return shape.bind(graph, both, prefix, Names.REFERENCE, Optional.empty())
                .parameters();
    }

    /** The weights of a graph that holds both models, given those of the trained one. */
    public WeightSource beside(WeightSource student) {
        return weights.<WeightSource>map(own -> new Both(student, own)).orElse(student);
    }

    @Override
    public void close() {
        adapter.close();
    }

    /** The weights of two checkpoints, the second's names prefixed. */
    private record Both(WeightSource student, WeightSource reference) implements WeightSource {
        @Override
        public ElementType type(String name) {
            return name.startsWith(Names.REFERENCE) ? reference.type(own(name)) : student.type(name);
        }

        @Override
        public MatrixForm form(String name) {
            return name.startsWith(Names.REFERENCE) ? reference.form(own(name)) : student.form(name);
        }

        @Override
        public Place place(String name) {
            return name.startsWith(Names.REFERENCE) ? reference.place(own(name)) : student.place(name);
        }

        @Override
        public void requireUnchanged() {
            student.requireUnchanged();
            reference.requireUnchanged();
        }

        private static String own(String name) {
            return name.substring(Names.REFERENCE.length());
        }
    }
}
