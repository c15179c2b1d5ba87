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

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.Gson;
import com.google.gson.annotations.SerializedName;
import io.github.tribuollm.llm.data.template.QuestionAnswerTemplate;
import io.github.tribuollm.llm.generation.sampling.Stopping;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** Scores of answers against those of other implementations, which reference/make_answer_scores.py asked. */
class AnswerScoresTest {
    private static final Path RESOURCES = Path.of(System.getProperty("test.resources"));
    private static final Map<String, AnswerScore> BY_LABEL =
            Arrays.stream(AnswerScore.values()).collect(Collectors.toMap(AnswerScore::label, Function.identity()));

    private record Pair(String a, String b, double f) {}

    private record Expected(String prompt, int[] tokens, String text, Map<String, Double> scores) {}

    private record Fixture(@SerializedName("new_tokens") int newTokens, List<Pair> rouge, List<Expected> answers) {
        static Fixture read() throws IOException {
            return new Gson()
                    .fromJson(Files.readString(RESOURCES.resolve("fixtures/answer-scores.json")), Fixture.class);
        }
    }

    @Test
    void rougeIsThatOfRougeScore() throws IOException {
        List<Pair> pairs = Fixture.read().rouge;
        assertTrue(pairs.size() > 100);
        for (Pair pair : pairs) {
            assertEquals(pair.f, RougeL.of(pair.a).similarity(RougeL.of(pair.b)), 1e-12, pair.toString());
        }
    }

    @Test
    void scoresAreThoseOfTransformersLogits() throws IOException {
        Fixture fixture = Fixture.read();
        Generator generator = new Generator(RESOURCES.resolve("tiny-llama"))
                .withTemplate(new QuestionAnswerTemplate())
                .withStopping(new Stopping().withMaxNewTokens(fixture.newTokens))
                .withTruth(true);
        try (GenerationSession session = generator.open()) {
            List<Prompt> prompts = fixture.answers.stream()
                    .map(expected -> session.continued(expected.prompt))
                    .toList();
            List<Generation> generations =
                    session.generate(prompts, GenerationListener.NONE).list();
            for (int i = 0; i < generations.size(); i++) {
                Expected expected = fixture.answers.get(i);
                Answer answer = generations.get(i).answers().get(0);
                assertArrayEquals(expected.tokens, answer.ids());
                assertEquals(expected.text, answer.text());
                assertEquals(BY_LABEL.keySet(), expected.scores.keySet());
                expected.scores.forEach((label, value) ->
                        assertEquals(value, answer.score(BY_LABEL.get(label)), 1e-4, expected.prompt + " " + label));
            }
        }
    }
}
