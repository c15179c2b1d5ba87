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
package io.github.tribuollm.evidence;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.github.tribuollm.llm.evaluation.alpacaeval.AnswerPair;
import io.github.tribuollm.llm.evaluation.alpacaeval.GamedBaselines;
import io.github.tribuollm.llm.evaluation.alpacaeval.JudgeAnswer;
import io.github.tribuollm.llm.evaluation.alpacaeval.LengthControlled;
import io.github.tribuollm.llm.evaluation.alpacaeval.ModelOutput;
import io.github.tribuollm.llm.evaluation.alpacaeval.ModelOutputs;
import io.github.tribuollm.llm.evaluation.alpacaeval.Order;
import io.github.tribuollm.llm.evaluation.alpacaeval.Preferences;
import io.github.tribuollm.llm.evaluation.alpacaeval.WinRate;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.StreamSupport;

/**
 * Adds up published preferences on the answers of three models; exits 0 only if win rates, discrete rates and standard
 * errors are the leaderboard's to 1e-9, rates with lengths controlled those of the reference to 0.05, and preferences
 * read from the judge's log-probabilities the published ones. Argument: the folder of the data.
 */
public final class AlpacaEvalEvidence {
    /** Rates with lengths controlled by AlpacaEval's own code over the surrogate of df_gamed.csv. */
    private static final Map<String, Double> CONTROLLED =
            Map.of("gemma-2b-it", 5.44605, "FuseChat-Llama-3.2-1B-Instruct", 25.27083, "alpaca-7b", 5.86108);

    private static final double EXACT = 1e-9;
    private static final double CLOSE = 0.05;
    private static final double ROUNDED = 1e-6;

    private final Path data;
    private double worst;
    private double worstControlled;
    private double worstRead;
    private int read;

    private AlpacaEvalEvidence(Path data) {
        this.data = data;
    }

    /**
     * Compares three models.
     *
     * @param arguments the folder of the data
     * @throws IOException if it cannot be read
     */
    public static void main(String[] arguments) throws IOException {
        AlpacaEvalEvidence evidence = new AlpacaEvalEvidence(Path.of(arguments[0]));
        for (String model : CONTROLLED.keySet().stream().sorted().toList()) {
            evidence.compare(model);
        }
        System.out.printf(
                "3 models: win rates, discrete rates and standard errors to %.1e, with lengths controlled to %.4f points,"
                        + " %d preferences from log-probabilities to %.1e%n",
                evidence.worst, evidence.worstControlled, evidence.read, evidence.worstRead);
        boolean holds = evidence.worst <= EXACT
                && evidence.worstControlled <= CLOSE
                && evidence.worstRead <= ROUNDED
                && evidence.read > 0;
        System.exit(holds ? 0 : 1);
    }

    private void compare(String model) throws IOException {
        JsonArray annotations = JsonParser.parseString(Files.readString(data.resolve("annotations/" + model + ".json")))
                .getAsJsonArray();
        Map<String, JsonObject> byInstruction = new HashMap<>();
        for (JsonElement annotation : annotations) {
            byInstruction.put(
                    annotation.getAsJsonObject().get("instruction").getAsString(), annotation.getAsJsonObject());
        }
        List<ModelOutput> baseline = outputs("gpt4_1106_preview");
        List<AnswerPair> pairs = baseline.stream()
                .map(output -> pair(output, byInstruction.get(output.instruction()), model))
                .toList();
        Preferences preferences = Preferences.annotated(pairs.stream()
                .mapToDouble(pair ->
                        byInstruction.get(pair.instruction()).get("preference").getAsDouble())
                .toArray());
        WinRate rate = WinRate.of(preferences);
        LengthControlled controlled =
                LengthControlled.of(pairs, preferences, new GamedBaselines(data.resolve("df_gamed_SURROGATE.csv")));
        Map<String, Double> published = leaderboard(model);
        near(published.get("win_rate"), rate.winRate());
        near(published.get("standard_error"), rate.standardError());
        near(published.get("discrete_win_rate"), rate.discreteWinRate());
        near(published.get("n_wins"), rate.wins());
        near(published.get("n_wins_base"), rate.losses());
        near(published.get("n_draws"), rate.ties());
        worstControlled = Math.max(worstControlled, Math.abs(controlled.winRate() - CONTROLLED.get(model)));
        System.out.printf(
                "%s: %s; %s (published with the true df_gamed.csv %.2f)%n",
                model, rate, controlled, published.get("length_controlled_winrate"));
        annotations.forEach(annotation -> read(annotation.getAsJsonObject()));
    }

    private void near(double theirs, double ours) {
        worst = Math.max(worst, Math.abs(theirs - ours));
    }

    private List<ModelOutput> outputs(String model) {
        return StreamSupport.stream(
                        new ModelOutputs(data.resolve("model_outputs/" + model + ".json")).spliterator(), false)
                .toList();
    }

    private static AnswerPair pair(ModelOutput baseline, JsonObject annotation, String model) {
        ModelOutput first = new ModelOutput(
                baseline.instruction(), annotation.get("output_1").getAsString(), baseline.generator());
        ModelOutput second = new ModelOutput(
                baseline.instruction(), annotation.get("output_2").getAsString(), model);
        return new AnswerPair(baseline.instruction(), first, second);
    }

    /** The published preference is that of one of the orders, which the file does not tell. */
    private void read(JsonObject annotation) {
        if (!annotation.has("raw_completion")
                || annotation.get("raw_completion").isJsonNull()) {
            return;
        }
        JsonObject completion = annotation.getAsJsonObject("raw_completion");
        if (!completion.has("logprobs") || completion.get("logprobs").isJsonNull()) {
            return;
        }
        Map<String, Double> tokens = new HashMap<>();
        for (JsonElement top : completion
                .getAsJsonObject("logprobs")
                .getAsJsonArray("content")
                .get(0)
                .getAsJsonObject()
                .getAsJsonArray("top_logprobs")) {
            tokens.put(
                    top.getAsJsonObject().get("token").getAsString(),
                    top.getAsJsonObject().get("logprob").getAsDouble());
        }
        JudgeAnswer answer = new JudgeAnswer(completion.get("text").getAsString(), tokens);
        double published = annotation.get("preference").getAsDouble() - 1;
        double nearest = Arrays.stream(Order.values())
                .mapToDouble(
                        order -> Math.abs(Preferences.of(List.of(answer), order).values()[0] - published))
                .min()
                .orElseThrow();
        worstRead = Math.max(worstRead, nearest);
        read++;
    }

    private Map<String, Double> leaderboard(String model) throws IOException {
        List<String> lines = Files.readAllLines(data.resolve("weighted_alpaca_eval_gpt4_turbo_leaderboard.csv"));
        String[] names = lines.get(0).split(",", -1);
        String[] cells = lines.stream()
                .filter(line -> line.startsWith(model + ","))
                .findFirst()
                .orElseThrow()
                .split(",", -1);
        Map<String, Double> values = new HashMap<>();
        for (int i = 1; i < names.length; i++) {
            if (cells[i].matches("-?[0-9.e-]+")) {
                values.put(names[i], Double.valueOf(cells[i]));
            }
        }
        return values;
    }
}
