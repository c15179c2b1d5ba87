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

import io.github.tribuollm.llm.checkpoint.Tokenizer;
import io.github.tribuollm.llm.generation.sampling.Alternative;
import io.github.tribuollm.llm.generation.sampling.ChosenToken;
import io.github.tribuollm.llm.generation.sampling.FinishReason;
import io.github.tribuollm.uncertainty.Measure;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;

/** What an unfinished job has generated, saved and read again. */
public final class SavedGenerations {
    public static final String FILE = "answers.part";

    private static final String JOB = "0123456789abcdef".repeat(4);

    private SavedGenerations() {}

    /** Saves two blocks of answers in a directory. */
    public static void write(Path directory, Tokenizer tokenizer) {
        Prompt prompt = new Prompt("d:1", Prompt.Layout.PLAIN, "Hello \u00e9", Optional.of("truth"), new int[] {5, 6});
        ChosenToken token =
                new ChosenToken(7, -0.5, -0.25, 1.5, List.of(new Alternative(8, -1.25)), Map.of(Measure.ENTROPY, 0.5f));
        Answer answer = new Answer(0, " there", List.of(token, token), FinishReason.LENGTH, OptionalDouble.of(-0.1));
        Generation generation = new Generation(prompt, List.of(answer));
        try (UnfinishedGenerations unfinished = UnfinishedGenerations.open(directory.resolve(FILE), JOB)) {
            unfinished.add(List.of(generation), tokenizer);
            unfinished.add(List.of(generation, generation), tokenizer);
        }
    }

    /** Reads what is in a directory, as the job does that goes on, and checks its numbers. */
    public static void read(Path directory) {
        try (UnfinishedGenerations unfinished = UnfinishedGenerations.open(directory.resolve(FILE), JOB)) {
            unfinished.forEach(generation -> generation.answers().forEach(SavedGenerations::check));
        }
    }

    private static void check(Answer answer) {
        for (ChosenToken token : answer.tokens()) {
            if (token.token() < 0 || Double.isInfinite(token.logProbability()) || Double.isInfinite(token.entropy())) {
                throw new AssertionError("accepted " + token);
            }
        }
    }
}
