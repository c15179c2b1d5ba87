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

import io.github.tribuollm.graph.Dim;
import io.github.tribuollm.graph.TensorType;
import io.github.tribuollm.llm.architecture.Architecture;
import io.github.tribuollm.llm.checkpoint.Weights;
import io.github.tribuollm.llm.graphs.LanguageModelGraph;
import io.github.tribuollm.llm.graphs.ReferenceModel;
import io.github.tribuollm.objectives.token.TokenMeasure;
import io.github.tribuollm.runtime.WeightSource;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The bytes of the weights and parameters of a run.
 *
 * @param run the run
 * @param base the base's weights; empty where every parameter is trained
 */
record ModelBytes(PlannedRun run, Optional<Weights> base) {
    /** What is trained, as often as the host holds it, and the reference model where it is not the base. */
    long onHost() {
        return run.copies() * trained()
                + run.reference()
                        .map(model -> 4 * model.adapter().size() + weights(model))
                        .orElse(0L);
    }

    /** Of it, what lies on Java's heap: gradients and moments. */
    long onHeap() {
        return (run.copies() - 1) * trained();
    }

    /** What a session on a device is fed and, in training, as much of gradients; and the reference's adapter. */
    long fedToDevice() {
        return run.copiesOnDevice() * trained()
                + run.reference().map(model -> 4 * model.adapter().size()).orElse(0L);
    }

    /** The weights of a session on a device. */
    long onDevice(WeightSource source) {
        long own = base.isPresent() ? bytes(source, run.shape().architecture()) : 0;
        return own + run.reference().map(ModelBytes::weights).orElse(0L);
    }

    private long trained() {
        return 4
                * run.shape().trained().values().stream()
                        .mapToLong(ModelBytes::elements)
                        .sum();
    }

    /** The weights of a reference that is another checkpoint, as a pass over it attaches them. */
    private static long weights(ReferenceModel reference) {
        return reference
                .weights()
                .map(source -> new LanguageModelGraph(reference.shape(), source)
                        .measuring(List.of(TokenMeasure.NLL)).weights().values().stream()
                                .mapToLong(ModelBytes::bytes)
                                .sum())
                .orElse(0L);
    }

    private static long bytes(TensorType weight) {
        return weight.shape().dims().stream()
                .mapToLong(Dim::factor)
                .reduce(weight.element().bytes(), (a, b) -> a * b);
    }

    private static long bytes(WeightSource source, Architecture architecture) {
        return architecture.shapes().entrySet().stream()
                .mapToLong((Map.Entry<String, long[]> weight) -> elements(weight.getValue())
                        * source.type(weight.getKey()).bytes())
                .sum();
    }

    private static long elements(long[] sizes) {
        return Arrays.stream(sizes).reduce(1, (a, b) -> a * b);
    }
}
