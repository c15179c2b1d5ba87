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
package io.github.tribuollm.llm.generation;

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonNull;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import com.google.gson.JsonPrimitive;
import io.github.tribuollm.llm.checkpoint.Tokenizer;
import io.github.tribuollm.llm.generation.sampling.Alternative;
import io.github.tribuollm.llm.generation.sampling.ChosenToken;
import io.github.tribuollm.llm.generation.sampling.FinishReason;
import io.github.tribuollm.uncertainty.Measure;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * A generation as one line of JSON:
 *
 * <ul>
 *   <li>{@code origin}, {@code prompt} (what was asked), {@code reference} (if the data give an answer),
 *   <li>{@code answers}: for each {@code text}, {@code finish} ({@code end_token}, {@code stop_string}, {@code length} or
 *       {@code stopped}), {@code length} in tokens, and {@code scores}: larger is less sure, null where not measured,
 *   <li>{@code scores} of several answers,
 *   <li>where uncertainty was measured, scores of an answer also hold the means {@code mean_total}, {@code
 *       mean_aleatoric}, {@code mean_epistemic}, ...
 *   <li>where tokens are told, {@code prompt_ids}, and for each answer {@code tokens}: {@code id}, {@code text}, {@code
 *       log_probability}, {@code processed_log_probability}, {@code entropy}, {@code alternatives}, and {@code
 *       measures} where uncertainty was measured,
 * </ul>
 */
public final class GenerationJson {
    private static final Gson JSON =
            new GsonBuilder().serializeNulls().disableHtmlEscaping().create();

    private GenerationJson() {}

    /**
     * A generation without its tokens.
     *
     * @param generation the generation
     * @return a line without its end
     */
    public static String line(Generation generation) {
        return JSON.toJson(outline(generation));
    }

    /**
     * A generation with its tokens.
     *
     * @param generation the generation
     * @param tokenizer of the model
     * @return a line without its end, from which {@link #read} makes the same generation
     */
    public static String line(Generation generation, Tokenizer tokenizer) {
        JsonObject json = outline(generation);
        json.addProperty("layout", written(generation.prompt().layout()));
        json.add("prompt_ids", ids(generation.prompt().tokens()));
        for (int i = 0; i < generation.answers().size(); i++) {
            Answer answer = generation.answers().get(i);
            JsonObject told = json.getAsJsonArray("answers").get(i).getAsJsonObject();
            told.add("truth", number(answer.truth().orElse(Double.NaN)));
            told.add("tokens", tokens(answer, tokenizer));
        }
        return JSON.toJson(json);
    }

    private static JsonObject outline(Generation generation) {
        JsonObject json = new JsonObject();
        json.addProperty("origin", generation.prompt().origin());
        json.addProperty("prompt", generation.prompt().question());
        generation.prompt().reference().ifPresent(reference -> json.addProperty("reference", reference));
        JsonArray answers = new JsonArray();
        generation.answers().forEach(answer -> answers.add(outline(answer)));
        json.add("answers", answers);
        if (answers.size() > 1) {
            JsonObject scores = new JsonObject();
            for (SampleScore score : SampleScore.values()) {
                scores.add(score.label(), number(generation.score(score)));
            }
            json.add("scores", scores);
        }
        return json;
    }

    private static JsonObject outline(Answer answer) {
        JsonObject json = new JsonObject();
        json.addProperty("text", answer.text());
        json.addProperty("finish", written(answer.finish()));
        json.addProperty("length", answer.tokens().size());
        JsonObject scores = new JsonObject();
        for (AnswerScore score : AnswerScore.values()) {
            scores.add(score.label(), number(answer.score(score)));
        }
        answer.measures().forEach(measure -> scores.add(GenerationTable.mean(measure), number(answer.mean(measure))));
        json.add("scores", scores);
        return json;
    }

    private static JsonArray tokens(Answer answer, Tokenizer tokenizer) {
        List<String> texts = texts(answer.ids(), tokenizer);
        JsonArray tokens = new JsonArray();
        for (int i = 0; i < texts.size(); i++) {
            ChosenToken token = answer.tokens().get(i);
            JsonObject json = new JsonObject();
            json.addProperty("id", token.token());
            json.addProperty("text", texts.get(i));
            json.add("log_probability", number(token.logProbability()));
            json.add("processed_log_probability", number(token.processedLogProbability()));
            json.add("entropy", number(token.entropy()));
            JsonArray alternatives = new JsonArray();
            token.alternatives().forEach(alternative -> alternatives.add(outline(alternative, tokenizer)));
            json.add("alternatives", alternatives);
            if (!token.measures().isEmpty()) {
                json.add("measures", measures(token));
            }
            tokens.add(json);
        }
        return tokens;
    }

    private static JsonObject measures(ChosenToken token) {
        JsonObject json = new JsonObject();
        token.measures().forEach((measure, value) -> json.add(measure.label(), number(value)));
        return json;
    }

    private static JsonObject outline(Alternative alternative, Tokenizer tokenizer) {
        JsonObject json = new JsonObject();
        json.addProperty("id", alternative.token());
        json.addProperty(
                "text", texts(new int[] {alternative.token()}, tokenizer).get(0));
        json.add("log_probability", number(alternative.logProbability()));
        return json;
    }

    /** The text that each token adds; none for an id that the tokenizer does not know. */
    static List<String> texts(int[] ids, Tokenizer tokenizer) {
        int[] known =
                IntStream.of(ids).filter(id -> id < tokenizer.vocabularySize()).toArray();
        List<String> texts = new ArrayList<>(tokenizer.display(known));
        for (int i = 0; i < ids.length; i++) {
            if (ids[i] >= tokenizer.vocabularySize()) {
                texts.add(i, "");
            }
        }
        return texts;
    }

    /**
     * Reads a generation with its tokens.
     *
     * @param line what was written
     * @return the same generation
     * @throws RuntimeException if it is something else
     */
    static Generation read(String line) {
        JsonObject json = JsonParser.parseString(line).getAsJsonObject();
        Prompt prompt = new Prompt(
                json.get("origin").getAsString(),
                Prompt.Layout.valueOf(constant(json.get("layout"))),
                json.get("prompt").getAsString(),
                Optional.ofNullable(json.get("reference")).map(JsonElement::getAsString),
                json.getAsJsonArray("prompt_ids").asList().stream()
                        .mapToInt(GenerationJson::id)
                        .toArray());
        List<JsonElement> answers = json.getAsJsonArray("answers").asList();
        return new Generation(
                prompt,
                IntStream.range(0, answers.size())
                        .mapToObj(i -> answer(i, answers.get(i).getAsJsonObject()))
                        .toList());
    }

    private static Answer answer(int sample, JsonObject json) {
        JsonElement truth = json.get("truth");
        return new Answer(
                sample,
                json.get("text").getAsString(),
                json.getAsJsonArray("tokens").asList().stream()
                        .map(token -> token(token.getAsJsonObject()))
                        .toList(),
                FinishReason.valueOf(constant(json.get("finish"))),
                truth.isJsonNull() ? OptionalDouble.empty() : OptionalDouble.of(finite(truth)));
    }

    private static ChosenToken token(JsonObject json) {
        return new ChosenToken(
                id(json.get("id")),
                number(json.get("log_probability")),
                number(json.get("processed_log_probability")),
                number(json.get("entropy")),
                json.getAsJsonArray("alternatives").asList().stream()
                        .map(JsonElement::getAsJsonObject)
                        .map(other -> new Alternative(id(other.get("id")), number(other.get("log_probability"))))
                        .toList(),
                json.has("measures") ? measures(json.getAsJsonObject("measures")) : Map.of());
    }

    private static Map<Measure, Float> measures(JsonObject json) {
        return json.entrySet().stream()
                .collect(Collectors.toMap(entry -> Measure.named(entry.getKey()).orElseThrow(), entry ->
                        (float) number(entry.getValue())));
    }

    private static String written(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT);
    }

    private static String constant(JsonElement written) {
        return written.getAsString().toUpperCase(Locale.ROOT);
    }

    private static JsonArray ids(int[] ids) {
        JsonArray array = new JsonArray(ids.length);
        for (int id : ids) {
            array.add(id);
        }
        return array;
    }

    private static JsonElement number(double value) {
        return Double.isFinite(value) ? new JsonPrimitive(value) : JsonNull.INSTANCE;
    }

    private static JsonElement number(float value) {
        return Float.isFinite(value) ? new JsonPrimitive(value) : JsonNull.INSTANCE;
    }

    private static double number(JsonElement value) {
        return value.isJsonNull() ? Double.NaN : finite(value);
    }

    private static double finite(JsonElement value) {
        double number = value.getAsDouble();
        if (!Double.isFinite(number)) {
            throw new IllegalArgumentException("a number that is " + number);
        }
        return number;
    }

    private static int id(JsonElement value) {
        int id = value.getAsInt();
        if (id < 0) {
            throw new IllegalArgumentException("a token of the id " + id);
        }
        return id;
    }
}
