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
package io.github.tribuollm.llm.scoring;

import io.github.tribuollm.graph.TensorType;
import io.github.tribuollm.llm.graphs.LanguageModelGraph;
import io.github.tribuollm.llm.graphs.MicroBatch;
import io.github.tribuollm.llm.graphs.ModelShape;
import io.github.tribuollm.llm.graphs.ParameterSet;
import io.github.tribuollm.objectives.token.TokenMeasure;
import io.github.tribuollm.runtime.WeightSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.IntStream;

/**
 * Refuses measures that are NaN or infinite: a mean must neither hold them nor leave them out. The weights are searched
 * for the cause only then.
 *
 * @param parameters the adapter, or all parameters
 * @param weights the base's weights
 * @param attached the types of the weights that the model uses, by name
 */
public record FiniteMeasures(
        ParameterSet parameters, WeightSource weights, Supplier<Map<String, TensorType>> attached) {
    private static final String REMEDY =
            ". The file is damaged or its training has diverged: download it again, or take an earlier state";

    /**
     * Refuses measures of a model.
     *
     * @param shape its form
     * @param parameters its adapter, or all its parameters
     * @param weights its base's weights
     */
    public static FiniteMeasures of(ModelShape shape, ParameterSet parameters, WeightSource weights) {
        return new FiniteMeasures(
                parameters,
                weights,
                () -> new LanguageModelGraph(shape, weights)
                        .measuring(List.of(TokenMeasure.NLL))
                        .weights());
    }

    /** {@return the base's first weight that is not finite, and what to do; it reads them all} */
    public Optional<String> damagedWeight() {
        return NotFiniteNumbers.in(weights, attached.get()).map(place -> place + REMEDY);
    }

    /** {@return the first parameter that is not finite, or else the base's first weight, and what to do} */
    public Optional<String> damage() {
        return NotFiniteNumbers.in(parameters).map(place -> place + REMEDY).or(this::damagedWeight);
    }

    /**
     * Checks a measure of a batch.
     *
     * @param batch the batch
     * @param measure the measure's name, as sentences call it
     * @param values of its completion tokens, [N]
     * @throws NotFiniteException naming document, position, token and cause if one is not finite
     */
    public void require(MicroBatch batch, String measure, float[] values) {
        IntStream.range(0, values.length)
                .filter(n -> !Float.isFinite(values[n]))
                .findFirst()
                .ifPresent(n -> refuse(batch, measure, values, n));
    }

    private void refuse(MicroBatch batch, String measure, float[] values, int n) {
        long others = IntStream.range(n + 1, values.length)
                .filter(i -> !Float.isFinite(values[i]))
                .count();
        throw new NotFiniteException(batch.origins().get((int) batch.documents()[n]) + ": the " + measure
                + " of the token at position " + batch.completionPositions()[n] + " (id " + batch.labels()[n] + ") is "
                + values[n]
                + (others == 0 ? "" : ", as are " + others + " more of the " + values.length + " in its batch")
                + "; " + cause());
    }

    private String cause() {
        return damage().orElse(
                        "no weight is, so that a number in between has overflowed. Compute in float32, or in bfloat16 in"
                                + " place of float16");
    }
}
