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
package io.github.tribuollm.tutorials.verdicts;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.github.tribuollm.llm.evaluation.Points;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Reads evaluations that lie in {@code DIRECTORY/SET/KIND-SEED}, as {@code evaluate} writes them: for each model
 * {@code results_DATE.json} and {@code samples_TASK_DATE.jsonl}. A task is read by the first metric of its samples under
 * their first filter.
 */
final class EvaluatedRuns {
    private static final Pattern RUN = Pattern.compile("[\\w-]+-(\\d{1,9})");
    private static final String PREFIX = "results_";

    private final SortedMap<String, SortedMap<String, SortedMap<String, SortedMap<Integer, Points>>>> found =
            new TreeMap<>();

    private EvaluatedRuns() {}

    /**
     * Reads all.
     *
     * @param directory the output of the experiment
     * @return a panel for each data set and task, in the order of their names
     * @throws IOException if a file cannot be read
     * @throws IllegalArgumentException if there is no evaluation, or a file is not one, which is named
     */
    static List<Panel> read(Path directory) throws IOException {
        if (!Files.isDirectory(directory)) {
            throw new IllegalArgumentException("There is no directory " + directory
                    + "; name the output of tutorials/experiments/objectives-smollm2");
        }
        EvaluatedRuns runs = new EvaluatedRuns();
        for (Path set : folders(directory)) {
            for (Path run : folders(set)) {
                Matcher name = RUN.matcher(run.getFileName().toString());
                if (name.matches()) {
                    runs.readRun(set.getFileName().toString(), Integer.parseInt(name.group(1)), run);
                }
            }
        }
        if (runs.found.isEmpty()) {
            throw new IllegalArgumentException("There is no evaluation in " + directory
                    + "; name the output of tutorials/experiments/objectives-smollm2");
        }
        List<Panel> panels = new ArrayList<>();
        runs.found.forEach((set, tasks) -> tasks.forEach((task, points) -> panels.add(new Panel(set, task, points))));
        return panels;
    }

    private static List<Path> folders(Path directory) throws IOException {
        try (Stream<Path> all = Files.list(directory)) {
            return all.filter(Files::isDirectory).sorted().toList();
        }
    }

    private void readRun(String set, int seed, Path run) throws IOException {
        for (Path model : folders(run)) {
            try (Stream<Path> files = Files.list(model)) {
                for (Path results : files.filter(
                                file -> file.getFileName().toString().startsWith(PREFIX))
                        .toList()) {
                    readModel(set, seed, results);
                }
            }
        }
    }

    private void readModel(String set, int seed, Path file) throws IOException {
        String model = file.getParent().getFileName().toString();
        String date = file.getFileName().toString().substring(PREFIX.length()).replaceFirst("\\.json$", "");
        JsonObject results = object(file, Files.readString(file));
        try {
            for (String task : results.getAsJsonObject("results").keySet()) {
                Path samples = file.resolveSibling("samples_" + task + "_" + date + ".jsonl");
                Points points = points(samples, results, task);
                Points before = found.computeIfAbsent(set, name -> new TreeMap<>())
                        .computeIfAbsent(task, name -> new TreeMap<>())
                        .computeIfAbsent(model, name -> new TreeMap<>())
                        .put(seed, points);
                if (before != null) {
                    throw new IllegalArgumentException(file + ": " + task + " of " + model + ", seed " + seed
                            + ", is in another evaluation too; keep one of them");
                }
            }
        } catch (ClassCastException | NullPointerException | IllegalStateException e) {
            throw new IllegalArgumentException(file + " is not what evaluate writes: " + e.getMessage(), e);
        }
    }

    private static Points points(Path file, JsonObject results, String task) throws IOException {
        List<JsonObject> samples = new ArrayList<>();
        for (String line : Files.readAllLines(file)) {
            samples.add(object(file, line));
        }
        if (samples.isEmpty()) {
            throw new IllegalArgumentException(file + " has no sample; measure again");
        }
        String filter = samples.get(0).get("filter").getAsString();
        String metric = samples.get(0).getAsJsonArray("metrics").get(0).getAsString();
        boolean byToken = results.getAsJsonObject("configs")
                .getAsJsonObject(task)
                .get("output_type")
                .getAsString()
                .equals("loglikelihood");
        List<JsonObject> read = samples.stream()
                .filter(sample -> sample.get("filter").getAsString().equals(filter))
                .toList();
        double[] counts = read.stream()
                .mapToDouble(sample -> byToken
                        ? sample.getAsJsonObject("doc").get("tokens").getAsDouble()
                        : verdicts(sample.get(metric)))
                .toArray();
        double[] values =
                read.stream().mapToDouble(sample -> sum(sample.get(metric))).toArray();
        for (int i = 0; i < values.length && byToken; i++) {
            values[i] *= counts[i];
        }
        boolean higherIsBetter = results.getAsJsonObject("higher_is_better")
                .getAsJsonObject(task)
                .get(metric)
                .getAsBoolean();
        return new Points(metric, filter, values, counts, higherIsBetter);
    }

    private static double verdicts(JsonElement value) {
        return value.isJsonArray() ? value.getAsJsonArray().size() : 1;
    }

    private static double sum(JsonElement value) {
        if (value instanceof JsonArray several) {
            double sum = 0;
            for (JsonElement one : several) {
                sum += sum(one);
            }
            return sum;
        }
        return value.getAsJsonPrimitive().isBoolean() ? (value.getAsBoolean() ? 1 : 0) : value.getAsDouble();
    }

    private static JsonObject object(Path file, String text) {
        try {
            return JsonParser.parseString(text).getAsJsonObject();
        } catch (RuntimeException e) {
            throw new IllegalArgumentException(file + " is not what evaluate writes: " + e.getMessage(), e);
        }
    }
}
