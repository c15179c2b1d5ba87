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
package io.github.tribuollm.llm.evaluation.judge;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.tribuollm.llm.checkpoint.Checkpoint;
import io.github.tribuollm.llm.data.Conversation;
import io.github.tribuollm.llm.data.Message;
import io.github.tribuollm.llm.data.template.QuestionAnswerTemplate;
import io.github.tribuollm.llm.evaluation.EvaluationException;
import io.github.tribuollm.llm.evaluation.alpacaeval.JudgeAnswer;
import io.github.tribuollm.llm.generation.Generation;
import io.github.tribuollm.llm.generation.GenerationListener;
import io.github.tribuollm.llm.generation.GenerationSession;
import io.github.tribuollm.llm.generation.Generator;
import io.github.tribuollm.llm.generation.sampling.Alternative;
import io.github.tribuollm.llm.generation.sampling.Stopping;
import io.github.tribuollm.llm.training.InterruptedRun;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A checkpoint's preference is what it gives to the labels as the first token of its answer. */
final class CheckpointJudgeTest {
    private static final String TINY =
            Path.of(System.getProperty("test.resources"), "tiny-llama").toString();

    @TempDir
    private Path directory;

    private static List<Conversation> questions(int number) {
        return IntStream.range(0, number)
                .mapToObj(
                        i -> new Conversation(List.of(new Message(Message.USER, "Which is best, " + i + "?")), "test"))
                .toList();
    }

    private static CheckpointJudge judge() {
        return new CheckpointJudge(TINY).withTemplate(new QuestionAnswerTemplate());
    }

    @Test
    void labelsHaveTheProbabilitiesOfTheNextToken() throws IOException {
        Path kept = directory.resolve("judged.jsonl");
        List<JudgeAnswer> answers = judge().answers(questions(10), kept, () -> false);
        int vocabulary;
        int[] labels;
        try (Checkpoint base = Checkpoint.open(Path.of(TINY))) {
            vocabulary = base.tokenizer().vocabularySize();
            labels =
                    new int[] {base.tokenizer().encode("m")[0], base.tokenizer().encode("M")[0]};
        }
        Generator generator = new Generator(TINY)
                .withTemplate(new QuestionAnswerTemplate())
                .withStopping(new Stopping().withMaxNewTokens(1))
                .withAlternatives(vocabulary - 1);
        try (GenerationSession session = generator.open()) {
            for (int i = 0; i < answers.size(); i++) {
                Generation next = session.generate(session.asked(questions(10).get(i)), GenerationListener.NONE);
                var likely = next.answers().get(0).tokens().get(0).alternatives().stream()
                        .collect(Collectors.toMap(Alternative::token, Alternative::logProbability));
                assertEquals(
                        likely.get(labels[0]), answers.get(i).logProbabilities().get("m"), 1e-3);
                assertEquals(
                        likely.get(labels[1]), answers.get(i).logProbabilities().get("M"), 1e-3);
            }
        }
        assertEquals(10, Files.readAllLines(kept).size());
        assertEquals(answers, judge().answers(questions(10), kept, () -> false));
        assertEquals(10, Files.readAllLines(kept).size());
    }

    @Test
    void questionsThatDoNotFitAreRefused() {
        Conversation endless =
                new Conversation(List.of(new Message(Message.USER, "Which one is best? ".repeat(300))), "test");
        EvaluationException refused = assertThrows(
                EvaluationException.class,
                () -> judge().answers(List.of(endless), directory.resolve("judged.jsonl"), () -> false));
        assertTrue(refused.getMessage().contains("positions"), refused.getMessage());
    }

    @Test
    void aQuestionIsToldByItsPlaceAlsoWhereOthersAreAnswered() {
        Path kept = directory.resolve("judged.jsonl");
        judge().answers(questions(1), kept, () -> false);
        Conversation endless =
                new Conversation(List.of(new Message(Message.USER, "Which one is best? ".repeat(300))), "test");
        List<Conversation> both = List.of(questions(1).get(0), endless);
        EvaluationException refused =
                assertThrows(EvaluationException.class, () -> judge().answers(both, kept, () -> false));
        assertTrue(refused.getMessage().startsWith("Question 2 to the judge"), refused.getMessage());
    }

    @Test
    void whatIsAnsweredTogetherIsKeptBeforeAStop() throws IOException {
        Path kept = directory.resolve("judged.jsonl");
        assertThrows(InterruptedRun.class, () -> judge().answers(questions(10), kept, () -> true));
        assertEquals(8, Files.readAllLines(kept).size());
    }
}
