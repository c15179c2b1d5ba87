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

import com.oracle.labs.mlrg.olcut.config.ConfigurationManager;
import com.oracle.labs.mlrg.olcut.config.PropertyException;
import com.oracle.labs.mlrg.olcut.provenance.ProvenanceUtil;
import io.github.tribuollm.fixtures.TinyModel;
import io.github.tribuollm.llm.CausalLMModel;
import io.github.tribuollm.llm.CausalLMTrainer;
import io.github.tribuollm.llm.data.Gsm8kSource;
import io.github.tribuollm.llm.data.TruncationPolicy;
import io.github.tribuollm.llm.data.template.QuestionAnswerTemplate;
import io.github.tribuollm.llm.token.TokenSequenceDataset;
import io.github.tribuollm.llm.token.TokenSequenceSource;
import io.github.tribuollm.objectives.Objective;
import io.github.tribuollm.objectives.token.TokenMeasure;
import io.github.tribuollm.runtime.Backend;
import io.github.tribuollm.runtime.ComputeType;
import io.github.tribuollm.runtime.CudaUnavailable;
import io.github.tribuollm.runtime.Execution;
import io.github.tribuollm.runtime.ExecutionProvider;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Shows what the setting of where graphs run does: it survives XML to object to provenance to XML, it is recorded with
 * what was really taken, wrong values and a missing GPU are errors, AUTO says what it took and why, and on the CPU
 * every way to ask for float32 gives the same bits of a trained adapter and of scores.
 */
final class ExecutionEvidence {
    private static final Path RESOURCES = Path.of(System.getProperty("test.resources", "test-resources"));
    private static final Path BASE = RESOURCES.resolve("tiny-llama");
    private static final long LIMIT = 20_000_000_000L;

    private ExecutionEvidence() {}

    /** What came out of a run. */
    private record Outcome(String adapter, List<Float> losses, String provider, String computeType) {}

    /**
     * Prints the evidence.
     *
     * @param args none
     * @throws IOException if a file cannot be written
     */
    public static void main(String[] args) throws IOException {
        int trips = roundTrips();
        int refused = refusals();
        Outcome usual = run(new Execution());
        Outcome processor = run(new Execution(ExecutionProvider.CPU, ComputeType.FLOAT32));
        Outcome narrow = run(new Execution(ExecutionProvider.CPU, ComputeType.BFLOAT16));
        Execution auto = new Execution(ExecutionProvider.AUTO, ComputeType.FLOAT32);
        Backend taken = auto.backend();
        System.out.println("auto: " + taken.description());
        Outcome decided = run(auto);
        boolean same = usual.equals(processor) && (taken.onDevice() || usual.equals(decided));
        boolean recorded = decided.provider().equals(taken.provider().name())
                && narrow.computeType().equals("BFLOAT16")
                && !narrow.losses().equals(usual.losses());
        boolean explained = taken.reason().isPresent() && cuda().isPresent() != taken.onDevice();
        boolean holds = trips == all().size() && refused == WRONG.size() && same && recorded && explained;
        System.out.printf(
                Locale.ROOT,
                "{\"claim\": \"execution-setting\", \"round_trips\": %d, \"refused\": %d, \"auto\": \"%s\","
                        + " \"identical\": %b, \"recorded\": %b, \"explained\": %b, \"holds\": %b}%n",
                trips,
                refused,
                taken.provider(),
                same,
                recorded,
                explained,
                holds);
        System.exit(holds ? 0 : 1);
    }

    private static List<Execution> all() {
        List<Execution> all = new ArrayList<>();
        for (ComputeType type : ComputeType.values()) {
            for (ExecutionProvider provider : ExecutionProvider.values()) {
                all.add(new Execution(provider, type));
            }
        }
        all.add(new Execution(ExecutionProvider.CUDA, 1, LIMIT, true, ComputeType.FLOAT32));
        return all;
    }

    private static int roundTrips() throws IOException {
        int same = 0;
        for (Execution execution : all()) {
            CausalLMTrainer trainer = trainer().withExecution(execution);
            String first = xml(trainer);
            Path file = Files.createTempFile("execution", ".xml");
            Files.writeString(file, first);
            CausalLMTrainer again = new ConfigurationManager(file.toString())
                    .lookupAll(CausalLMTrainer.class)
                    .get(0);
            Files.delete(file);
            boolean equal = xml(again).equals(first)
                    && again.execution()
                            .getProvenance()
                            .toString()
                            .equals(execution.getProvenance().toString());
            same += equal ? 1 : 0;
        }
        return same;
    }

    /** The configuration that the provenance describes. */
    private static String xml(CausalLMTrainer trainer) throws IOException {
        ConfigurationManager manager = new ConfigurationManager();
        manager.addConfiguration(ProvenanceUtil.extractConfiguration(trainer.getProvenance()));
        Path file = Files.createTempFile("execution", ".xml");
        manager.save(file.toFile(), true);
        try (Stream<String> lines = Files.lines(file)) {
            return String.join(
                    "\n", lines.filter(line -> !line.contains("<!--")).toList());
        } finally {
            Files.delete(file);
        }
    }

    private static final List<Runnable> WRONG = List.of(
            () -> new Execution(ExecutionProvider.CPU, 1, 0, false, ComputeType.FLOAT32),
            () -> new Execution(ExecutionProvider.CPU, 0, LIMIT, false, ComputeType.FLOAT32),
            () -> new Execution(ExecutionProvider.CPU, 0, 0, true, ComputeType.FLOAT32),
            () -> new Execution(ExecutionProvider.CUDA, 0, 0, true, ComputeType.FLOAT16),
            () -> new Execution(ExecutionProvider.CUDA, -1, 0, false, ComputeType.FLOAT32),
            () -> new Execution(ExecutionProvider.AUTO, 0, -1, false, ComputeType.FLOAT32));

    private static int refusals() {
        int refused = 0;
        for (Runnable wrong : WRONG) {
            try {
                wrong.run();
            } catch (PropertyException e) {
                System.out.println("refused: " + e.getProperty() + " " + e.getMsg());
                refused++;
            }
        }
        return refused;
    }

    /** Why CUDA cannot be used; empty if it can. */
    private static Optional<String> cuda() {
        try {
            new Execution(ExecutionProvider.CUDA, ComputeType.FLOAT32).backend();
            return Optional.empty();
        } catch (CudaUnavailable e) {
            System.out.println("cuda: " + e.getMessage());
            return Optional.of(e.getMessage());
        }
    }

    private static CausalLMTrainer trainer() {
        return TinyModel.trainer(BASE, Objective.maskedMle(0.75), Map.of("rank", "8", "batchSize", "8"));
    }

    private static Outcome run(Execution execution) {
        TokenSequenceSource source = new TokenSequenceSource(
                BASE,
                new Gsm8kSource(RESOURCES.resolve("data/word-problems-train.jsonl"), 0, 16),
                new QuestionAnswerTemplate(),
                256,
                TruncationPolicy.TRUNCATE_END);
        try (CausalLMModel model = trainer().withExecution(execution).train(new TokenSequenceDataset(source))) {
            List<Float> losses = new ArrayList<>();
            model.score(source.sequences(), List.of(TokenMeasure.NLL), 8, (batch, scores) -> {
                for (float nll : scores.of(TokenMeasure.NLL)) {
                    losses.add(nll);
                }
            });
            Map<String, ?> recorded =
                    model.getProvenance().getInstanceProvenance().getMap();
            return new Outcome(
                    model.adapter().orElseThrow().sha256(),
                    losses,
                    recorded.get("execution-provider").toString(),
                    recorded.get("compute-type").toString());
        }
    }
}
