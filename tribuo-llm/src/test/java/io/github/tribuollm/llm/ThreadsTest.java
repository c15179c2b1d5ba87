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
package io.github.tribuollm.llm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.tribuollm.fixtures.TinyModel;
import io.github.tribuollm.llm.graphs.TrainingException;
import io.github.tribuollm.llm.token.TokenSequenceDataset;
import io.github.tribuollm.objectives.Objective;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** One process, several threads. */
class ThreadsTest {
    @TempDir
    private Path directory;

    private Path base;
    private TokenSequenceDataset data;

    @BeforeEach
    void write() {
        base = TinyModel.checkpoint(directory.resolve("base"), 1);
        data = TinyModel.data(base, directory.resolve("train.jsonl"), 1);
    }

    private static <T> List<T> together(List<Callable<T>> tasks) throws InterruptedException, ExecutionException {
        ExecutorService threads = Executors.newFixedThreadPool(tasks.size());
        try {
            List<T> results = new ArrayList<>();
            for (Future<T> task : threads.invokeAll(tasks)) {
                results.add(task.get());
            }
            return results;
        } finally {
            threads.shutdown();
        }
    }

    private static String sha256(CausalLMModel model) {
        return model.adapter().orElseThrow().sha256();
    }

    @Test
    void oneTrainerTrainsEachInvocationOnce() throws InterruptedException, ExecutionException {
        CausalLMTrainer inTurn = TinyModel.trainer(base, Objective.mle(), Map.of("dropout", "0.2"));
        TreeSet<String> expected = new TreeSet<>();
        for (int i = 0; i < 3; i++) {
            expected.add(sha256(inTurn.train(data)));
        }
        CausalLMTrainer shared = TinyModel.trainer(base, Objective.mle(), Map.of("dropout", "0.2"));
        Callable<String> training = () -> sha256(shared.train(data));
        assertEquals(expected, new TreeSet<>(together(List.of(training, training, training))));
        assertEquals(3, expected.size());
        assertEquals(3, shared.getInvocationCount());
    }

    @Test
    void sixTrainersInParallelLearnWhatEachLearnsAlone() throws InterruptedException, ExecutionException {
        String alone = sha256(TinyModel.trainer(base, Objective.mle(), Map.of()).train(data));
        Callable<String> training =
                () -> sha256(TinyModel.trainer(base, Objective.mle(), Map.of()).train(data));
        List<String> all = together(Stream.generate(() -> training).limit(6).toList());
        assertEquals(List.of(alone), all.stream().distinct().toList());
    }

    @Test
    void aDirectoryIsOneRunsAtATime() throws InterruptedException, ExecutionException {
        Path out = directory.resolve("out");
        Callable<String> training = () -> {
            try {
                return sha256(TinyModel.trainer(base, Objective.mle(), Map.of())
                        .withOutputDirectory(out)
                        .train(data));
            } catch (TrainingException e) {
                assertTrue(e.getMessage().contains("Another run is writing"), e.getMessage());
                return "refused";
            }
        };
        List<String> all = together(List.of(training, training));
        assertTrue(all.stream().anyMatch(found -> !found.equals("refused")), all.toString());
    }

    @Test
    void aModelThatIsClosedWhileItScoresDoesNotCrash() throws InterruptedException, ExecutionException {
        for (int attempt = 0; attempt < 10; attempt++) {
            CausalLMModel model = CausalLMModel.of(base);
            double expected = model.meanLoss(data.sequences(), 2).nll();
            CountDownLatch begun = new CountDownLatch(1);
            Callable<Boolean> scoring = () -> {
                for (int i = 0; i < 30; i++) {
                    begun.countDown();
                    try {
                        assertEquals(
                                expected, model.meanLoss(data.sequences(), 2).nll());
                    } catch (IllegalStateException e) {
                        return true;
                    }
                }
                return false;
            };
            Callable<Boolean> closing = () -> {
                begun.await();
                Thread.sleep(3);
                model.close();
                return true;
            };
            together(List.of(scoring, closing));
        }
    }
}
