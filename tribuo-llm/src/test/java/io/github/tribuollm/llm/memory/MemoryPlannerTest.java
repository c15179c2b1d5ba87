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
package io.github.tribuollm.llm.memory;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.tribuollm.fixtures.RandomCheckpoint;
import io.github.tribuollm.graph.Dim;
import io.github.tribuollm.graph.ElementType;
import io.github.tribuollm.graph.Graph;
import io.github.tribuollm.graph.Schedule;
import io.github.tribuollm.graph.Tensor;
import io.github.tribuollm.llm.architecture.Architecture;
import io.github.tribuollm.llm.architecture.Architectures;
import io.github.tribuollm.llm.checkpoint.CheckpointConfig;
import io.github.tribuollm.llm.checkpoint.CheckpointException;
import io.github.tribuollm.llm.checkpoint.Storage;
import io.github.tribuollm.llm.checkpoint.Weights;
import io.github.tribuollm.llm.graphs.ModelShape;
import io.github.tribuollm.llm.graphs.StepTask;
import io.github.tribuollm.llm.graphs.TrainingException;
import io.github.tribuollm.llm.graphs.TrainingGraph;
import io.github.tribuollm.llm.lora.AdapterForm;
import io.github.tribuollm.llm.lora.LoraConfig;
import io.github.tribuollm.llm.memory.MemoryPlan.Settings;
import io.github.tribuollm.objectives.Objective;
import io.github.tribuollm.runtime.Backend;
import io.github.tribuollm.runtime.ComputeType;
import io.github.tribuollm.runtime.ExecutionProvider;
import io.github.tribuollm.runtime.Feeds;
import io.github.tribuollm.runtime.GraphSession;
import io.github.tribuollm.runtime.WeightSource;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class MemoryPlannerTest {
    private static final LoraConfig LORA = new LoraConfig(8, 16, 0, List.of(LoraConfig.ALL_LINEAR));
    private static final long PLENTY = 1L << 40;

    @TempDir
    Path directory;

    private static ModelShape shape(Architecture architecture, boolean recompute, int rows, int length) {
        AdapterForm form = AdapterForm.of(LORA, architecture.linearLayers());
        return new ModelShape(architecture, Optional.of(form), length, rows, recompute);
    }

    private static MemoryPlanner planner(ModelShape shape, Weights weights) {
        return MemoryPlanner.training(
                StepTask.of(Objective.mle(), shape, Optional.empty()), Optional.of(weights), List.of(), 8);
    }

    /** A model of 0.3 GB whose weights are holes in a file: nothing may read them. */
    private Weights weights() throws IOException {
        Files.writeString(directory.resolve("config.json"), """
                {"model_type": "llama", "hidden_size": 1024, "intermediate_size": 4096, "num_hidden_layers": 4,
                 "num_attention_heads": 8, "num_key_value_heads": 8, "vocab_size": 65536,
                 "max_position_embeddings": 4096, "rms_norm_eps": 1e-5, "tie_word_embeddings": true}
                """);
        RandomCheckpoint.holes(
                directory.resolve("model.safetensors"), "BF16", architecture().shapes());
        return Weights.open(directory);
    }

    private Architecture architecture() {
        return Architectures.of(CheckpointConfig.read(directory.resolve("config.json")));
    }

    @Test
    void storageIsDecidedByTheMemory() throws IOException {
        try (Weights weights = weights()) {
            MemoryPlanner planner = planner(shape(architecture(), false, 8, 256), weights);
            MemoryPlan wide = planner.decide(Storage.AUTO, PLENTY, PLENTY);
            assertEquals(Storage.FLOAT32, wide.settings().storage());
            MemoryPlan stored = planner.decide(Storage.AUTO, wide.peak() + 1, PLENTY);
            assertEquals(Storage.STORED, stored.settings().storage());
            assertEquals(
                    Storage.STORED,
                    planner.decide(Storage.AUTO, PLENTY, 1 << 20).settings().storage());
            assertEquals(2 * stored.mapped(), wide.widened(), 100_000);
            assertTrue(stored.peak() < wide.peak(), stored + " " + wide);
        }
    }

    @Test
    void whatCannotFitIsRefusedWithSettingsThatWould() throws IOException {
        try (Weights weights = weights()) {
            MemoryPlanner planner = planner(shape(architecture(), false, 8, 1024), weights);
            long enough =
                    planner.plan(new Settings(Storage.STORED, true, 4, 1024)).peak();
            String message = assertThrows(
                            TrainingException.class, () -> planner.decide(Storage.FLOAT32, enough, PLENTY))
                    .getMessage();
            assertTrue(message.contains("storage STORED, recompute true, micro-batch 4, length 1024"), message);
            String hopeless = assertThrows(TrainingException.class, () -> planner.decide(Storage.AUTO, 1 << 20, PLENTY))
                    .getMessage();
            assertTrue(hopeless.contains("smaller model"), hopeless);
        }
    }

    @Test
    void lessIsNeededWithLess() throws IOException {
        try (Weights weights = weights()) {
            MemoryPlanner planner = planner(shape(architecture(), false, 8, 1024), weights);
            long[] peaks = Stream.of(
                            new Settings(Storage.FLOAT32, false, 8, 1024),
                            new Settings(Storage.STORED, false, 8, 1024),
                            new Settings(Storage.STORED, true, 8, 1024),
                            new Settings(Storage.STORED, true, 4, 1024),
                            new Settings(Storage.STORED, true, 4, 512))
                    .mapToLong(settings -> planner.plan(settings).peak())
                    .toArray();
            for (int i = 1; i < peaks.length; i++) {
                assertTrue(peaks[i] < peaks[i - 1], "step " + i + ": " + peaks[i] + " after " + peaks[i - 1]);
            }
        }
    }

    @Test
    void bytesNeedLessThanFloatsFourBitsLessAndNeitherIsForAGpu() throws IOException {
        try (Weights weights = weights()) {
            ModelShape shape = shape(architecture(), false, 8, 256);
            MemoryPlanner planner = planner(shape, weights);
            MemoryPlan bytes = planner.decide(Storage.INT8, PLENTY, PLENTY);
            MemoryPlan wide = planner.decide(Storage.FLOAT32, PLENTY, PLENTY);
            assertEquals(Storage.INT8, bytes.settings().storage());
            assertTrue(bytes.mapped() + bytes.widened() < 0.85 * (wide.mapped() + wide.widened()), bytes + " " + wide);
            MemoryPlan bits = planner.decide(Storage.INT4, PLENTY, PLENTY);
            assertEquals(Storage.INT4, bits.settings().storage());
            assertTrue(bits.mapped() + bits.widened() < bytes.mapped() + bytes.widened(), bits + " " + bytes);
            MemoryPlanner elsewhere = planner(shape.on(cuda(0, ComputeType.FLOAT32)), weights);
            for (Storage rounded : List.of(Storage.INT8, Storage.INT4)) {
                assertThrows(CheckpointException.class, () -> elsewhere.decide(rounded, PLENTY, PLENTY));
            }
        }
    }

    private static Backend cuda(long memoryLimit, ComputeType type) {
        return new Backend(ExecutionProvider.CUDA, 0, memoryLimit, false, type);
    }

    @Test
    void onAGpuTheHostHoldsNoActivations() throws IOException {
        try (Weights weights = weights()) {
            ModelShape shape = shape(architecture(), false, 8, 1024);
            Settings settings = new Settings(Storage.FLOAT32, false, 8, 1024);
            MemoryPlan cpu = planner(shape, weights).plan(settings);
            MemoryPlan narrow =
                    planner(shape.on(cuda(0, ComputeType.BFLOAT16)), weights).plan(settings);
            MemoryPlan wide =
                    planner(shape.on(cuda(0, ComputeType.FLOAT32)), weights).plan(settings);
            DeviceMemory device = narrow.device().orElseThrow();
            DeviceMemory exact = wide.device().orElseThrow();
            assertTrue(cpu.device().isEmpty());
            assertEquals(0, narrow.kept() + narrow.layers() + narrow.outputLayer() + narrow.scoring());
            long activations = cpu.kept() + Math.max(cpu.layers(), cpu.outputLayer());
            assertEquals(activations, exact.activations(), 0.02 * activations, "the sums of gradients come to them");
            DeviceMemory apart = planner(shape.on(cuda(0, ComputeType.FLOAT32)), weights)
                    .plan(new Settings(Storage.FLOAT32, false, 4, 1024))
                    .device()
                    .orElseThrow();
            assertEquals(0.5 * activations, apart.activations(), 0.1 * activations, "one micro-batch at a time");
            assertTrue(device.activations() < exact.activations(), device + " " + exact);
            assertTrue(narrow.peak()
                    < planner(shape, weights)
                            .plan(new Settings(Storage.STORED, false, 8, 1024))
                            .peak());
            assertEquals(0, narrow.widened(), 100_000, "the file has this type already");
        }
    }

    @Test
    void weightsGoToAGpuInTheComputeType() throws IOException {
        try (Weights weights = weights()) {
            ModelShape shape = shape(architecture(), false, 8, 256);
            long matrices = 0;
            long vectors = 0;
            for (long[] sizes : architecture().shapes().values()) {
                long elements = java.util.Arrays.stream(sizes).reduce(1, (a, b) -> a * b);
                matrices += sizes.length > 1 ? elements : 0;
                vectors += sizes.length > 1 ? 0 : elements;
            }
            for (Storage storage : List.of(Storage.AUTO, Storage.FLOAT32, Storage.STORED)) {
                assertEquals(
                        2 * matrices + 4 * vectors,
                        planner(shape.on(cuda(0, ComputeType.FLOAT16)), weights)
                                .decide(storage, PLENTY, PLENTY)
                                .device()
                                .orElseThrow()
                                .weights());
                assertEquals(
                        4 * matrices + 4 * vectors,
                        planner(shape.on(cuda(0, ComputeType.FLOAT32)), weights)
                                .decide(storage, PLENTY, PLENTY)
                                .device()
                                .orElseThrow()
                                .weights());
            }
        }
    }

    @Test
    void whatIsLargerThanTheLimitOfAGpuIsRefusedWithSettingsThatFit() throws IOException {
        try (Weights weights = weights()) {
            ModelShape shape = shape(architecture(), false, 8, 1024);
            long enough = planner(shape.on(cuda(0, ComputeType.BFLOAT16)), weights)
                    .plan(new Settings(Storage.FLOAT32, true, 4, 1024))
                    .device()
                    .orElseThrow()
                    .session();
            MemoryPlanner limited = planner(shape.on(cuda(enough, ComputeType.BFLOAT16)), weights);
            String message = assertThrows(TrainingException.class, () -> limited.decide(Storage.AUTO, PLENTY, PLENTY))
                    .getMessage();
            assertTrue(message.contains("of the GPU (memoryLimit); it would fit in "), message);
            assertTrue(message.endsWith("recompute true, micro-batch 4, length 1024"), message);
        }
    }

    /** With 26 layers, what waits for the backward pass is one hidden state a layer, and the output layer's input. */
    @Test
    void recomputationKeepsOneStateALayer() throws IOException {
        Graph.Model model = gemma(true);
        Map<String, Long> sizes = Map.of("B", 8L, "T", 256L, "N", 8L * 255);
        List<Schedule.Moment> moments = model.schedule().moments(sizes);
        int head = 0;
        while (!moments.get(head).outputs().get(0).shape().dims().contains(Dim.of(256000))) {
            head++;
        }
        long state = 8 * 256 * 2304 * 4;
        assertEquals(27.5 * state, moments.get(head - 1).live(), 1.5 * state);
    }

    @Test
    void noTensorOfLogitsIsLargerThanAChunk() throws IOException {
        Map<String, Long> sizes = Map.of("B", 8L, "T", 256L, "N", 8L * 255);
        int logits = 0;
        for (Schedule.Moment moment : gemma(false).schedule().moments(sizes)) {
            boolean weight = moment.outputs().get(0).shape().dims().equals(List.of(Dim.of(256000), Dim.of(2304)));
            if (!weight
                    && moment.outputs().stream().anyMatch(t -> t.shape().dims().contains(Dim.of(256000)))) {
                assertTrue(moment.largest() <= 4L << 25, moment.toString());
                logits++;
            }
        }
        assertTrue(logits >= 3 * 16, logits + " tensors of logits");
    }

    private Graph.Model gemma(boolean recompute) throws IOException {
        Path config = directory.resolve("config.json");
        RandomCheckpoint.Model model = RandomCheckpoint.Model.GEMMA2;
        Files.writeString(config, model.config(model.layers()).toString());
        Architecture architecture = architecture();
        Objective objective = Objective.mle();
        WeightSource types = new WeightSource() {
            @Override
            public ElementType type(String name) {
                return architecture.shapes().get(name).length == 1 ? ElementType.FLOAT : ElementType.BFLOAT16;
            }

            @Override
            public Place place(String name) {
                throw new IllegalStateException("Only a plan is made");
            }
        };
        return new TrainingGraph(shape(architecture, recompute, 8, 256), types, Optional.empty())
                .withGivenWeights(objective, objective.requirements());
    }

    @Test
    void controlGroupsLimitWhatIsAvailable() throws IOException {
        assertEquals(OptionalLong.empty(), AvailableMemory.under(directory));
        write("proc/meminfo", "MemTotal:       20 kB\nMemAvailable:     5000 kB\n");
        assertEquals(OptionalLong.of(5000 * 1024), AvailableMemory.under(directory));
        write("sys/fs/cgroup/memory.max", "max\n");
        assertEquals(OptionalLong.of(5000 * 1024), AvailableMemory.under(directory));
        write("sys/fs/cgroup/memory.max", "1000000\n");
        write("sys/fs/cgroup/memory.current", "700000\n");
        write("sys/fs/cgroup/memory.stat", "anon 1\nfile 200000\nfile_mapped 3\n");
        assertEquals(OptionalLong.of(500_000), AvailableMemory.under(directory));
        write("proc/self/cgroup", "0::/service/run\n");
        write("sys/fs/cgroup/service/memory.max", "300000\n");
        assertEquals(OptionalLong.of(300_000), AvailableMemory.under(directory));
        write("sys/fs/cgroup/memory/memory.limit_in_bytes", "400000");
        write("sys/fs/cgroup/memory/memory.usage_in_bytes", "500000");
        assertEquals(OptionalLong.of(0), AvailableMemory.under(directory));
    }

    private void write(String file, String text) throws IOException {
        Path path = directory.resolve(file);
        Files.createDirectories(path.getParent());
        Files.writeString(path, text);
    }

    @Test
    void tensorsOfTwoGibibytesAreMappedByTheSession() throws IOException {
        long rows = (1L << 29) / 1024 + 8;
        RandomCheckpoint.holes(directory.resolve("model.safetensors"), "F32", Map.of("t", new long[] {rows, 1024}));
        try (Weights weights = Weights.open(directory)) {
            WeightSource source = weights.source(Storage.FLOAT32);
            assertTrue(
                    source.place("t") instanceof WeightSource.FileRegion,
                    source.place("t").toString());
            Graph graph = new Graph();
            Tensor last = graph.weight("t", rows, 1024).gather(graph.input("index", ElementType.INT64, Dim.ONE));
            try (GraphSession session = GraphSession.open(graph.model(Map.of("y", last.add(1))), source);
                    Feeds feeds = new Feeds().integers("index", new long[] {rows - 1}, 1);
                    GraphSession.Outputs outputs = session.run(feeds)) {
                assertEquals(1, outputs.floats("y")[1023]);
            }
        }
    }
}
