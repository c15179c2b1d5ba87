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

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.github.tribuollm.llm.evaluation.Judgement;
import io.github.tribuollm.llm.evaluation.Score;
import io.github.tribuollm.llm.evaluation.TaskItem;
import io.github.tribuollm.llm.evaluation.TaskScores;
import io.github.tribuollm.llm.evaluation.ifeval.IfEvalSource;
import io.github.tribuollm.llm.evaluation.ifeval.IfEvalTask;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/**
 * Judges published responses to IFEval beside the published verdicts, and beside those of the official checks with a
 * seed; exits 0 only if they agree but where the published ones are random, and all rates to 0.2 points. Argument: the
 * folder of the data.
 */
public final class IfEvalEvidence {
    private static final String PROMPTS = "mifeval_en_input_data.jsonl";
    private static final Set<Integer> RANDOM_LETTERS = Set.of(1122, 1129);
    private static final Set<String> LANGUAGE = Set.of("response_language", "english_capital", "english_lowercase");
    private static final int NOISE = 21;
    private static final double POINTS = 0.2;
    private static final List<String> HOW = List.of("strict", "loose");

    private final Path data;
    private final List<TaskItem> items;
    private final IfEvalTask task;
    private int verdicts;
    private int differing;
    private final Set<String> randomLanguage = new HashSet<>();
    private int randomLetter;
    private int seeded;
    private int seededDiffering;
    private double worst;

    private IfEvalEvidence(Path data) {
        this.data = data;
        task = new IfEvalTask(new IfEvalSource(data.resolve(PROMPTS)));
        items = task.items();
    }

    /**
     * Compares all responses.
     *
     * @param arguments the folder of the data
     * @throws IOException if it cannot be read
     */
    public static void main(String[] arguments) throws IOException {
        IfEvalEvidence evidence = new IfEvalEvidence(Path.of(arguments[0]));
        evidence.gpt4();
        try (Stream<Path> models = Files.list(evidence.data.resolve("models"))) {
            for (Path model : models.sorted().toList()) {
                evidence.model(model);
            }
        }
        System.exit(evidence.holds() ? 0 : 1);
    }

    private void gpt4() {
        Map<String, String> responses = responses(data.resolve("input_response_data_gpt4_20231107_145030.jsonl"));
        compareAll(
                "GPT-4",
                responses,
                seeded(data.resolve("gpt4_verdicts_541.jsonl")),
                List.of(77.26, 83.81, 79.85, 85.73));
    }

    private void model(Path folder) {
        Map<String, String> responses = responses(folder.resolve("eval_results_strict.jsonl"));
        Map<String, List<List<Boolean>>> published = new HashMap<>();
        for (String how : HOW) {
            for (JsonObject row : rows(folder.resolve("eval_results_" + how + ".jsonl"))) {
                published
                        .computeIfAbsent(row.get("prompt").getAsString(), p -> new ArrayList<>())
                        .add(booleans(row.get("follow_instruction_list")));
            }
        }
        String name = folder.getFileName().toString();
        Map<String, List<List<Boolean>>> byKey = new HashMap<>();
        items.forEach(item -> byKey.put(key(item), published.get(prompt(item))));
        compareAll(name, responses, byKey, rates(byKey));
        compareSeeded(name, responses, seeded(folder.resolve("reference_verdicts_seed0.jsonl")));
    }

    private List<Double> rates(Map<String, List<List<Boolean>>> published) {
        List<Double> rates = new ArrayList<>();
        for (int how = 0; how < HOW.size(); how++) {
            int index = how;
            List<List<Boolean>> lists =
                    published.values().stream().map(v -> v.get(index)).toList();
            rates.add(
                    100.0 * lists.stream().filter(list -> !list.contains(false)).count() / lists.size());
            List<Boolean> all = lists.stream().flatMap(List::stream).toList();
            rates.add(100.0 * all.stream().filter(v -> v).count() / all.size());
        }
        return rates;
    }

    private void compareAll(
            String name, Map<String, String> responses, Map<String, List<List<Boolean>>> theirs, List<Double> rates) {
        TaskScores ours = judge(responses);
        for (int i = 0; i < items.size(); i++) {
            compare(name, items.get(i), ours.judgements().get(i).get(0), theirs.get(key(items.get(i))));
        }
        StringBuilder line = new StringBuilder(name).append(':');
        for (int i = 0; i < rates.size(); i++) {
            String metric = (i % 2 == 0 ? "prompt_level_" : "inst_level_") + HOW.get(i / 2) + "_acc";
            Score score = ours.score(metric, Judgement.WHOLE);
            worst = Math.max(worst, Math.abs(100 * score.value() - rates.get(i)));
            line.append(String.format(
                    " %.2f ± %.2f (published %.2f)", 100 * score.value(), 100 * score.standardError(), rates.get(i)));
        }
        System.out.println(line);
    }

    private void compare(String name, TaskItem item, Judgement ours, List<List<Boolean>> theirs) {
        List<String> instructions = instructions(item);
        for (int how = 0; how < HOW.size(); how++) {
            List<Boolean> followed = ours.verdicts().get("inst_level_" + HOW.get(how) + "_acc");
            for (int i = 0; i < followed.size(); i++, verdicts++) {
                if (!followed.get(i).equals(theirs.get(how).get(i))) {
                    difference(name, item, instructions.get(i), HOW.get(how));
                }
            }
        }
    }

    private void difference(String name, TaskItem item, String instruction, String how) {
        System.out.println("  differs: " + name + " " + key(item) + " " + instruction + " " + how);
        if (LANGUAGE.contains(instruction.substring(instruction.lastIndexOf(':') + 1))) {
            randomLanguage.add(name + key(item) + instruction + how);
        } else if (RANDOM_LETTERS.contains(Integer.valueOf(key(item))) && instruction.endsWith("letter_frequency")) {
            randomLetter++;
        } else {
            differing++;
        }
    }

    private void compareSeeded(String name, Map<String, String> responses, Map<String, List<List<Boolean>>> theirs) {
        TaskScores ours = judge(responses);
        for (int i = 0; i < items.size(); i++) {
            TaskItem item = items.get(i);
            for (int how = 0; how < HOW.size(); how++) {
                List<Boolean> followed =
                        ours.judgements().get(i).get(0).verdicts().get("inst_level_" + HOW.get(how) + "_acc");
                List<String> instructions = instructions(item);
                for (int k = 0; k < followed.size(); k++, seeded++) {
                    boolean letter = RANDOM_LETTERS.contains(Integer.valueOf(key(item)))
                            && instructions.get(k).endsWith("letter_frequency");
                    if (!letter
                            && !followed.get(k)
                                    .equals(theirs.get(key(item)).get(how).get(k))) {
                        seededDiffering++;
                        System.out.println("  with seed 0: " + name + " " + key(item) + " " + instructions.get(k) + " "
                                + HOW.get(how));
                    }
                }
            }
        }
    }

    private TaskScores judge(Map<String, String> responses) {
        return TaskScores.of(
                task, items.stream().map(item -> responses.get(prompt(item))).toList());
    }

    private boolean holds() {
        System.out.printf(
                "%d verdicts beside published ones: %d differ; where the published are random %d of language (noise of the"
                        + " official checks: %d) and %d of random letters; with the same seed %d of %d differ; rates to %.2f"
                        + " points%n",
                verdicts, differing, randomLanguage.size(), NOISE, randomLetter, seededDiffering, seeded, worst);
        return verdicts > 0
                && differing == 0
                && randomLanguage.size() <= NOISE
                && seededDiffering == 0
                && worst <= POINTS;
    }

    private static String key(TaskItem item) {
        return item.document().get("key").getAsString();
    }

    private static String prompt(TaskItem item) {
        return item.document().get("prompt").getAsString();
    }

    private static List<String> instructions(TaskItem item) {
        return StreamSupport.stream(
                        item.document().getAsJsonArray("instruction_id_list").spliterator(), false)
                .map(JsonElement::getAsString)
                .toList();
    }

    private static Map<String, String> responses(Path file) {
        Map<String, String> responses = new HashMap<>();
        rows(file)
                .forEach(row -> responses.put(
                        row.get("prompt").getAsString(), row.get("response").getAsString()));
        return responses;
    }

    private static Map<String, List<List<Boolean>>> seeded(Path file) {
        Map<String, List<List<Boolean>>> verdicts = new HashMap<>();
        rows(file)
                .forEach(row -> verdicts.put(
                        row.get("key").getAsString(),
                        Arrays.asList(booleans(row.get("strict")), booleans(row.get("loose")))));
        return verdicts;
    }

    private static List<Boolean> booleans(JsonElement array) {
        return StreamSupport.stream(array.getAsJsonArray().spliterator(), false)
                .map(JsonElement::getAsBoolean)
                .toList();
    }

    private static List<JsonObject> rows(Path file) {
        try (Stream<String> lines = Files.lines(file)) {
            return lines.map(line -> JsonParser.parseString(line).getAsJsonObject())
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
