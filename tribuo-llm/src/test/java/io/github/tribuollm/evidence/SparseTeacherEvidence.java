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

import io.github.tribuollm.fixtures.BundledModel;
import io.github.tribuollm.llm.graphs.ModelShape;
import io.github.tribuollm.llm.graphs.ParameterSet;
import io.github.tribuollm.llm.graphs.SparseMethod;
import io.github.tribuollm.llm.teacher.CachedTeacher;
import io.github.tribuollm.llm.teacher.TeacherWriter;
import io.github.tribuollm.llm.training.OptimiserStep;
import io.github.tribuollm.objectives.Objective;
import io.github.tribuollm.objectives.Objectives;
import java.io.IOException;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * What a cached sparse teacher costs and loses, on the bundled checkpoint and its word problems: bytes a token, the
 * error of the LoRA gradient against the full teacher's, of the top and of samples averaged over many seeds, and the
 * time of a step. The student is the checkpoint with a random adapter, the teacher the checkpoint itself.
 */
final class SparseTeacherEvidence implements AutoCloseable {
    private static final int ENTRIES = 16;
    private static final int SEEDS = 64;
    private static final int TIMED = 15;

    private final BundledModel bundled = new BundledModel();
    private final Path directory;

    private SparseTeacherEvidence() throws IOException {
        directory = Files.createTempDirectory("sparse-teacher");
    }

    /** A cached teacher and the bytes that it takes for a token. */
    private record Cached(CachedTeacher teacher, double bytes) {}

    private Cached cached(SparseMethod method, long seed) {
        Path file = directory.resolve(method + "." + seed);
        ModelShape frozen = bundled.shape.ofFrozen(bundled.shape.architecture(), Optional.empty());
        double bytes;
        try (ParameterSet none = new ParameterSet(Map.of())) {
            bytes = new TeacherWriter(frozen, none, bundled.weights, "", "")
                    .write(file, bundled.data, method, ENTRIES, seed);
        }
        CachedTeacher teacher = new CachedTeacher(file);
        teacher.requireMadeFor(bundled.data, bundled.shape.architecture().vocabularySize());
        return new Cached(teacher, bytes);
    }

    private double[] gradient(Objective objective) {
        try (OptimiserStep step = bundled.step(objective)) {
            step.compute(bundled.batch(), 0);
            List<FloatBuffer> parts = new ArrayList<>(step.gradients().values());
            return parts.stream()
                    .flatMapToDouble(part -> IntStream.range(0, part.capacity()).mapToDouble(part::get))
                    .toArray();
        }
    }

    private static double norm(double[] a) {
        double squares = 0;
        for (double x : a) {
            squares += x * x;
        }
        return Math.sqrt(squares);
    }

    private static double[] difference(double[] a, double[] b) {
        return IntStream.range(0, a.length).mapToDouble(i -> a[i] - b[i]).toArray();
    }

    @Override
    public void close() {
        bundled.close();
    }

    private void print() {
        double[] full = gradient(Objective.distill());
        Cached top = cached(SparseMethod.TOP, 0);
        double bias = norm(difference(gradient(Objectives.sparseDistillation(top.teacher())), full)) / norm(full);
        double[] mean = new double[full.length];
        double squares = 0;
        Cached sampled = null;
        for (int seed = 0; seed < SEEDS; seed++) {
            sampled = cached(SparseMethod.SAMPLED, seed);
            double[] error = difference(gradient(Objectives.sparseDistillation(sampled.teacher())), full);
            squares += norm(error) * norm(error) / SEEDS;
            for (int i = 0; i < mean.length; i++) {
                mean[i] += error[i] / SEEDS;
            }
        }
        double noise = Math.sqrt(squares) / norm(full);
        double left = norm(mean) / norm(full);
        List<Double> live = new ArrayList<>();
        List<Double> stored = new ArrayList<>();
        try (OptimiserStep withLive = bundled.step(Objective.distill());
                OptimiserStep withStored = bundled.step(Objectives.sparseDistillation(sampled.teacher()))) {
            for (int i = 0; i < TIMED; i++) {
                live.add(BundledModel.milliseconds(withLive, bundled.batch()));
                stored.add(BundledModel.milliseconds(withStored, bundled.batch()));
            }
        }
        double expected = noise / Math.sqrt(SEEDS);
        boolean unbiased = left <= 1.5 * expected;
        System.out.printf(
                Locale.ROOT,
                "{\"claim\": \"sparse teacher\", \"entries\": %d, \"bytes_a_token_top\": %.1f,"
                        + " \"bytes_a_token_sampled\": %.1f, \"bias_top\": %.4f, \"error_of_one_sample\": %.4f,"
                        + " \"mean_over_seeds\": %d, \"error_of_the_mean\": %.4f,"
                        + " \"expected_if_unbiased\": %.4f, \"step_ms_live\": %.1f, \"step_ms_cached\": %.1f,"
                        + " \"holds\": %b}%n",
                ENTRIES,
                top.bytes(),
                sampled.bytes(),
                bias,
                noise,
                SEEDS,
                left,
                expected,
                BundledModel.median(live),
                BundledModel.median(stored),
                unbiased);
        if (!unbiased) {
            System.exit(1);
        }
    }

    /**
     * Prints the evidence.
     *
     * @param args none
     * @throws IOException if no temporary file can be written
     */
    public static void main(String[] args) throws IOException {
        try (SparseTeacherEvidence evidence = new SparseTeacherEvidence()) {
            evidence.print();
        }
    }
}
