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
package io.github.tribuollm.llm.evaluation.gsm8k;

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.github.tribuollm.llm.data.Gsm8kSource;
import io.github.tribuollm.llm.evaluation.Asking;
import io.github.tribuollm.llm.evaluation.Judgement;
import io.github.tribuollm.llm.evaluation.ModelInput;
import io.github.tribuollm.llm.evaluation.Score;
import io.github.tribuollm.llm.evaluation.TaskItem;
import io.github.tribuollm.llm.evaluation.TaskScores;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.StreamSupport;

/** What lm-evaluation-harness asks and reads (make_gsm8k.py), beside what we do with the same rows. */
public final class Gsm8kGolden {
    private static final Gson JSON = new GsonBuilder().disableHtmlEscaping().create();
    private static final int SHOWN = 300;

    private final List<String> differences = new ArrayList<>();
    private int prompts;
    private int answers;
    private int scores;

    private Gsm8kGolden() {}

    /**
     * Compares all tasks.
     *
     * @param golden what the harness makes of the rows
     * @param train the rows to draw shots from
     * @param test the rows to ask
     * @return what differs, and how much was compared
     */
    public static Gsm8kGolden compare(Path golden, Path train, Path test) {
        Gsm8kGolden compared = new Gsm8kGolden();
        JsonObject tasks = read(golden).getAsJsonObject("tasks");
        for (String name : tasks.keySet()) {
            JsonObject theirs = tasks.getAsJsonObject(name);
            int rows = theirs.getAsJsonArray("answers").size();
            Gsm8kTask ours = task(name, new Gsm8kSource(test, 0, rows), new Gsm8kSource(train));
            compared.same(name, name, ours.name());
            compared.prompts(ours, theirs);
            compared.answers(ours, theirs);
        }
        return compared;
    }

    private static Gsm8kTask task(String name, Gsm8kSource test, Gsm8kSource train) {
        return switch (name) {
            case "gsm8k" -> Gsm8kTask.gsm8k(test, train);
            case "gsm8k_cot" -> Gsm8kTask.cot(test);
            default -> Gsm8kTask.cotLlama(test);
        };
    }

    private void prompts(Gsm8kTask task, JsonObject theirs) {
        for (Asking asking : Asking.values()) {
            List<TaskItem> items = task.withAsking(asking).items();
            List<String> hashes = strings(theirs.getAsJsonObject("prompts").getAsJsonArray(asking.name()));
            String where = task.name() + " " + asking;
            same(
                    where + " first",
                    theirs.getAsJsonObject("first").get(asking.name()).getAsString(),
                    text(items.get(0).query().input()));
            for (int i = 0; i < items.size(); i++, prompts++) {
                same(
                        where + " " + i,
                        hashes.get(i),
                        sha256(text(items.get(i).query().input())));
            }
            same(
                    where + " stops",
                    strings(theirs.getAsJsonArray("stops")),
                    items.get(0).query().stops());
        }
    }

    private void answers(Gsm8kTask task, JsonObject theirs) {
        List<TaskItem> items = task.items();
        List<String> given = new ArrayList<>();
        for (int i = 0; i < items.size(); i++) {
            JsonObject answer = theirs.getAsJsonArray("answers").get(i).getAsJsonObject();
            given.add(answer.get("answer").getAsString());
            same(
                    task.name() + " target " + i,
                    theirs.getAsJsonArray("targets").get(i).getAsString(),
                    sha256(items.get(i).target()));
            for (Judgement judgement : items.get(i).judge(given.get(i))) {
                JsonArray expected = answer.getAsJsonObject("read").getAsJsonArray(judgement.filter());
                String where = task.name() + " " + judgement.filter() + " of answer " + i;
                same(where, expected.get(0).getAsString(), judgement.extracted());
                same(
                        where,
                        List.of(expected.get(1).getAsBoolean()),
                        judgement.verdicts().get(Gsm8kTask.METRIC));
                answers++;
            }
        }
        for (Score score : TaskScores.of(task, given).scores()) {
            JsonArray expected = theirs.getAsJsonObject("scores").getAsJsonArray(score.filter());
            near(score.toString(), expected.get(0).getAsDouble(), score.value());
            near(score.toString(), expected.get(1).getAsDouble(), score.standardError());
            scores++;
        }
    }

    private static String text(ModelInput prompt) {
        if (prompt instanceof ModelInput.Chat chat) {
            String json = JSON.toJson(chat.conversation().messages().stream()
                    .map(message -> new Said(message.role(), message.content()))
                    .toList());
            return json.replace("\\u2028", "\u2028"); // which Gson escapes and Python does not
        }
        return ((ModelInput.Text) prompt).text();
    }

    private record Said(String role, String content) {}

    private void same(String where, Object theirs, Object ours) {
        if (!theirs.equals(ours)) {
            differences.add(where + ": they " + shown(theirs) + "; we " + shown(ours));
        }
    }

    private void near(String where, double theirs, double ours) {
        if (!(Math.abs(theirs - ours) <= 1e-12)) {
            differences.add(where + ": they " + theirs + "; we " + ours);
        }
    }

    private static String shown(Object value) {
        String text = value.toString();
        return text.substring(0, Math.min(SHOWN, text.length()));
    }

    private static List<String> strings(JsonArray array) {
        return StreamSupport.stream(array.spliterator(), false)
                .map(JsonElement::getAsString)
                .toList();
    }

    private static JsonObject read(Path golden) {
        try {
            return JsonParser.parseString(Files.readString(golden)).getAsJsonObject();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String sha256(String text) {
        try {
            byte[] hash = MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(hash);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    /** {@return what differs, one line each} */
    public List<String> differences() {
        return differences;
    }

    /** {@return how many prompts were compared} */
    public int prompts() {
        return prompts;
    }

    /** {@return how much was compared, in words} */
    public String summary() {
        return prompts + " prompts, " + answers + " readings of answers, " + scores + " scores: " + differences.size()
                + " differences";
    }
}
