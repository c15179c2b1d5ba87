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
package io.github.tribuollm.llm.uncertainty.dropout;

import io.github.tribuollm.graph.Graph;
import io.github.tribuollm.graph.Shape;
import io.github.tribuollm.graph.Tensor;
import io.github.tribuollm.llm.architecture.AttentionWeights;
import io.github.tribuollm.llm.architecture.DecoderLayer;
import io.github.tribuollm.llm.architecture.Parameters;
import io.github.tribuollm.llm.architecture.TokenGrid;
import io.github.tribuollm.llm.lora.AdaptedParameters;
import io.github.tribuollm.llm.scoring.ScoredModel;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A forward pass under dropout in two parts: what comes before the first dropout, the same for all samples of a batch
 * (the embedding, and where only the architecture's own places drop, also the first layer up to its attention
 * weights), and the rest.
 *
 * @param model the model
 * @param places where elements are dropped
 * @param rate how many, in [0, 1)
 */
public record DropoutLayers(ScoredModel model, DropoutPlaces places, double rate) {
    private static final String HIDDEN = "hidden";
    private static final String PROBABILITIES = "probabilities";
    private static final String VALUES = "values";

    /** Parameters with dropout, and its masks by place, which fill as the forward pass comes to their places. */
    public record Sample(Parameters parameters, Map<String, Tensor> masks) {}

    /** A sample whose masks come from somewhere. */
    public Sample sample(Graph graph, AdaptedParameters.Masks source) {
        if (places == DropoutPlaces.LORA) {
            AdaptedParameters sample = model.parametersWithDropout(graph, rate, source);
            return new Sample(sample, sample.dropoutMasks());
        }
        DropoutParameters sample = new DropoutParameters(model.parameters(graph), places, rate, source);
        return new Sample(sample, sample.masks());
    }

    private DecoderLayer firstLayer() {
        return model.architecture().layers().get(0);
    }

    /** What all samples start from, once for each index of a document: values by name, float. */
    Map<String, Tensor> start(TokenGrid grid, Tensor copies) {
        Parameters parameters = model.parameters(copies.graph());
        Tensor hidden = model.architecture().embedded(grid, parameters);
        Shape tokens = grid.tokens().shape();
        Map<String, Tensor> start = new LinkedHashMap<>();
        Tensor documents =
                hidden.reshape(tokens.dim(0), tokens.dim(1), hidden.shape().dim(1));
        start.put(
                HIDDEN,
                documents
                        .gather(copies)
                        .reshape(
                                copies.shape().dim(0).times(tokens.dim(1)),
                                hidden.shape().dim(1)));
        if (places == DropoutPlaces.ARCHITECTURE) {
            AttentionWeights weights =
                    firstLayer().weights(hidden, firstLayer().kind().context(grid), parameters);
            start.put(PROBABILITIES, weights.probabilities().gather(copies).toFloat());
            start.put(VALUES, weights.values().gather(copies).toFloat());
        }
        return start;
    }

    /**
     * From there to the states of some rows, float.
     *
     * @param start what {@link #start} gives, for C copies
     * @param positions [C, T]
     * @param rows of [C*T], [M]
     * @param sample the parameters
     * @return what enters the output layer, [M, D]
     */
    Tensor states(Map<String, Tensor> start, Tensor positions, Tensor rows, Parameters sample) {
        TokenGrid grid = new TokenGrid(positions, positions, Optional.empty(), model.maxLength());
        Tensor hidden = start.get(HIDDEN);
        List<DecoderLayer> layers = model.architecture().layers();
        if (start.containsKey(PROBABILITIES)) {
            AttentionWeights weights = new AttentionWeights(
                    start.get(PROBABILITIES).toCompute(), start.get(VALUES).toCompute());
            hidden = firstLayer().resumed(hidden, weights, sample);
            layers = layers.subList(1, layers.size());
        }
        Tensor last = model.architecture().through(layers, hidden, grid, false, sample);
        return model.architecture().normalised(last.gather(rows), sample).toFloat();
    }
}
