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
package io.github.tribuollm.llm.evaluation;

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonNull;
import com.google.gson.JsonObject;
import io.github.tribuollm.llm.checkpoint.AtomicFile;
import io.github.tribuollm.llm.checkpoint.Sha256;
import java.nio.file.Path;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * Judged tasks as the files of lm-evaluation-harness, in the schema of its version 0.4.13: {@code results_<date>.json},
 * and for each task {@code samples_<task>_<date>.jsonl} with a line for each prompt under each filter.
 */
public final class HarnessFiles {
    private static final Gson LINE =
            new GsonBuilder().disableHtmlEscaping().serializeNulls().create();
    private static final Gson PRETTY = new GsonBuilder()
            .disableHtmlEscaping()
            .serializeNulls()
            .setPrettyPrinting()
            .create();
    private static final DateTimeFormatter DATE =
            DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH-mm-ss.SSSSSS").withZone(ZoneId.systemDefault());
    private static final String NOT_KNOWN = "N/A";

    private HarnessFiles() {}

    /**
     * Writes all files; each appears whole or not at all.
     *
     * @param directory where they go; it is made
     * @param run what is known of the run
     * @param tasks what was asked, answered and judged
     * @return the file of results
     * @throws io.github.tribuollm.llm.checkpoint.CheckpointException if one cannot be written
     */
    public static Path write(Path directory, HarnessRun run, List<TaskResult> tasks) {
        String date = DATE.format(run.started());
        for (TaskResult task : tasks) {
            AtomicFile.write(directory.resolve("samples_" + task.name() + "_" + date + ".jsonl"), lines(task));
        }
        Path results = directory.resolve("results_" + date + ".json");
        AtomicFile.write(results, text(PRETTY, results(run, tasks)));
        return results;
    }

    /**
     * The lines of a task's file of samples, which say nothing of when and how fast they were made.
     *
     * @param task what was asked, answered and judged
     */
    public static String lines(TaskResult task) {
        return task.samples().stream().map(sample -> text(LINE, sample) + "\n").collect(Collectors.joining());
    }

    /** {@return JSON as Python writes it, which escapes no line separators} */
    private static String text(Gson gson, JsonElement json) {
        return gson.toJson(json).replace("\\u2028", "\u2028").replace("\\u2029", "\u2029");
    }

    /** {@return JSON on many lines, as Python's json.dumps indents it} */
    static String indented(JsonElement json) {
        return text(PRETTY, json);
    }

    static JsonObject results(HarnessRun run, List<TaskResult> tasks) {
        JsonObject results = new JsonObject();
        results.add("results", byTask(tasks, HarnessFiles::scores));
        results.add("group_subtasks", new JsonObject());
        results.add("configs", byTask(tasks, HarnessFiles::configuration));
        results.add("versions", byTask(tasks, judged -> LINE.toJsonTree(judged.version())));
        results.add("n-shot", byTask(tasks, judged -> LINE.toJsonTree(judged.shots())));
        results.add("higher_is_better", byTask(tasks, HarnessFiles::higherIsBetter));
        results.add("n-samples", byTask(tasks, HarnessFiles::numbers));
        results.add("config", configuration(run));
        results.add("git_hash", JsonNull.INSTANCE);
        results.addProperty("date", run.started().toEpochMilli() / 1000.0);
        results.addProperty("pretty_env_info", "Java " + Runtime.version() + ", " + System.getProperty("os.name"));
        results.addProperty("transformers_version", NOT_KNOWN);
        results.addProperty("lm_eval_version", NOT_KNOWN);
        results.add("upper_git_hash", JsonNull.INSTANCE);
        results.add("task_hashes", byTask(tasks, judged -> LINE.toJsonTree(hash(judged))));
        results.addProperty("model_source", "tribuo-llm");
        results.addProperty("model_name", run.model());
        results.addProperty("model_name_sanitized", run.model().replaceAll("[\"<>:/|\\\\?*\\[\\]]+", "__"));
        addText(results, "system_instruction", run.layout().systemPrompt());
        results.addProperty("fewshot_as_multiturn", run.layout().turns());
        addText(results, "chat_template", run.layout().chatTemplate());
        results.addProperty(
                "total_evaluation_time_seconds", String.valueOf(run.took().toMillis() / 1000.0));
        return results;
    }

    private static void addText(JsonObject results, String name, Optional<String> text) {
        results.add(name, LINE.toJsonTree(text.orElse(null)));
        results.add(name + "_sha", LINE.toJsonTree(text.map(Sha256::of).orElse(null)));
    }

    private static JsonObject byTask(List<TaskResult> tasks, Function<TaskResult, JsonElement> value) {
        JsonObject object = new JsonObject();
        tasks.forEach(judged -> object.add(judged.name(), value.apply(judged)));
        return object;
    }

    private static JsonObject scores(TaskResult judged) {
        JsonObject scores = new JsonObject();
        scores.addProperty("name", judged.name());
        scores.addProperty("alias", judged.name());
        scores.addProperty("sample_len", judged.size());
        for (Score score : judged.scores()) {
            scores.addProperty(score.metric() + "," + score.filter(), score.value());
            scores.add(score.metric() + "_stderr," + score.filter(), error(score));
        }
        return scores;
    }

    private static JsonElement error(Score score) {
        double error = score.standardError();
        return Double.isFinite(error) ? LINE.toJsonTree(error) : LINE.toJsonTree(NOT_KNOWN);
    }

    private static JsonObject configuration(TaskResult judged) {
        JsonObject configuration = new JsonObject();
        configuration.addProperty("task", judged.name());
        configuration.addProperty("num_fewshot", judged.shots());
        configuration.addProperty("output_type", judged.outputType());
        configuration.addProperty("description", judged.description());
        return configuration;
    }

    private static JsonObject higherIsBetter(TaskResult judged) {
        JsonObject metrics = new JsonObject();
        judged.scores().forEach(score -> metrics.addProperty(score.metric(), score.higherIsBetter()));
        return metrics;
    }

    private static JsonObject numbers(TaskResult judged) {
        JsonObject numbers = new JsonObject();
        numbers.addProperty("original", judged.size());
        numbers.addProperty("effective", judged.size());
        return numbers;
    }

    private static JsonObject configuration(HarnessRun run) {
        JsonObject configuration = new JsonObject();
        configuration.addProperty("model", "tribuo-llm");
        configuration.add("model_args", LINE.toJsonTree(run.arguments()));
        configuration.addProperty("batch_size", String.valueOf(run.batchSize()));
        configuration.add("batch_sizes", new JsonArray());
        for (String none : List.of("device", "use_cache", "limit", "gen_kwargs")) {
            configuration.add(none, JsonNull.INSTANCE);
        }
        return configuration;
    }

    /** {@return the hash of all hashes of a task's samples, as the harness makes it} */
    private static String hash(TaskResult judged) {
        return Sha256.of(judged.samples().stream()
                .map(sample -> sample.get("doc_hash").getAsString()
                        + sample.get("prompt_hash").getAsString()
                        + sample.get("target_hash").getAsString())
                .collect(Collectors.joining()));
    }
}
