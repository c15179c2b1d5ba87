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
package io.github.tribuollm.llm.training;

import io.github.tribuollm.llm.TokenSequenceSource;
import io.github.tribuollm.llm.architecture.Architecture;
import io.github.tribuollm.llm.architecture.Architectures;
import io.github.tribuollm.llm.architecture.LinearLayer;
import io.github.tribuollm.llm.checkpoint.Checkpoint;
import io.github.tribuollm.llm.checkpoint.Storage;
import io.github.tribuollm.llm.data.Gsm8kSource;
import io.github.tribuollm.llm.data.QuestionAnswerTemplate;
import io.github.tribuollm.llm.data.TokenSequence;
import io.github.tribuollm.llm.data.TruncationPolicy;
import io.github.tribuollm.llm.lora.LoraConfig;
import io.github.tribuollm.objectives.CounterRandom;
import io.github.tribuollm.objectives.Objective;
import io.github.tribuollm.runtime.WeightSource;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** The bundled checkpoint with a random adapter, and sixteen of its word problems: one step of a real size. */
final class BundledModel implements AutoCloseable {
    private static final Path RESOURCES = Path.of(System.getProperty("test.resources", "test-resources"));
    private static final int DOCUMENTS = 16;
    private static final LoraConfig LORA = new LoraConfig(4, 8, 0, List.of(LoraConfig.ALL_LINEAR));

    final Checkpoint checkpoint = Checkpoint.open(RESOURCES.resolve("tiny-llama"));
    final WeightSource weights = checkpoint.weights().source(Storage.FLOAT32);
    final List<TokenSequence> data;
    final ModelShape shape;
    final ParameterSet student;

    BundledModel() {
        data = problems("train").subList(0, DOCUMENTS);
        Architecture architecture = Architectures.of(checkpoint);
        int longest = data.stream().mapToInt(TokenSequence::length).max().orElseThrow();
        shape = new ModelShape(
                architecture,
                Optional.of(LORA),
                architecture.linearLayers().stream().map(LinearLayer::module).collect(Collectors.toSet()),
                longest,
                DOCUMENTS,
                false);
        Map<String, long[]> sizes = new LinkedHashMap<>();
        for (LinearLayer layer : architecture.linearLayers()) {
            sizes.put(layer.module() + ".lora_A.weight", new long[] {LORA.rank(), layer.in()});
            sizes.put(layer.module() + ".lora_B.weight", new long[] {layer.out(), LORA.rank()});
        }
        student = new ParameterSet(sizes);
        student.initialiseAdapter(1);
        student.values().forEach((name, values) -> {
            for (int i = 0; name.endsWith("lora_B.weight") && i < values.capacity(); i++) {
                values.put(i, 0.2f * (CounterRandom.uniform(7, name.hashCode(), i) - 0.5f));
            }
        });
    }

    /** The word problems of a split, train or heldout. */
    List<TokenSequence> problems(String split) {
        return new TokenSequenceSource(
                        checkpoint.directory(),
                        new Gsm8kSource(RESOURCES.resolve("data/word-problems-" + split + ".jsonl")),
                        new QuestionAnswerTemplate(),
                        512,
                        TruncationPolicy.TRUNCATE_END)
                .sequences();
    }

    /** A step whose reference model is the base. */
    OptimiserStep step(Objective objective) {
        return new OptimiserStep(objective, shape, student, Optional.of(ReferenceModel.base(shape)), weights, 0);
    }

    /** All documents in one micro-batch. */
    List<MicroBatch> batch() {
        return batch(data);
    }

    static List<MicroBatch> batch(List<TokenSequence> documents) {
        return List.of(
                MicroBatch.of(documents, IntStream.range(0, documents.size()).toArray()));
    }

    static double milliseconds(OptimiserStep step, List<MicroBatch> batch) {
        long start = System.nanoTime();
        step.compute(batch, 0);
        return (System.nanoTime() - start) * 1e-6;
    }

    static double median(List<Double> values) {
        return values.stream().sorted().toList().get(values.size() / 2);
    }

    @Override
    public void close() {
        student.close();
        checkpoint.close();
    }
}
