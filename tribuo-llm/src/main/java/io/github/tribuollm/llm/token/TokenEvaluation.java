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
package io.github.tribuollm.llm.token;

import io.github.tribuollm.llm.progress.TextTable;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.tribuo.Prediction;
import org.tribuo.evaluation.Evaluation;
import org.tribuo.evaluation.metrics.MetricID;
import org.tribuo.evaluation.metrics.MetricTarget;
import org.tribuo.provenance.EvaluationProvenance;

/**
 * How well next tokens were predicted. Every number is a mean over positions, weighted with the examples' weights, so
 * that positions outside the completion do not count.
 */
public final class TokenEvaluation implements Evaluation<TokenOutput> {
    private final List<Prediction<TokenOutput>> predictions;
    private final EvaluationProvenance provenance;
    private final double weight;
    private final double nll;
    private final double accuracy;

    public TokenEvaluation(List<Prediction<TokenOutput>> predictions, EvaluationProvenance provenance) {
        this.predictions = List.copyOf(predictions);
        this.provenance = provenance;
        double weights = 0;
        double losses = 0;
        double hits = 0;
        for (Prediction<TokenOutput> prediction : predictions) {
            float w = prediction.getExample().getWeight();
            if (w != 0) {
                TokenOutput target = prediction.getExample().getOutput();
                weights += w;
                losses -= w * logProbability(prediction, target);
                hits += prediction.getOutput().equals(target) ? w : 0;
            }
        }
        this.weight = weights;
        this.nll = losses / weights;
        this.accuracy = hits / weights;
    }

    private static double logProbability(Prediction<TokenOutput> prediction, TokenOutput target) {
        TokenOutput score = prediction.getOutputScores().get(target.name());
        if (score == null && prediction.getOutput().equals(target)) {
            score = prediction.getOutput();
        }
        return score == null ? Double.NaN : score.logProbability();
    }

    /**
     * {@return the mean negative log-likelihood in nats per token; NaN where a target has no score or nothing counts}
     */
    public double nll() {
        return nll;
    }

    /**
     * {@return the exponential of {@link #nll()}}
     */
    public double perplexity() {
        return Math.exp(nll);
    }

    /**
     * {@return the fraction of positions, in [0, 1], whose most probable token is the target; NaN where nothing counts}
     */
    public double accuracy() {
        return accuracy;
    }

    /**
     * {@return the sum of the weights of the positions}
     */
    public double weight() {
        return weight;
    }

    @Override
    public Map<MetricID<TokenOutput>, Double> asMap() {
        Map<MetricID<TokenOutput>, Double> metrics = new LinkedHashMap<>();
        metrics.put(metric("nll"), nll());
        metrics.put(metric("perplexity"), perplexity());
        metrics.put(metric("accuracy"), accuracy());
        return metrics;
    }

    private static MetricID<TokenOutput> metric(String name) {
        return new MetricID<>(MetricTarget.<TokenOutput>microAverageTarget(), name);
    }

    @Override
    public List<Prediction<TokenOutput>> getPredictions() {
        return predictions;
    }

    @Override
    public EvaluationProvenance getProvenance() {
        return provenance;
    }

    /** {@return a table of the figures} */
    @Override
    public String toString() {
        return new TextTable("tokens", "loss (nats a token)", "perplexity", "accuracy")
                .row(
                        TextTable.number(weight, 0),
                        TextTable.number(nll, 4),
                        TextTable.number(perplexity(), 2),
                        TextTable.number(accuracy, 4))
                .toString();
    }
}
