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
package io.github.tribuollm.llm.generation.decoding;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.tribuollm.fixtures.FullPass;
import io.github.tribuollm.fixtures.Golden;
import io.github.tribuollm.fixtures.GreedySequence;
import io.github.tribuollm.fixtures.JsonProcess;
import io.github.tribuollm.llm.checkpoint.Checkpoint;
import io.github.tribuollm.llm.graphs.TrainingException;
import io.github.tribuollm.llm.lora.Adapter;
import io.github.tribuollm.llm.lora.LoraConfig;
import io.github.tribuollm.llm.lora.LowRank;
import io.github.tribuollm.llm.scoring.ScoredModel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class DecodingSessionTest {
    private static final Path FIXTURES =
            Path.of(System.getProperty("test.resources")).resolve("fixtures/checkpoints");
    private static final int LENGTH = 48;

    static List<Path> checkpoints() throws IOException {
        try (Stream<Path> directories = Files.list(FIXTURES)) {
            return directories.filter(Files::isDirectory).sorted().toList();
        }
    }

    private static int[] prompt(int length, int vocabulary, long seed) {
        return new Random(seed).ints(length, 0, vocabulary).toArray();
    }

    private static List<GreedySequence> sequences(ScoredModel model, int... lengthsAndNewTokens) {
        List<GreedySequence> sequences = new ArrayList<>();
        for (int i = 0; i < lengthsAndNewTokens.length; i += 2) {
            int[] prompt = prompt(lengthsAndNewTokens[i], model.architecture().vocabularySize(), i);
            sequences.add(new GreedySequence(prompt, lengthsAndNewTokens[i + 1]));
        }
        return sequences;
    }

    private static double difference(float[] a, float[] b) {
        double largest = 0;
        for (int i = 0; i < a.length; i++) {
            largest = Math.max(largest, Math.abs(a[i] - b[i]));
        }
        return largest;
    }

    private static void assertStepsAreFullPasses(ScoredModel model, List<GreedySequence> sequences) {
        try (FullPass full = new FullPass(model)) {
            for (GreedySequence sequence : sequences) {
                assertEquals(Optional.of(Ending.LENGTH), sequence.ending());
                assertEquals(sequence.mostNewTokens(), sequence.logits().size());
                for (int i = 0; i < sequence.logits().size(); i++) {
                    float[] expected = full.logits(sequence.tokens(i));
                    double difference = difference(expected, sequence.logits().get(i));
                    assertTrue(
                            difference < 2e-5,
                            "prompt of " + sequence.prompt().length + ", step " + i + ": " + difference);
                }
            }
        }
    }

    /** Past windows of 6 and 7 tokens and an original length of 16, with more sequences than rows. */
    @ParameterizedTest
    @MethodSource("checkpoints")
    void everyStepIsAFullPass(Path directory) {
        try (Checkpoint checkpoint = Checkpoint.open(directory)) {
            ScoredModel model =
                    ScoredModel.of(checkpoint, Optional.empty(), LENGTH).inBatchesOf(3);
            List<GreedySequence> sequences = sequences(model, 1, 20, 5, 3, 14, 9, 30, 18, 2, 1, 17, 12, 8, 1);
            try (DecodingSession session = DecodingSession.open(model)) {
                session.run(sequences.iterator());
            }
            assertStepsAreFullPasses(model, sequences);
        }
    }

    @Test
    void sequencesThatBeginAlikeShareWhatIsKept() {
        try (Checkpoint checkpoint = Checkpoint.open(FIXTURES.resolve("phi3-longrope-window"))) {
            ScoredModel model =
                    ScoredModel.of(checkpoint, Optional.empty(), LENGTH).inBatchesOf(2);
            List<GreedySequence> all = new ArrayList<>();
            try (DecodingSession session = DecodingSession.open(model)) {
                GreedySequence first = new GreedySequence(prompt(10, 101, 7), 4);
                GreedySequence same = new GreedySequence(prompt(10, 101, 7), 12);
                all.addAll(List.of(first, same));
                session.run(all.iterator());
                GreedySequence next = new GreedySequence(first.tokens(4), 20);
                GreedySequence later = new GreedySequence(same.tokens(12), 6);
                session.run(List.of(next, later).iterator());
                all.addAll(List.of(next, later));
            }
            assertStepsAreFullPasses(model, all);
        }
    }

    @Test
    void adaptersAreExchangedWithoutTheBase() {
        try (Golden golden = Golden.of("llama-untied-gqa")) {
            Adapter given = golden.adapter("adapter");
            Adapter other = otherForm(given);
            ScoredModel model =
                    ScoredModel.of(golden.checkpoint, Optional.empty(), LENGTH).inBatchesOf(2);
            try (DecodingSession session = DecodingSession.open(model)) {
                for (Optional<Adapter> adapter : List.of(
                        Optional.<Adapter>empty(), Optional.of(given), Optional.of(other), Optional.of(given))) {
                    List<GreedySequence> sequences = sequences(model, 9, 12, 4, 7, 6, 3);
                    session.use(adapter);
                    session.run(sequences.iterator());
                    assertStepsAreFullPasses(model.with(adapter), sequences);
                }
            }
        }
    }

    /** An adapter of rank 2 on the same layers. */
    private static Adapter otherForm(Adapter adapter) {
        LoraConfig config = new LoraConfig(2, 4, 0, List.of(LoraConfig.ALL_LINEAR));
        SortedMap<String, LowRank> modules = new TreeMap<>();
        adapter.modules()
                .forEach((module, pair) -> modules.put(
                        module,
                        new LowRank(
                                pair.in(),
                                pair.out(),
                                2,
                                Arrays.copyOf(pair.a(), 2 * pair.in()),
                                Arrays.copyOf(pair.b(), 2 * pair.out()))));
        return new Adapter(config, modules, adapter.baseHash());
    }

    @Test
    void rowsThatDoNotFitAreRefusedWithANumberThatWould() {
        try (Checkpoint checkpoint = Checkpoint.open(FIXTURES.resolve("llama-tied"))) {
            ScoredModel model =
                    ScoredModel.of(checkpoint, Optional.empty(), LENGTH).inBatchesOf(1 << 26);
            String message = assertThrows(TrainingException.class, () -> DecodingSession.open(model))
                    .getMessage();
            assertTrue(message.contains("it would fit in") && message.contains("micro-batch"), message);
        }
    }

    @Test
    void keysAndValuesThatDoNotFitAreRefusedWithABatchThatWould() throws IOException {
        List<String> command = JsonProcess.java(
                CrowdedMemory.class,
                List.of("-Xmx128m", "-XX:MaxDirectMemorySize=32m"),
                List.of(FIXTURES.resolve("llama-tied").toString(), "20000"));
        try (JsonProcess process = new JsonProcess(command)) {
            String refusal = process.ready().get("refusal").getAsString();
            assertTrue(
                    refusal.contains("keys and values of 20000 sequences of 48 tokens")
                            && refusal.contains("MaxDirectMemorySize"),
                    refusal);
            assertEquals("", process.ready().get("then").getAsString(), refusal);
            for (String session : List.of("later", "measured")) {
                String longer = process.ready().get(session).getAsString();
                assertTrue(longer.contains("sequences of 128 tokens"), session + ": " + longer);
            }
        }
    }

    @Test
    void whatCannotBeContinuedIsRefused() {
        try (Checkpoint checkpoint = Checkpoint.open(FIXTURES.resolve("llama-tied"))) {
            ScoredModel model = ScoredModel.of(checkpoint, Optional.empty(), LENGTH);
            try (DecodingSession session = DecodingSession.open(model)) {
                assertRefused(session, new GreedySequence(new int[0], 3), "empty");
                assertRefused(session, new GreedySequence(new int[] {1}, 0), "At least 1 new token");
                assertRefused(session, new GreedySequence(new int[] {1, 1 << 20}, 3), "vocabulary ends at");
                assertRefused(
                        session, new GreedySequence(new int[40], 9), "40 tokens and 9 new ones do not fit into the 48");
                List<GreedySequence> sequences = sequences(model, 4, 4);
                session.run(sequences.iterator());
                assertStepsAreFullPasses(model, sequences);
            }
        }
    }

    private static void assertRefused(DecodingSession session, GreedySequence sequence, String part) {
        DecodingException e = assertThrows(
                DecodingException.class, () -> session.run(List.of(sequence).iterator()));
        assertTrue(e.getMessage().contains(part), e.getMessage());
    }
}
