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
package io.github.tribuollm.llm.generation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.tribuollm.fixtures.TinyModel;
import io.github.tribuollm.llm.CausalLMModel;
import io.github.tribuollm.llm.CausalLMTrainer;
import io.github.tribuollm.llm.data.TokenSequence;
import io.github.tribuollm.llm.generation.sampling.Stopping;
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
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Held-out prompts are answered while a model is trained. */
final class AnswersInTrainingTest {
    @TempDir
    private Path directory;

    @Test
    void answersOfAllEvaluationsStandSideBySide() throws IOException {
        Path base = TinyModel.checkpoint(directory.resolve("base"), 1);
        TokenSequenceSource source = TinyModel.source(base, TinyModel.rows(directory.resolve("rows.jsonl"), 2));
        List<TokenSequence> asked = source.sequences().subList(0, 2);
        Generator generator = new Generator(base).withStopping(new Stopping().withMaxNewTokens(8));
        Path page = directory.resolve("answers.html");
        AnswersInTraining answers = new AnswersInTraining(generator, asked, page);
        CausalLMTrainer trainer = new CausalLMTrainer(base, Objective.mle())
                .withTuning(new Lora().withRank(4))
                .withOptimisation(new Optimisation().withLearningRate(0.03))
                .withBatches(new Batches().withBatchSize(4))
                .withHeldOut(
                        new HeldOut().with("sums", source).with("again", source).withInterval(3))
                .withListener(answers);
        try (CausalLMModel trained = trainer.train(new TokenSequenceDataset(source))) {
            String html = Files.readString(page);
            for (int step : new int[] {0, 3, 6}) {
                assertTrue(html.contains("train, step " + step), "no step " + step);
            }
            String text = answers.toString();
            assertEquals(2 * 4, text.lines().count(), text);
            String last = text.lines().skip(3).findFirst().orElseThrow();
            TokenSequence first = asked.get(0);
            int[] tokens = Arrays.copyOf(first.tokens(), first.completion().nextSetBit(0));
            try (GenerationSession session = trained.generator()
                    .withStopping(new Stopping().withMaxNewTokens(8))
                    .open()) {
                Prompt prompt = new Prompt("", Prompt.Layout.PLAIN, "", Optional.empty(), tokens);
                int[] ids = session.generate(prompt, GenerationListener.NONE)
                        .answers()
                        .get(0)
                        .ids();
                String said = session.tokenizer().decode(ids).replace("\n", "\u21B5");
                assertTrue(last.endsWith("train, step 6: " + said), last + " is not " + said);
            }
        }
    }
}
