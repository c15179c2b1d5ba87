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

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.github.tribuollm.fixtures.FullPass;
import io.github.tribuollm.fixtures.Golden;
import io.github.tribuollm.fixtures.GreedySequence;
import io.github.tribuollm.llm.checkpoint.Checkpoint;
import io.github.tribuollm.llm.generation.decoding.DecodingSession;
import io.github.tribuollm.llm.scoring.ScoredModel;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.Reader;
import java.io.StringReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.StreamSupport;

/**
 * Greedy continuations against those of transformers' {@code generate}, token for token, and the logits of each step
 * against a pass over the whole sequence: in batches of 1, 4 and 16, whose rows take the next prompt when they are free.
 *
 * <p>Arguments: {@code fixtures}, or {@code checkpoint DIR PYTHON SCRIPT} for one that transformers is asked about now.
 */
public final class GreedyEvidence {
    /** Where the two best logits are closer than this, either may be chosen. */
    private static final double TIE = 1e-4;

    /** How far logits of a step may be from a full pass'. */
    private static final double SAME_LOGIT = 1e-4;

    private static final int PROMPTS = 20;
    private static final int SMALL = 10_000;
    private static final int NEW_TOKENS = 64;
    private static final List<Integer> BATCHES = List.of(1, 4, 16);

    private int tokens;
    private int ties;
    private int steps;
    private double difference;
    private double largest;
    private boolean same = true;

    private GreedyEvidence() {}

    /** What transformers answered to one prompt. */
    private record Answer(int[] prompt, int[] tokens, JsonObject close) {
        static Answer of(JsonElement json) {
            JsonObject answer = json.getAsJsonObject();
            return new Answer(
                    integers(answer.getAsJsonArray("prompt")),
                    integers(answer.getAsJsonArray("tokens")),
                    answer.getAsJsonObject("ties"));
        }

        private static int[] integers(JsonArray array) {
            return StreamSupport.stream(array.spliterator(), false)
                    .mapToInt(JsonElement::getAsInt)
                    .toArray();
        }

        private boolean isTie(int step) {
            String key = Integer.toString(step);
            return close.has(key) && close.get(key).getAsDouble() < TIE;
        }
    }

    /**
     * Compares.
     *
     * @param arguments see the class
     * @throws IOException if a file cannot be read, or Python fails
     */
    public static void main(String[] arguments) throws IOException {
        GreedyEvidence evidence = new GreedyEvidence();
        String of = arguments[0].equals("fixtures")
                ? evidence.ofFixtures()
                : evidence.ofCheckpoint(Path.of(arguments[1]), arguments[2], arguments[3]);
        System.out.printf(
                "decoding: %s, batches of 1, 4 and 16: %d tokens are transformers', %d at ties of the two best logits"
                        + " differ; logits of %d steps, up to %.0f, are a full pass' to %.1e%n",
                of, evidence.tokens, evidence.ties, evidence.steps, evidence.largest, evidence.difference);
        System.exit(evidence.same ? 0 : 1);
    }

    private String ofFixtures() throws IOException {
        int checkpoints = 0;
        try (Reader file = Files.newBufferedReader(Golden.RESOURCES.resolve("fixtures/greedy.json"))) {
            for (var entry : JsonParser.parseReader(file).getAsJsonObject().entrySet()) {
                compare(Golden.RESOURCES.resolve("fixtures/checkpoints").resolve(entry.getKey()), entry.getValue());
                checkpoints++;
            }
        }
        return checkpoints + " checkpoints";
    }

    private String ofCheckpoint(Path directory, String python, String script) throws IOException {
        Path prompts = Files.createTempFile("prompts", ".jsonl");
        Files.write(prompts, texts(directory));
        Process process = new ProcessBuilder(python, script, "checkpoint", directory.toString(), prompts.toString())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        String answers;
        try (Reader output = new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8)) {
            answers = new java.io.BufferedReader(output)
                    .lines()
                    .reduce((first, last) -> last)
                    .orElseThrow();
        }
        JsonParser.parseReader(new StringReader(answers))
                .getAsJsonObject()
                .asMap()
                .values()
                .forEach(value -> compare(directory, value));
        return directory.getFileName().toString();
    }

    /** The first words of word problems, of different lengths, as ids. */
    private static List<String> texts(Path directory) throws IOException {
        try (Checkpoint checkpoint = Checkpoint.open(directory)) {
            List<String> rows = Files.readAllLines(Golden.RESOURCES.resolve("data/word-problems-heldout.jsonl"));
            return IntStream.range(0, PROMPTS)
                    .mapToObj(i -> {
                        String text = JsonParser.parseString(rows.get(i))
                                .getAsJsonObject()
                                .get("question")
                                .getAsString();
                        int[] ids =
                                checkpoint.tokenizer().encode(text.substring(0, Math.min(text.length(), 4 + 9 * i)));
                        return IntStream.of(ids).mapToObj(Integer::toString).collect(Collectors.joining(",", "[", "]"));
                    })
                    .toList();
        }
    }

    private void compare(Path directory, JsonElement json) {
        List<Answer> answers = StreamSupport.stream(json.getAsJsonArray().spliterator(), false)
                .map(Answer::of)
                .toList();
        int longest =
                answers.stream().mapToInt(answer -> answer.prompt.length).max().orElseThrow();
        try (Checkpoint checkpoint = Checkpoint.open(directory)) {
            ScoredModel model = ScoredModel.of(checkpoint, Optional.empty(), longest + NEW_TOKENS);
            for (int batch : BATCHES) {
                List<GreedySequence> sequences = answers.stream()
                        .map(answer -> new GreedySequence(answer.prompt, NEW_TOKENS))
                        .toList();
                try (DecodingSession session = DecodingSession.open(model.inBatchesOf(batch))) {
                    session.run(sequences.iterator());
                }
                for (int i = 0; i < answers.size(); i++) {
                    compare(
                            directory.getFileName() + ", batch " + batch + ", prompt " + i,
                            answers.get(i),
                            sequences.get(i));
                }
                compareWithFullPasses(model, sequences, batch);
            }
        }
    }

    private void compare(String where, Answer answer, GreedySequence sequence) {
        for (int step = 0; step < NEW_TOKENS; step++) {
            if (answer.tokens[step] != sequence.newTokens().get(step)) {
                if (!answer.isTie(step)) {
                    throw new AssertionError(where + ", step " + step + ": "
                            + sequence.newTokens().get(step) + " instead of " + answer.tokens[step]);
                }
                ties++;
                return;
            }
            tokens++;
        }
    }

    /** All steps of batches of 4 of a small model; else those of the first and the eleventh prompt. */
    private void compareWithFullPasses(ScoredModel model, List<GreedySequence> sequences, int batch) {
        List<GreedySequence> chosen = batch == 4 && model.architecture().vocabularySize() <= SMALL
                ? sequences
                : List.of(sequences.get(0), sequences.get(10));
        try (FullPass full = new FullPass(model)) {
            for (GreedySequence sequence : chosen) {
                for (int step = 0; step < NEW_TOKENS; step++) {
                    compare(
                            full.logits(sequence.tokens(step)),
                            sequence.logits().get(step));
                }
            }
        }
    }

    private void compare(float[] expected, float[] found) {
        double largestHere = 0;
        double differenceHere = 0;
        for (int i = 0; i < found.length; i++) {
            largestHere = Math.max(largestHere, Math.abs(expected[i]));
            differenceHere = Math.max(differenceHere, Math.abs(found[i] - expected[i]));
        }
        same &= differenceHere <= SAME_LOGIT;
        largest = Math.max(largest, largestHere);
        difference = Math.max(difference, differenceHere);
        steps++;
    }
}
