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
import java.util.ArrayList;
import java.util.List;
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
    public static Path write(Path directory, HarnessRun run, List<JudgedTask> tasks) {
        String date = DATE.format(run.started());
        for (JudgedTask task : tasks) {
            String lines = samples(task).stream()
                    .map(sample -> text(LINE, sample) + "\n")
                    .collect(Collectors.joining());
            AtomicFile.write(directory.resolve("samples_" + task.task().name() + "_" + date + ".jsonl"), lines);
        }
        Path results = directory.resolve("results_" + date + ".json");
        AtomicFile.write(results, text(PRETTY, results(run, tasks)));
        return results;
    }

    /** {@return JSON as Python writes it, which escapes no line separators} */
    private static String text(Gson gson, JsonElement json) {
        return gson.toJson(json).replace("\\u2028", "\u2028").replace("\\u2029", "\u2029");
    }

    static List<JsonObject> samples(JudgedTask judged) {
        List<? extends TaskItem> items = judged.task().items();
        List<JsonObject> samples = new ArrayList<>();
        int filters = judged.scores().judgements().get(0).size();
        for (int filter = 0; filter < filters; filter++) {
            for (int i = 0; i < items.size(); i++) {
                Judgement judgement = judged.scores().judgements().get(i).get(filter);
                samples.add(sample(
                        i,
                        items.get(i),
                        judged.prompts().get(i),
                        judged.answers().get(i),
                        judgement));
            }
        }
        return samples;
    }

    private static JsonObject sample(int index, TaskItem item, String prompt, String answer, Judgement judgement) {
        JsonObject sample = new JsonObject();
        sample.addProperty("doc_id", index);
        sample.add("doc", item.document());
        sample.addProperty("target", item.target());
        sample.add("arguments", object("gen_args_0", arguments(prompt, item.query())));
        sample.add("resps", list(list(LINE.toJsonTree(answer))));
        sample.add("filtered_resps", list(LINE.toJsonTree(judgement.extracted())));
        sample.addProperty("filter", judgement.filter());
        sample.add("metrics", LINE.toJsonTree(judgement.verdicts().keySet()));
        sample.addProperty("doc_hash", Sha256.of(text(PRETTY, item.document())));
        sample.addProperty("prompt_hash", Sha256.of(prompt));
        sample.addProperty("target_hash", Sha256.of(item.target()));
        judgement.verdicts().forEach((metric, verdicts) -> sample.add(metric, value(verdicts)));
        return sample;
    }

    private static JsonObject arguments(String prompt, Query query) {
        JsonObject generation = new JsonObject();
        generation.add("until", LINE.toJsonTree(query.stops()));
        generation.addProperty("do_sample", false);
        generation.addProperty("max_gen_toks", query.maxTokens());
        JsonObject arguments = new JsonObject();
        arguments.addProperty("arg_0", prompt);
        arguments.add("arg_1", generation);
        return arguments;
    }

    private static JsonElement value(List<Boolean> verdicts) {
        return verdicts.size() == 1 ? LINE.toJsonTree(verdicts.get(0) ? 1.0 : 0.0) : LINE.toJsonTree(verdicts);
    }

    static JsonObject results(HarnessRun run, List<JudgedTask> tasks) {
        JsonObject results = new JsonObject();
        results.add("results", byTask(tasks, HarnessFiles::scores));
        results.add("group_subtasks", new JsonObject());
        results.add("configs", byTask(tasks, HarnessFiles::configuration));
        results.add(
                "versions",
                byTask(tasks, judged -> LINE.toJsonTree(judged.task().version())));
        results.add(
                "n-shot", byTask(tasks, judged -> LINE.toJsonTree(judged.task().shots())));
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
        results.add("system_instruction", JsonNull.INSTANCE);
        results.add("system_instruction_sha", JsonNull.INSTANCE);
        results.addProperty("fewshot_as_multiturn", run.turns());
        results.add("chat_template", LINE.toJsonTree(run.chatTemplate().orElse(null)));
        results.add(
                "chat_template_sha",
                LINE.toJsonTree(run.chatTemplate().map(Sha256::of).orElse(null)));
        results.addProperty(
                "total_evaluation_time_seconds", String.valueOf(run.took().toMillis() / 1000.0));
        return results;
    }

    private static JsonObject byTask(List<JudgedTask> tasks, Function<JudgedTask, JsonElement> value) {
        JsonObject object = new JsonObject();
        tasks.forEach(judged -> object.add(judged.task().name(), value.apply(judged)));
        return object;
    }

    private static JsonObject scores(JudgedTask judged) {
        JsonObject scores = new JsonObject();
        scores.addProperty("name", judged.task().name());
        scores.addProperty("alias", judged.task().name());
        scores.addProperty("sample_len", judged.answers().size());
        for (Score score : judged.scores().scores()) {
            scores.addProperty(score.metric() + "," + score.filter(), score.value());
            scores.add(score.metric() + "_stderr," + score.filter(), error(score));
        }
        return scores;
    }

    private static JsonElement error(Score score) {
        double error = score.standardError();
        return Double.isFinite(error) ? LINE.toJsonTree(error) : LINE.toJsonTree(NOT_KNOWN);
    }

    private static JsonObject configuration(JudgedTask judged) {
        JsonObject configuration = new JsonObject();
        configuration.addProperty("task", judged.task().name());
        configuration.addProperty("num_fewshot", judged.task().shots());
        configuration.addProperty("output_type", "generate_until");
        configuration.addProperty("description", judged.task().toString());
        return configuration;
    }

    private static JsonObject higherIsBetter(JudgedTask judged) {
        JsonObject metrics = new JsonObject();
        judged.scores().scores().forEach(score -> metrics.addProperty(score.metric(), true));
        return metrics;
    }

    private static JsonObject numbers(JudgedTask judged) {
        JsonObject numbers = new JsonObject();
        numbers.addProperty("original", judged.answers().size());
        numbers.addProperty("effective", judged.answers().size());
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
    private static String hash(JudgedTask judged) {
        return Sha256.of(samples(judged).stream()
                .map(sample -> sample.get("doc_hash").getAsString()
                        + sample.get("prompt_hash").getAsString()
                        + sample.get("target_hash").getAsString())
                .collect(Collectors.joining()));
    }

    private static JsonObject object(String name, JsonElement value) {
        JsonObject object = new JsonObject();
        object.add(name, value);
        return object;
    }

    private static JsonArray list(JsonElement value) {
        JsonArray list = new JsonArray();
        list.add(value);
        return list;
    }
}
