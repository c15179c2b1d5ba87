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
package io.github.tribuollm.uncertainty;

import io.github.tribuollm.graph.Graph;
import io.github.tribuollm.graph.RowSums;
import io.github.tribuollm.graph.Tensor;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What is kept of the predictions p_1, ..., p_S of N tokens by the samples of a model, whatever their number: means,
 * taken one sample after another, so that equal predictions have exactly themselves as their mean. From them follow
 * the paper's Section 3, with p the mean prediction and H the entropy:
 *
 * <ul>
 *   <li>total = H(p), aleatoric = mean H(p_s), epistemic = total - aleatoric, the mutual information of token and
 *       parameters (BALD; Houlsby et al.);
 *   <li>EPKL = mean over all pairs of KL(p_s || p_r) and RMI = mean KL(p || p_s), the reverse mutual information
 *       (Malinin and Gales), with EPKL = epistemic + RMI.
 * </ul>
 *
 * <p>Logarithms are of probabilities of at least {@value #LEAST}, so that a probability that underflows counts as that.
 *
 * @param probabilities p, [N, V]
 * @param entropy mean H(p_s), [N], nats
 * @param logProbabilities mean log p_s, [N, V]; empty if neither EPKL nor RMI is asked for
 */
public record PredictionMeans(Tensor probabilities, Tensor entropy, Optional<Tensor> logProbabilities) {
    /** The smallest normal number in float32. */
    public static final float LEAST = Float.MIN_NORMAL;

    /** The measures that follow from the means of probabilities and entropy. */
    public static final Set<Measure> DECOMPOSITION = Set.of(Measure.TOTAL, Measure.ALEATORIC, Measure.EPISTEMIC);

    /** The measures that need the mean of log-probabilities too. */
    public static final Set<Measure> PAIRWISE = Set.of(Measure.PAIRWISE_DIVERGENCE, Measure.REVERSE_MUTUAL_INFORMATION);

    /**
     * The means of one more sample.
     *
     * @param sample its predictions, [N, V]
     * @param weight 1 / S, S counting this sample too, [1]
     * @return the means
     */
    public PredictionMeans with(Tensor sample, Tensor weight) {
        Tensor logs = log(sample);
        return new PredictionMeans(
                moved(probabilities, sample, weight),
                moved(entropy, entropy(sample, logs), weight),
                logProbabilities.map(mean -> moved(mean, logs, weight)));
    }

    /** mean + (value - mean) / S, which is the value itself where that is what the mean was. */
    private static Tensor moved(Tensor mean, Tensor value, Tensor weight) {
        return mean.add(value.sub(mean).mul(weight));
    }

    /** {@return each measure, [N], nats} */
    public Map<Measure, Tensor> measures() {
        Tensor logs = log(probabilities);
        Tensor total = entropy(probabilities, logs);
        Map<Measure, Tensor> measures = new EnumMap<>(Measure.class);
        measures.put(Measure.TOTAL, total);
        measures.put(Measure.ALEATORIC, entropy.add(0));
        measures.put(Measure.EPISTEMIC, total.sub(entropy));
        logProbabilities.ifPresent(mean -> {
            measures.put(
                    Measure.PAIRWISE_DIVERGENCE, entropy(probabilities, mean).sub(entropy));
            measures.put(Measure.REVERSE_MUTUAL_INFORMATION, RowSums.dot(probabilities, logs.sub(mean)));
        });
        return measures;
    }

    private static Tensor log(Tensor probabilities) {
        Graph graph = probabilities.graph();
        return probabilities.max(graph.constant(LEAST)).log();
    }

    /** -sum p log q: the entropy where q is p. */
    private static Tensor entropy(Tensor probabilities, Tensor logs) {
        return RowSums.dot(probabilities, logs).neg();
    }
}
