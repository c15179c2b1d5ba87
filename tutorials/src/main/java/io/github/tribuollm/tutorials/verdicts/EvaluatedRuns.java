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
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Reads evaluations that lie in {@code DIRECTORY/SET/KIND-SEED}, as {@code evaluate} writes them: for each model
 * {@code results_DATE.json} and {@code samples_TASK_DATE.jsonl}. Answers are read by the first metric of their samples
 * under the first filter, held-out tokens by all metrics. All models of a data set are measured on the same prompts.
 */
final class EvaluatedRuns {
    private static final Pattern RUN = Pattern.compile("[\\w-]+-(\\d{1,9})");
    private static final String PREFIX = "results_";

    /** What the first file of a data set and a task was measured on. */
    private final Map<List<String>, Prompts> prompts = new HashMap<>();

    private final SortedMap<Measured, SortedMap<String, SortedMap<Integer, Points>>> found = new TreeMap<>();

    /** What was measured of the models that learned from a data set; the first metric stands for the task. */
    private record Measured(String set, String task, int metric) implements Comparable<Measured> {
        @Override
        public int compareTo(Measured other) {
            return Comparator.comparing(Measured::set)
                    .thenComparing(Measured::task)
                    .thenComparing(Measured::metric)
                    .compare(this, other);
        }
    }

    /** The prompts of a file of samples. */
    private record Prompts(Path file, List<String> hashes) {}

    private EvaluatedRuns() {}

    /**
     * Reads all.
     *
     * @param directory the output of the experiment
     * @return a panel for each data set, task and metric, in the order of their names
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
        runs.found.forEach((measured, points) ->
                panels.add(new Panel(measured.set(), measured.task(), measured.metric() == 0, points)));
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
                List<JsonObject> read = samples(samples);
                requireSamePrompts(set, task, samples, read);
                List<Points> all = points(read, results, task);
                for (int metric = 0; metric < all.size(); metric++) {
                    put(new Measured(set, task, metric), model, seed, all.get(metric), file);
                }
            }
        } catch (ClassCastException | NullPointerException | IllegalStateException e) {
            throw new IllegalArgumentException(file + " is not what evaluate writes: " + e.getMessage(), e);
        }
    }

    private void put(Measured measured, String model, int seed, Points points, Path file) {
        Points before = found.computeIfAbsent(measured, name -> new TreeMap<>())
                .computeIfAbsent(model, name -> new TreeMap<>())
                .put(seed, points);
        if (before != null) {
            throw new IllegalArgumentException(file + ": " + measured.task() + " of " + model + ", seed " + seed
                    + ", is in another evaluation too; keep one of them");
        }
    }

    /** The samples under the first filter. */
    private static List<JsonObject> samples(Path file) throws IOException {
        List<JsonObject> samples = new ArrayList<>();
        for (String line : Files.readAllLines(file)) {
            samples.add(object(file, line));
        }
        if (samples.isEmpty()) {
            throw new IllegalArgumentException(file + " has no sample; measure again");
        }
        String filter = samples.get(0).get("filter").getAsString();
        return samples.stream()
                .filter(sample -> sample.get("filter").getAsString().equals(filter))
                .toList();
    }

    private void requireSamePrompts(String set, String task, Path file, List<JsonObject> samples) {
        List<String> hashes = samples.stream()
                .map(sample -> sample.get("doc_hash").getAsString())
                .toList();
        Prompts first = prompts.computeIfAbsent(List.of(set, task), name -> new Prompts(file, hashes));
        if (!first.hashes().equals(hashes)) {
            int alike = 0;
            while (alike < Math.min(hashes.size(), first.hashes().size())
                    && hashes.get(alike).equals(first.hashes().get(alike))) {
                alike++;
            }
            throw new IllegalArgumentException(file + " and " + first.file() + " differ in the prompt of sample "
                    + (alike + 1) + "; measure " + task + " of " + set + " on the same prompts");
        }
    }

    /** The points by the metrics of tokens, or by the first metric of answers. */
    private static List<Points> points(List<JsonObject> read, JsonObject results, String task) {
        String filter = read.get(0).get("filter").getAsString();
        JsonArray metrics = read.get(0).getAsJsonArray("metrics");
        boolean byToken = results.getAsJsonObject("configs")
                .getAsJsonObject(task)
                .get("output_type")
                .getAsString()
                .equals("loglikelihood");
        List<Points> points = new ArrayList<>();
        for (int i = 0; i < (byToken ? metrics.size() : 1); i++) {
            String metric = metrics.get(i).getAsString();
            boolean higherIsBetter = results.getAsJsonObject("higher_is_better")
                    .getAsJsonObject(task)
                    .get(metric)
                    .getAsBoolean();
            points.add(new Points(
                    metric, filter, values(read, metric, byToken), counts(read, metric, byToken), higherIsBetter));
        }
        return points;
    }

    private static double[] counts(List<JsonObject> samples, String metric, boolean byToken) {
        return samples.stream()
                .mapToDouble(sample -> byToken
                        ? sample.getAsJsonObject("doc").get("tokens").getAsDouble()
                        : verdicts(sample.get(metric)))
                .toArray();
    }

    private static double[] values(List<JsonObject> samples, String metric, boolean byToken) {
        double[] values =
                samples.stream().mapToDouble(sample -> sum(sample.get(metric))).toArray();
        double[] counts = counts(samples, metric, byToken);
        for (int i = 0; i < values.length && byToken; i++) {
            values[i] *= counts[i];
        }
        return values;
    }

    /** How many verdicts there are; none where a judge had no preference. */
    private static double verdicts(JsonElement value) {
        return value.isJsonNull()
                ? 0
                : value.isJsonArray() ? value.getAsJsonArray().size() : 1;
    }

    private static double sum(JsonElement value) {
        if (value instanceof JsonArray several) {
            double sum = 0;
            for (JsonElement one : several) {
                sum += sum(one);
            }
            return sum;
        }
        if (value.isJsonNull()) {
            return 0;
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
