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
package io.github.tribuollm.llm.evaluation.run;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;
import io.github.tribuollm.llm.evaluation.HarnessSample;
import io.github.tribuollm.llm.evaluation.Judgement;
import io.github.tribuollm.llm.evaluation.Points;
import io.github.tribuollm.llm.evaluation.Score;
import io.github.tribuollm.llm.evaluation.TaskResult;
import io.github.tribuollm.uncertainty.statistics.Calibration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToDoubleFunction;

/**
 * How likely a model found held-out rows. Metrics are {@code nll} (nats a completion token) and {@code acc} (the share
 * of tokens than which none is likelier), and of all tokens together {@code perplexity} and {@code ece}, the expected
 * calibration error.
 *
 * @param name the name of the results
 * @param description the benchmark in a line
 * @param rows what was measured of each row
 * @param calibration of all completion tokens
 */
record LikelihoodResult(String name, String description, List<Row> rows, Calibration calibration)
        implements TaskResult {
    static final String NLL = "nll";
    static final String ACCURACY = "acc";

    /**
     * A row.
     *
     * @param origin where it comes from
     * @param text all of it
     * @param tokens how much the completion tokens count, 1 each unless the data say otherwise
     * @param loss the sum of their losses, nats
     * @param hits how many of them no other token was likelier than
     */
    record Row(String origin, String text, double tokens, double loss, double hits) {}

    LikelihoodResult {
        rows = List.copyOf(rows);
    }

    @Override
    public double version() {
        return 1;
    }

    @Override
    public int shots() {
        return 0;
    }

    @Override
    public String outputType() {
        return "loglikelihood";
    }

    @Override
    public List<Points> points() {
        return List.of(points(NLL, Row::loss, false), points(ACCURACY, Row::hits, true));
    }

    private Points points(String metric, ToDoubleFunction<Row> value, boolean higherIsBetter) {
        return new Points(
                metric,
                Judgement.WHOLE,
                rows.stream().mapToDouble(value).toArray(),
                rows.stream().mapToDouble(Row::tokens).toArray(),
                higherIsBetter);
    }

    @Override
    public List<Score> scores() {
        List<Score> scores = new ArrayList<>(TaskResult.super.scores());
        Score loss = scores.get(0);
        double perplexity = Math.exp(loss.value());
        scores.add(ofAll("perplexity", perplexity, perplexity * loss.standardError(), loss.count()));
        scores.add(ofAll("ece", calibration.expectedError(), Double.NaN, loss.count()));
        return scores;
    }

    private static Score ofAll(String metric, double value, double error, long tokens) {
        return new Score(metric, Judgement.WHOLE, value, error, tokens, false);
    }

    @Override
    public List<JsonObject> samples() {
        List<JsonObject> samples = new ArrayList<>();
        for (Row row : rows) {
            samples.add(sample(samples.size(), row));
        }
        return samples;
    }

    private static JsonObject sample(int index, Row row) {
        JsonObject document = new JsonObject();
        document.addProperty("origin", row.origin());
        document.addProperty("tokens", row.tokens());
        JsonArray response = new JsonArray();
        response.add(-row.loss());
        response.add(row.hits() == row.tokens());
        Map<String, JsonElement> metrics = new LinkedHashMap<>();
        metrics.put(NLL, new JsonPrimitive(row.loss() / row.tokens()));
        metrics.put(ACCURACY, new JsonPrimitive(row.hits() / row.tokens()));
        return new HarnessSample(index, document, "", row.text())
                .line(
                        new JsonObject(),
                        response,
                        new HarnessSample.Filtered(Judgement.WHOLE, new JsonPrimitive(-row.loss()), metrics));
    }
}
