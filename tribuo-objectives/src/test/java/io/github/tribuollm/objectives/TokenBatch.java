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
package io.github.tribuollm.objectives;

import io.github.tribuollm.graph.Dim;
import io.github.tribuollm.graph.ElementType;
import io.github.tribuollm.graph.Gradients;
import io.github.tribuollm.graph.Graph;
import io.github.tribuollm.graph.Tensor;
import io.github.tribuollm.objectives.target.SparseTeacher;
import io.github.tribuollm.objectives.target.Target;
import io.github.tribuollm.objectives.token.SparseDistribution;
import io.github.tribuollm.objectives.token.TokenDistribution;
import io.github.tribuollm.objectives.token.TokenMeasure;
import io.github.tribuollm.objectives.weight.ExternalScore;
import io.github.tribuollm.objectives.weight.TokenStatistics;
import io.github.tribuollm.runtime.Feeds;
import io.github.tribuollm.runtime.GraphSession;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.LongStream;

/**
 * N tokens with the logits of a model and of its reference, and what an objective makes of them.
 *
 * @param classes V
 * @param logits [N, V]
 * @param teacher [N, V]
 * @param labels [N]
 * @param documents [N]
 * @param columns what the data says of each token, [N]; external scores take theirs from {@code random}
 * @param sparse the rows of each {@link NamedTeacher}
 */
public record TokenBatch(
        int classes,
        float[] logits,
        float[] teacher,
        long[] labels,
        long[] documents,
        Map<String, float[]> columns,
        Map<String, SparseTeacher.Rows> sparse) {
    private static final Pattern ENTRY = Pattern.compile("\"([^\"]+)\": \\[([^\\]]*)\\]");

    /** The loss, and its gradient by the logits, [N, V]. */
    public record Result(double loss, float[] gradient) {}

    /** The flat object of number lists that {@code make_objective_fixtures.py} writes. */
    public static Map<String, double[]> fixtures() {
        Path file = Path.of(System.getProperty("test.resources", "test-resources"), "fixtures/objectives.json");
        try {
            Map<String, double[]> fixtures = new LinkedHashMap<>();
            Matcher entry = ENTRY.matcher(Files.readString(file));
            while (entry.find()) {
                fixtures.put(
                        entry.group(1),
                        Arrays.stream(entry.group(2).split(","))
                                .mapToDouble(Double::parseDouble)
                                .toArray());
            }
            return fixtures;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public static TokenBatch of(Map<String, double[]> fixtures, String batch) {
        Map<String, float[]> columns = new HashMap<>();
        for (String column : List.of("old_log_probability", "advantage", "epistemic", "random")) {
            columns.put(column, floats(fixtures.get(batch + "." + column)));
        }
        Map<String, SparseTeacher.Rows> sparse = new HashMap<>();
        for (String name : List.of("oracle", "samples")) {
            sparse.put(
                    name,
                    new SparseTeacher.Rows(
                            longs(fixtures.get(batch + "." + name + ".ids")),
                            floats(fixtures.get(batch + "." + name + ".probabilities"))));
        }
        float[] logits = floats(fixtures.get(batch + ".logits"));
        long[] labels = longs(fixtures.get(batch + ".labels"));
        return new TokenBatch(
                logits.length / labels.length,
                logits,
                floats(fixtures.get(batch + ".teacher")),
                labels,
                longs(fixtures.get(batch + ".documents")),
                columns,
                sparse);
    }

    static float[] floats(double[] values) {
        float[] floats = new float[values.length];
        IntStream.range(0, values.length).forEach(i -> floats[i] = (float) values[i]);
        return floats;
    }

    private static long[] longs(double[] values) {
        return Arrays.stream(values).mapToLong(v -> (long) v).toArray();
    }

    public int tokens() {
        return labels.length;
    }

    public TokenBatch withTeacher(float[] logitsOfTeacher) {
        return new TokenBatch(classes, logits, logitsOfTeacher, labels, documents, columns, sparse);
    }

    public TokenBatch withLogits(float[] moved) {
        return new TokenBatch(classes, moved, teacher, labels, documents, columns, sparse);
    }

    /** The first tokens of the batch. */
    TokenBatch first(int count) {
        Map<String, float[]> fewerColumns = new HashMap<>();
        columns.forEach((name, values) -> fewerColumns.put(name, Arrays.copyOf(values, count)));
        Map<String, SparseTeacher.Rows> fewerRows = new HashMap<>();
        sparse.forEach((name, rows) -> {
            int entries = count * rows.ids().length / tokens();
            fewerRows.put(
                    name,
                    new SparseTeacher.Rows(
                            Arrays.copyOf(rows.ids(), entries), Arrays.copyOf(rows.probabilities(), entries)));
        });
        return new TokenBatch(
                classes,
                Arrays.copyOf(logits, count * classes),
                Arrays.copyOf(teacher, count * classes),
                Arrays.copyOf(labels, count),
                Arrays.copyOf(documents, count),
                fewerColumns,
                fewerRows);
    }

    public Result evaluate(Objective objective) {
        Inputs inputs = new Inputs();
        List<Tensor> weights = objective.normalise(objective.weights(inputs), inputs);
        Tensor loss = objective.losses(inputs.student, inputs, weights).stream()
                .reduce(Tensor::add)
                .orElseThrow();
        Tensor gradient = Gradients.of(loss, List.of(inputs.logits)).get(0);
        Map<String, Tensor> outputs = new LinkedHashMap<>();
        outputs.put("loss", loss.mul(1));
        outputs.put("gradient", gradient.mul(1));
        try (GraphSession session = GraphSession.open(inputs.graph.model(outputs));
                Feeds feeds = inputs.feeds();
                GraphSession.Outputs result = session.run(feeds)) {
            return new Result(result.scalar("loss"), result.floats("gradient"));
        }
    }

    /** What the batch gives, as inputs of a graph; the weights read the model's own predictions in the same pass. */
    private final class Inputs implements TokenStatistics, Target.Context {
        private final Dim n = Dim.symbol("N");
        private final Graph graph = new Graph();
        private final Tensor logits = graph.input("logits", ElementType.FLOAT, n, Dim.of(classes));
        private final TokenDistribution student = TokenDistribution.ofLogits(logits);

        private Tensor input(String name, ElementType type, Dim... dims) {
            Tensor known = graph.inputs().get(name);
            return known != null ? known : graph.input(name, type, dims);
        }

        @Override
        public Tensor student(TokenMeasure measure) {
            return graph.withoutGradients(() -> measure.of(student, labels()));
        }

        @Override
        public Tensor reference(TokenMeasure measure) {
            return graph.withoutGradients(() -> measure.of(reference(), labels()));
        }

        @Override
        public TokenDistribution reference() {
            return TokenDistribution.ofLogits(input("teacher", ElementType.FLOAT, n, Dim.of(classes)));
        }

        @Override
        public Tensor labels() {
            return input("labels", ElementType.INT64, n);
        }

        @Override
        public Tensor column(String name) {
            return input(name, ElementType.FLOAT, n);
        }

        @Override
        public Tensor external(ExternalScore score) {
            return column("random");
        }

        @Override
        public SparseDistribution sparse(SparseTeacher source) {
            Dim width = Dim.of(source.width());
            return new SparseDistribution(
                    input(source + ".ids", ElementType.INT64, n, width),
                    input(source + ".probabilities", ElementType.FLOAT, n, width));
        }

        @Override
        public Tensor documents() {
            return input("documents", ElementType.INT64, n);
        }

        @Override
        public Tensor documentIds() {
            return input("document_ids", ElementType.INT64, Dim.symbol("D"));
        }

        @Override
        public Tensor allTokens() {
            return input("all_tokens", ElementType.FLOAT);
        }

        Feeds feeds() {
            Feeds feeds = new Feeds();
            for (String name : graph.inputs().keySet()) {
                feed(feeds, name);
            }
            return feeds;
        }

        private void feed(Feeds feeds, String name) {
            int count = tokens();
            switch (name) {
                case "logits" -> feeds.floats(name, TokenBatch.this.logits, count, classes);
                case "teacher" -> feeds.floats(name, teacher, count, classes);
                case "labels" -> feeds.integers(name, labels, count);
                case "documents" -> feeds.integers(name, documents, count);
                case "document_ids" -> {
                    long d = count == 0 ? 1 : 1 + documents[count - 1];
                    feeds.integers(name, LongStream.range(0, d).toArray(), d);
                }
                case "all_tokens" -> feeds.floats(name, new float[] {count});
                default -> feedGiven(feeds, name, count);
            }
        }

        private void feedGiven(Feeds feeds, String name, int count) {
            long width = graph.inputs().get(name).shape().elements().factor();
            if (name.endsWith(".ids")) {
                feeds.integers(name, sparse.get(name.replace(".ids", "")).ids(), count, width);
            } else if (name.endsWith(".probabilities")) {
                feeds.floats(
                        name, sparse.get(name.replace(".probabilities", "")).probabilities(), count, width);
            } else {
                feeds.floats(name, columns.get(name), count);
            }
        }
    }
}
