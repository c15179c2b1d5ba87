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
import io.github.tribuollm.graph.Graph;
import io.github.tribuollm.graph.Schedule;
import io.github.tribuollm.llm.graphs.ModelShape;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * The memory of one graph's activations, found by following its schedule.
 *
 * @param kept bytes that wait for the backward pass when the output layer begins
 * @param layers bytes that the layers need beside those
 * @param outputLayer bytes that the output layer needs beside those
 * @param nodes the graph's size
 */
record Activations(long kept, long layers, long outputLayer, int nodes) {
    /** Those of no graph. */
    static final Activations NONE = new Activations(0, 0, 0, 0);

    /**
     * Those of a graph. What has a vocabulary for a size belongs to the output layer.
     *
     * @param sizes of the graph's symbols
     */
    static Activations of(Graph.Model model, ModelShape form, Map<String, Long> sizes) {
        Dim vocabulary = Dim.of(form.architecture().vocabularySize());
        List<Schedule.Moment> moments =
                form.backend().runnable(model).schedule().moments(sizes);
        boolean[] output = new boolean[moments.size()];
        for (int i = 0; i < output.length; i++) {
            output[i] = moments.get(i).outputs().stream()
                    .anyMatch(type -> type.shape().dims().contains(vocabulary));
        }
        int first = IntStream.range(0, output.length)
                .filter(i -> output[i])
                .findFirst()
                .orElse(0);
        long kept = first == 0 ? 0 : moments.get(first - 1).live();
        return new Activations(
                kept, peak(moments, output, false) - kept, peak(moments, output, true) - kept, output.length);
    }

    /** Those of the graph that needs the most, of graphs that run one after another. */
    static Activations most(List<Graph.Model> models, ModelShape form, Map<String, Long> sizes) {
        return models.stream()
                .map(model -> of(model, form, sizes))
                .max(Comparator.comparingLong(Activations::live))
                .orElse(NONE);
    }

    private static long peak(List<Schedule.Moment> moments, boolean[] output, boolean inOutputLayer) {
        return IntStream.range(0, output.length)
                .filter(i -> output[i] == inOutputLayer)
                .mapToLong(i -> moments.get(i).live())
                .max()
                .orElse(0);
    }

    /** The most bytes at any time. */
    long live() {
        return kept + Math.max(layers, outputLayer);
    }
}
