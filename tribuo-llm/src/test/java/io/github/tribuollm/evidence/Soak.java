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

import io.github.tribuollm.llm.CausalLMModel;
import io.github.tribuollm.llm.checkpoint.Tokenizer;
import io.github.tribuollm.llm.data.Gsm8kSource;
import io.github.tribuollm.llm.data.TokenSequence;
import io.github.tribuollm.llm.data.TruncationPolicy;
import io.github.tribuollm.llm.data.template.QuestionAnswerTemplate;
import io.github.tribuollm.llm.generation.GenerationListener;
import io.github.tribuollm.llm.generation.GenerationSession;
import io.github.tribuollm.llm.token.TokenSequenceSource;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Opens and closes models, sessions and tokenizers while four threads score: java Soak OPENINGS. Memory and open files are
 * level when those of the second half of the openings are those of the first.
 */
public final class Soak {
    private static final Path TINY = Path.of(System.getProperty("test.resources"), "tiny-llama");
    private static final Path ROWS = Path.of(System.getProperty("test.resources"), "data/word-problems-heldout.jsonl");
    private static final int THREADS = 4;
    private static final double MOST_GROWTH_MB = 48;
    private static final int MOST_MORE_FILES = 8;

    private Soak() {}

    /** What a process holds. */
    private record Held(double megabytes, long files) {
        static Held now() throws IOException {
            System.gc();
            double pages = Double.parseDouble(
                    Files.readString(Path.of("/proc/self/statm")).split(" ")[1]);
            try (Stream<Path> files = Files.list(Path.of("/proc/self/fd"))) {
                return new Held(pages * 4096 / 1e6, files.count());
            }
        }

        @Override
        public String toString() {
            return String.format(Locale.ROOT, "%.0f MB and %d open files", megabytes, files);
        }
    }

    /**
     * Runs the soak.
     *
     * @param arguments how often everything is opened and closed
     */
    public static void main(String[] arguments) throws IOException, InterruptedException, ExecutionException {
        int openings = Integer.parseInt(arguments[0]);
        List<TokenSequence> data = new TokenSequenceSource(
                        TINY,
                        new Gsm8kSource(ROWS, 0, 4),
                        new QuestionAnswerTemplate(),
                        128,
                        TruncationPolicy.TRUNCATE_END)
                .sequences();
        double expected = scored(data);
        run(openings / 2, data, expected);
        Held half = Held.now();
        run(openings - openings / 2, data, expected);
        Held end = Held.now();
        boolean level =
                end.megabytes() - half.megabytes() < MOST_GROWTH_MB && end.files() - half.files() < MOST_MORE_FILES;
        System.out.println(openings + " openings in " + THREADS + " threads: " + half + " after half of them, " + end
                + " at the end");
        System.exit(level ? 0 : 1);
    }

    private static void run(int openings, List<TokenSequence> data, double expected)
            throws InterruptedException, ExecutionException {
        ExecutorService threads = Executors.newFixedThreadPool(THREADS);
        try {
            List<Callable<Void>> tasks = IntStream.range(0, openings)
                    .<Callable<Void>>mapToObj(i -> () -> {
                        open(i, data, expected);
                        return null;
                    })
                    .toList();
            for (Future<Void> task : threads.invokeAll(tasks)) {
                task.get();
            }
        } finally {
            threads.shutdown();
        }
    }

    private static void open(int i, List<TokenSequence> data, double expected) {
        if (scored(data) != expected) {
            throw new AssertionError("opening " + i + " scores otherwise");
        }
        try (Tokenizer tokenizer = Tokenizer.open(TINY)) {
            tokenizer.decode(tokenizer.encode("Once upon a time"));
        }
        if (i % 10 == 0) {
            try (CausalLMModel model = CausalLMModel.of(TINY);
                    GenerationSession session = model.generator()
                            .withTemplate(new QuestionAnswerTemplate())
                            .open()) {
                session.generate(session.asked("1 + 1?"), GenerationListener.NONE);
            } catch (UncheckedIOException e) {
                throw new AssertionError(e);
            }
        }
    }

    private static double scored(List<TokenSequence> data) {
        try (CausalLMModel model = CausalLMModel.of(TINY)) {
            return model.meanLoss(data, 4).nll();
        }
    }
}
