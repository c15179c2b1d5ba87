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

import com.google.gson.JsonElement;
import com.google.gson.JsonNull;
import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;
import io.github.tribuollm.llm.evaluation.HarnessSample;
import io.github.tribuollm.llm.evaluation.Judgement;
import io.github.tribuollm.llm.evaluation.Points;
import io.github.tribuollm.llm.evaluation.Score;
import io.github.tribuollm.llm.evaluation.TaskResult;
import io.github.tribuollm.llm.evaluation.alpacaeval.AnswerPair;
import io.github.tribuollm.llm.evaluation.alpacaeval.JudgeAgreement;
import io.github.tribuollm.llm.evaluation.alpacaeval.LengthControlled;
import io.github.tribuollm.llm.evaluation.alpacaeval.Preferences;
import io.github.tribuollm.llm.evaluation.alpacaeval.WinRate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * How often a model's answers were preferred to the baseline's. Metrics are {@code win_rate}, and of all pairs together
 * {@code discrete_win_rate} and {@code length_controlled_winrate}, in [0, 1]; of the judge {@code judge_first}
 * and {@code judge_consistent}: the shares of choices that fall on what was read first, and that are the same in both
 * orders.
 *
 * @param description the benchmark in a line
 * @param prompts the texts that the model read
 * @param pairs the baseline's answers and the model's
 * @param judged what was preferred
 * @param lengthControlled the win rate for answers as long as the baseline's, where it can be had
 */
record PreferenceResult(
        String description,
        List<String> prompts,
        List<AnswerPair> pairs,
        BothOrders judged,
        Optional<LengthControlled> lengthControlled)
        implements TaskResult {
    static final String NAME = "alpaca_eval";

    private static final String WIN_RATE = "win_rate";
    private static final double PERCENT = 100;

    PreferenceResult {
        prompts = List.copyOf(prompts);
        pairs = List.copyOf(pairs);
    }

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public double version() {
        return 2;
    }

    @Override
    public int shots() {
        return 0;
    }

    @Override
    public String outputType() {
        return GENERATED;
    }

    @Override
    public List<Points> points() {
        double[] preferences = judged.mean().values();
        return List.of(new Points(
                WIN_RATE,
                Judgement.WHOLE,
                Arrays.stream(preferences).map(p -> Double.isNaN(p) ? 0 : p).toArray(),
                Arrays.stream(preferences).map(p -> Double.isNaN(p) ? 0 : 1).toArray(),
                true));
    }

    @Override
    public List<Score> scores() {
        List<Score> scores = new ArrayList<>(TaskResult.super.scores());
        long judgements = scores.get(0).count();
        WinRate rates = WinRate.of(judged.mean());
        scores.add(ofAll("discrete_win_rate", rates.discreteWinRate() / PERCENT, Double.NaN, judgements));
        lengthControlled.ifPresent(controlled -> scores.add(ofAll(
                "length_controlled_winrate",
                controlled.winRate() / PERCENT,
                controlled.standardError() / PERCENT,
                judgements)));
        JudgeAgreement judge = JudgeAgreement.of(pairs, judged.mean(), judged.baselineFirst(), judged.modelFirst());
        scores.add(ofAll("judge_first", judge.first(), Double.NaN, judgements));
        scores.add(ofAll("judge_consistent", judge.consistent(), Double.NaN, judgements));
        return scores;
    }

    private static Score ofAll(String metric, double value, double error, long judgements) {
        return new Score(metric, Judgement.WHOLE, value, error, judgements, true);
    }

    @Override
    public List<JsonObject> samples() {
        List<JsonObject> samples = new ArrayList<>();
        for (int i = 0; i < pairs.size(); i++) {
            samples.add(sample(i));
        }
        return samples;
    }

    private JsonObject sample(int index) {
        AnswerPair pair = pairs.get(index);
        JsonObject document = new JsonObject();
        document.addProperty("instruction", pair.instruction());
        document.addProperty("output", pair.baseline().output());
        document.addProperty("generator", pair.baseline().generator());
        JsonElement answer = new JsonPrimitive(pair.model().output());
        Map<String, JsonElement> metrics = new LinkedHashMap<>();
        metrics.put(WIN_RATE, share(judged.mean(), index));
        metrics.put("baseline_first", share(judged.baselineFirst(), index));
        metrics.put("model_first", share(judged.modelFirst(), index));
        return new HarnessSample(index, document, pair.baseline().output(), prompts.get(index))
                .line(new JsonObject(), answer, new HarnessSample.Filtered(Judgement.WHOLE, answer, metrics));
    }

    private static JsonElement share(Preferences preferences, int index) {
        double value = preferences.values()[index];
        return Double.isNaN(value) ? JsonNull.INSTANCE : new JsonPrimitive(value);
    }
}
