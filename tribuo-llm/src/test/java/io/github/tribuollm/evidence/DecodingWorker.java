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

import com.google.gson.Gson;
import io.github.tribuollm.llm.checkpoint.Checkpoint;
import io.github.tribuollm.llm.checkpoint.Storage;
import io.github.tribuollm.llm.generation.decoding.Choice;
import io.github.tribuollm.llm.generation.decoding.Continuation;
import io.github.tribuollm.llm.generation.decoding.DecodingSession;
import io.github.tribuollm.llm.generation.decoding.Prediction;
import io.github.tribuollm.llm.scoring.ScoredModel;
import io.github.tribuollm.llm.training.report.PeakMemory;
import io.github.tribuollm.llm.uncertainty.dropout.DropoutPlaces;
import io.github.tribuollm.llm.uncertainty.dropout.MonteCarloDropout;
import io.github.tribuollm.runtime.Onnx;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.LongSummaryStatistics;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;

/**
 * Our side of {@link DecodingBenchmark}, in a process of its own. It speaks the protocol of
 * test-resources/reference/bench_generate.py: {@code generate PROMPT NEW}, {@code quit}; the number of rows is that of
 * the process.
 */
final class DecodingWorker implements AutoCloseable {
    private final Checkpoint checkpoint;
    private final DecodingSession session;
    private final int vocabulary;
    private final int rows;
    private int calls;

    DecodingWorker(Path directory, int rows, int length, int samples, Storage storage) {
        this.checkpoint = Checkpoint.open(directory);
        this.rows = rows;
        ScoredModel model = ScoredModel.of(checkpoint, Optional.empty(), length)
                .inBatchesOf(rows)
                .stored(storage);
        this.vocabulary = model.architecture().vocabularySize();
        this.session = samples == 0
                ? DecodingSession.open(model)
                : DecodingSession.measuring(model, new MonteCarloDropout(samples, 0.1, DropoutPlaces.ARCHITECTURE, 1));
    }

    /** A sequence that goes on with the most probable tokens, and notes when the first came. */
    private static final class Timed implements Continuation {
        private final int[] prompt;
        private final int[] tokens;
        private int count;
        private long first;

        private Timed(int[] prompt, int newTokens) {
            this.prompt = prompt;
            this.tokens = new int[newTokens];
        }

        @Override
        public int[] prompt() {
            return prompt;
        }

        @Override
        public int mostNewTokens() {
            return tokens.length;
        }

        @Override
        public Choice choose(Prediction prediction) {
            first = first == 0 ? System.nanoTime() : first;
            float[] logits = prediction.logits();
            int best = 0;
            for (int i = 1; i < logits.length; i++) {
                best = logits[i] > logits[best] ? i : best;
            }
            tokens[count++] = best;
            return Choice.token(best);
        }
    }

    /** The prompts of a call, which differ from call to call, so that none begins like another. */
    private List<Timed> sequences(int promptLength, int newTokens) {
        List<Timed> sequences = new ArrayList<>();
        for (int row = 0; row < rows; row++) {
            SplittableRandom random = new SplittableRandom(1000L * calls + row);
            sequences.add(new Timed(random.ints(promptLength, 0, vocabulary).toArray(), newTokens));
        }
        calls++;
        return sequences;
    }

    private Map<String, Object> generate(int promptLength, int newTokens) {
        List<Timed> sequences = sequences(promptLength, newTokens);
        long start = System.nanoTime();
        session.run(sequences.iterator());
        double milliseconds = (System.nanoTime() - start) / 1e6;
        LongSummaryStatistics first =
                sequences.stream().mapToLong(s -> s.first - start).summaryStatistics();
        Map<String, Object> answer = new LinkedHashMap<>();
        answer.put("ms", milliseconds);
        answer.put("first_ms", first.getMin() / 1e6);
        answer.put("all_first_ms", first.getMax() / 1e6);
        answer.put("tokens", (long) rows * newTokens);
        answer.put("loss", Arrays.stream(sequences.get(0).tokens).sum());
        answer.put("peak_rss", PeakMemory.bytes());
        return answer;
    }

    @Override
    public void close() {
        session.close();
        checkpoint.close();
    }

    /**
     * Runs until the parent says {@code quit}.
     *
     * @param arguments checkpoint, rows, longest sequence, samples of dropout that measure (0 for none), how the weights
     *     are held
     * @throws IOException if the parent cannot be read
     */
    public static void main(String[] arguments) throws IOException {
        Gson gson = new Gson();
        BufferedReader commands = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        try (DecodingWorker worker = new DecodingWorker(
                Path.of(arguments[0]),
                Integer.parseInt(arguments[1]),
                Integer.parseInt(arguments[2]),
                Integer.parseInt(arguments[3]),
                Storage.valueOf(arguments[4]))) {
            System.out.println(gson.toJson(Map.of("ready", true, "threads", Onnx.threads(), "batches", 1)));
            for (String line = commands.readLine(); line != null && !line.equals("quit"); line = commands.readLine()) {
                String[] words = line.split(" ");
                System.out.println(
                        gson.toJson(worker.generate(Integer.parseInt(words[1]), Integer.parseInt(words[2]))));
            }
        }
    }
}
