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

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import com.oracle.labs.mlrg.olcut.config.PropertyException;
import io.github.tribuollm.llm.data.Conversation;
import io.github.tribuollm.llm.data.Message;
import io.github.tribuollm.llm.evaluation.EvaluationException;
import io.github.tribuollm.llm.evaluation.alpacaeval.JudgeAnswer;
import io.github.tribuollm.llm.network.Retries;
import io.github.tribuollm.llm.training.InterruptedRun;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** An endpoint is asked once for each question; its faults and its refusals lose nothing. */
final class EndpointJudgeTest {
    @TempDir
    private Path directory;

    private LoopbackJudge server;
    private Path kept;

    @BeforeEach
    void open() throws IOException {
        server = new LoopbackJudge();
        kept = directory.resolve("judged.jsonl");
    }

    @AfterEach
    void close() {
        server.close();
    }

    private EndpointJudge judge() {
        return new EndpointJudge(server.endpoint(), "a-judge").withAttempts(3, Duration.ofMillis(1));
    }

    private static List<Conversation> questions(int number) {
        return IntStream.range(0, number)
                .mapToObj(i -> new Conversation(List.of(new Message(Message.USER, "question " + i)), "test"))
                .toList();
    }

    private String refusal(EndpointJudge judge, int questions) {
        return assertThrows(EvaluationException.class, () -> judge.answers(questions(questions), kept, () -> false))
                .getMessage();
    }

    @Test
    void logProbabilitiesOfLabelsAreRead() {
        List<JudgeAnswer> answers = judge().withKeyVariable("PATH").answers(questions(2), kept, () -> false);
        assertEquals(
                1 / (1 + Math.exp(-2.4)), answers.get(1).probabilityOfFirst().orElseThrow(), 1e-12);
        String request = server.requests().get(0);
        assertTrue(request.startsWith("Bearer " + System.getenv("PATH")), request);
        JsonObject body =
                JsonParser.parseString(request.substring(request.indexOf('{'))).getAsJsonObject();
        assertEquals("a-judge", body.get("model").getAsString());
        assertEquals(1, body.get("max_tokens").getAsInt());
        assertTrue(
                body.get("logprobs").getAsBoolean() && body.get("top_logprobs").getAsInt() >= 2);
    }

    @Test
    void whatWasAnsweredIsNotAskedAgain() throws IOException {
        List<JudgeAnswer> first = judge().answers(questions(3), kept, () -> false);
        assertEquals(first, judge().answers(questions(3), kept, () -> false));
        assertEquals(3, server.requests().size());
        Files.writeString(kept, "{\"key\":\"cut o", StandardOpenOption.APPEND);
        assertEquals(first, judge().answers(questions(3), kept, () -> false));
        assertEquals(3, Files.readAllLines(kept).size());
        new EndpointJudge(server.endpoint(), "another").answers(questions(3), kept, () -> false);
        assertEquals(6, server.requests().size());
    }

    @Test
    void busyServersAreAskedAgainAndBrokenOnesLoseNothing() {
        server.then(429, "slow down").then(500, "oops");
        assertEquals(2, judge().answers(questions(2), kept, () -> false).size());
        assertEquals(4, server.requests().size());
        server.always(new LoopbackJudge.Reply(503, "down"));
        String refusal = refusal(judge(), 3);
        assertTrue(refusal.contains("does not answer after 3 attempts") && refusal.contains("503"), refusal);
        assertTrue(refusal.contains("is kept in " + kept), refusal);
        server.always(LoopbackJudge.preferring(-1, -1));
        judge().answers(questions(3), kept, () -> false);
        assertEquals(4 + 3 + 1, server.requests().size());
    }

    @Test
    void aJudgeThatIsStoppedGoesOn() {
        assertThrows(
                InterruptedRun.class,
                () -> judge().answers(
                                questions(5), kept, () -> server.requests().size() == 2));
        assertEquals(2, server.requests().size());
        assertEquals(5, judge().answers(questions(5), kept, () -> false).size());
        assertEquals(5, server.requests().size());
    }

    @Test
    void aBudgetIsNotExceeded() {
        server.then(500, "oops");
        String refusal = refusal(judge().withBudget(3), 4);
        assertTrue(refusal.contains("The budget of 3 requests"), refusal);
        assertEquals(3, server.requests().size());
        assertEquals(
                4,
                judge().withBudget(2).answers(questions(4), kept, () -> false).size());
        assertEquals(5, server.requests().size());
    }

    @Test
    void aBudgetHoldsForEverythingThatOneJudgeIsAsked() {
        EndpointJudge judge = judge().withBudget(3);
        judge.answers(questions(2), kept, () -> false);
        EvaluationException refused = assertThrows(
                EvaluationException.class,
                () -> judge.answers(questions(4).subList(2, 4), directory.resolve("other.jsonl"), () -> false));
        assertTrue(refused.getMessage().contains("The budget of 3 requests"), refused.getMessage());
        assertEquals(3, server.requests().size());
    }

    @Test
    void aLineThatWasCutOffInsideACharacterIsForgotten() throws IOException {
        List<JudgeAnswer> first = judge().answers(questions(2), kept, () -> false);
        byte[] whole = Files.readAllBytes(kept);
        Files.write(kept, "{\"key\":\"ab\",\"text\":\"".getBytes(StandardCharsets.UTF_8), StandardOpenOption.APPEND);
        Files.write(kept, new byte[] {(byte) 0xC3}, StandardOpenOption.APPEND);
        assertEquals(first, judge().answers(questions(2), kept, () -> false));
        assertArrayEquals(whole, Files.readAllBytes(kept));
        assertEquals(2, server.requests().size());
    }

    @Test
    void anAnswerThatStallsInItsBodyIsAskedForAgain() throws IOException {
        server.stallOnce();
        ChatClient client = new ChatClient(
                URI.create(server.endpoint() + "/chat/completions"),
                "a-judge",
                "NO_KEY",
                new ChatClient.Patience(Duration.ofMillis(200), new Retries(2, Duration.ofMillis(1), Duration.ZERO)),
                new ChatClient.Budget(0, new AtomicInteger(), kept));
        JudgeAnswer answer = assertTimeoutPreemptively(
                Duration.ofSeconds(30), () -> client.ask(questions(1).get(0)));
        assertEquals("m", answer.text());
        assertEquals(2, server.requests().size());
    }

    @Test
    void refusalsOtherWordsAndCutOffAnswersGiveNoPreference() {
        server.then(
                        200,
                        "{\"choices\":[{\"message\":{\"content\":null,\"refusal\":\"I will not\"},\"logprobs\":null}]}")
                .then(200, LoopbackJudge.saying("I think", "length"))
                .then(
                        200,
                        "{\"choices\":[{\"finish_reason\":\"length\",\"message\":{\"content\":\"\"},\"logprobs\":null}]}");
        List<JudgeAnswer> answers = judge().answers(questions(4), kept, () -> false);
        assertEquals(
                List.of(false, false, false, true),
                answers.stream().map(a -> a.probabilityOfFirst().isPresent()).toList());
        assertEquals("I will not", answers.get(0).text());
    }

    @Test
    void whatCannotBeMendedByWaitingIsSaidAtOnce() {
        server.then(401, "no key");
        assertTrue(refusal(judge(), 1).contains("environment variable OPENAI_API_KEY"));
        server.then(404, "no such model");
        assertTrue(refusal(judge(), 1).contains("Check the endpoint and the model a-judge"));
        server.then(200, "<html>");
        assertTrue(refusal(judge(), 1).contains("something else than a chat completion: <html>"));
        server.then(200, "{\"choices\":[{\"message\":{\"content\":\"m\"}}]}");
        assertTrue(refusal(judge(), 1).contains("tells no log-probabilities of a-judge"));
        assertEquals(4, server.requests().size());
    }

    @Test
    void wrongSettingsAreNamed() {
        assertThrows(PropertyException.class, () -> new EndpointJudge("ftp://here", "m"));
        assertThrows(PropertyException.class, () -> new EndpointJudge(server.endpoint(), null));
        assertThrows(PropertyException.class, () -> judge().withBudget(-1));
        assertThrows(PropertyException.class, () -> judge().withAttempts(0, Duration.ZERO));
    }
}
