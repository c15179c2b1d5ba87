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
package io.github.tribuollm.golden;

import io.github.tribuollm.llm.CausalLMModel;
import io.github.tribuollm.llm.CausalLMTrainer;
import io.github.tribuollm.llm.data.ConversationSplit;
import io.github.tribuollm.llm.data.Gsm8kSource;
import io.github.tribuollm.llm.data.TruncationPolicy;
import io.github.tribuollm.llm.data.template.QuestionAnswerTemplate;
import io.github.tribuollm.llm.reproduction.ModelReproduction;
import io.github.tribuollm.llm.token.TokenSequenceDataset;
import io.github.tribuollm.llm.token.TokenSequenceSource;
import io.github.tribuollm.llm.training.Batches;
import io.github.tribuollm.llm.training.HeldOut;
import io.github.tribuollm.llm.training.Lora;
import io.github.tribuollm.llm.training.Optimisation;
import io.github.tribuollm.objectives.Objective;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Writes what {@link GoldenFilesTest} reads: a model, a data set and an experiment, as this version serialises them.
 * The paths in them are those of the directory in which it runs, which holds {@code tiny-llama} and {@code rows.jsonl}.
 */
public final class MakeGoldenFiles {
    private MakeGoldenFiles() {}

    /**
     * Writes the files.
     *
     * @param arguments the directory with the inputs, which becomes part of the files; the directory to write to
     * @throws IOException if a file cannot be written
     */
    public static void main(String[] arguments) throws IOException {
        Path inputs = Path.of(arguments[0]);
        Path output = Files.createDirectories(Path.of(arguments[1]));
        Path checkpoint = inputs.resolve("tiny-llama");
        TokenSequenceDataset data = new TokenSequenceDataset(source(inputs, ConversationSplit.Part.TRAIN));
        CausalLMTrainer trainer = new CausalLMTrainer(checkpoint, Objective.maskedMleDistill(0.75))
                .withTuning(new Lora().withRank(2).withAlpha(4).withTargetModules("q_proj"))
                .withOptimisation(new Optimisation().withLearningRate(1e-3))
                .withBatches(new Batches().withBatchSize(4))
                .withHeldOut(new HeldOut().with("rows", source(inputs, ConversationSplit.Part.HELD_OUT)));
        try (CausalLMModel model = trainer.train(data)) {
            model.serializeToFile(output.resolve("model.tribuo"));
            Files.writeString(
                    output.resolve("adapter.sha256"),
                    model.adapter().orElseThrow().sha256() + "\n");
            ModelReproduction.of(model.getProvenance()).save(output.resolve("experiment.xml"));
        }
        data.serializeToFile(output.resolve("data.tribuo"));
    }

    private static TokenSequenceSource source(Path inputs, ConversationSplit.Part part) {
        return new TokenSequenceSource(
                inputs.resolve("tiny-llama"),
                new ConversationSplit(new Gsm8kSource(inputs.resolve("rows.jsonl")), 0.25, 1, part),
                new QuestionAnswerTemplate(),
                128,
                TruncationPolicy.TRUNCATE_END);
    }
}
