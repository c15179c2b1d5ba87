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
package io.github.tribuollm.gpu;

import io.github.tribuollm.evidence.DropoutTogether;
import io.github.tribuollm.evidence.OneRun;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * What stays on a device: a step of several micro-batches, and a batch of Monte Carlo dropout, is one run of one
 * graph, by ONNX Runtime's own account; it gives what several runs give; and nothing crosses the bus but tokens,
 * masks, adapters and their gradients, or measures. It is run on the processor here: the graph is that of a device.
 */
final class DeviceAccumulation {
    private static final double LIMIT = 1e-6;
    private static final String CASE = "llama-lora";

    private DeviceAccumulation() {}

    private static double most(Collection<Double> differences) {
        return differences.stream().mapToDouble(Double::doubleValue).max().orElseThrow();
    }

    /**
     * Prints the evidence.
     *
     * @param args none
     * @throws Exception if a session's account cannot be read
     */
    public static void main(String[] args) throws Exception {
        Path directory = Files.createTempDirectory("device-accumulation");
        int[] steps = new int[1];
        int[] batches = new int[1];
        SessionTrace training = SessionTrace.of(directory, () -> steps[0] = OneRun.steps());
        SessionTrace dropout = SessionTrace.of(directory, () -> batches[0] = DropoutTogether.batches(CASE));
        Files.delete(directory);
        Map<String, Double> differences = OneRun.differences();
        differences.forEach((name, found) -> System.out.printf(Locale.ROOT, "%s: %.1e%n", name, found));
        List<Double> samples = DropoutTogether.names().stream()
                .map(name -> DropoutTogether.worst(name, 5))
                .toList();
        Map<String, Long> ofStep = OneRun.traffic();
        Map<String, Long> ofBatch = DropoutTogether.traffic(CASE);
        boolean sameBytes = ofStep.get("adapters") == 2 * ofStep.get("gradients");
        boolean holds = training.runs() == steps[0]
                && dropout.runs() == batches[0]
                && most(differences.values()) <= LIMIT
                && most(samples) <= LIMIT
                && sameBytes
                && !ofBatch.containsKey("gradients");
        System.out.printf(
                Locale.ROOT,
                "{\"claim\": \"device accumulation\", \"objectives\": %d, \"steps\": %d, \"runs\": %d,"
                        + " \"dropout_batches\": %d, \"dropout_runs\": %d, \"worst_relative_difference\": %.1e,"
                        + " \"worst_measure_difference\": %.1e, \"step_bytes\": {%s}, \"dropout_bytes\": {%s},"
                        + " \"limit\": 1e-6, \"holds\": %b}%n",
                OneRun.objectiveCount(),
                steps[0],
                training.runs(),
                batches[0],
                dropout.runs(),
                most(differences.values()),
                most(samples),
                listed(ofStep),
                listed(ofBatch),
                holds);
        System.exit(holds ? 0 : 1);
    }

    private static String listed(Map<String, Long> bytes) {
        return bytes.entrySet().stream()
                .map(entry -> "\"" + entry.getKey() + "\": " + entry.getValue())
                .collect(Collectors.joining(", "));
    }
}
