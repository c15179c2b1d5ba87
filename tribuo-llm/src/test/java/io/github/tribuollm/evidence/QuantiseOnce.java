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

import io.github.tribuollm.fixtures.ChildJvm;
import io.github.tribuollm.llm.CausalLMModel;
import io.github.tribuollm.llm.CausalLMTrainer;
import io.github.tribuollm.llm.architecture.Architectures;
import io.github.tribuollm.llm.architecture.QuantisedCheckpoint;
import io.github.tribuollm.llm.checkpoint.Checkpoint;
import io.github.tribuollm.llm.checkpoint.Quantisation;
import io.github.tribuollm.llm.checkpoint.Storage;
import io.github.tribuollm.llm.data.ConversationList;
import io.github.tribuollm.llm.data.TokenSequence;
import io.github.tribuollm.llm.data.TruncationPolicy;
import io.github.tribuollm.llm.data.template.QuestionAnswerTemplate;
import io.github.tribuollm.llm.generation.Answer;
import io.github.tribuollm.llm.generation.GenerationListener;
import io.github.tribuollm.llm.generation.GenerationSession;
import io.github.tribuollm.llm.generation.Generator;
import io.github.tribuollm.llm.generation.sampling.Stopping;
import io.github.tribuollm.llm.graphs.LanguageModelGraph;
import io.github.tribuollm.llm.graphs.ModelShape;
import io.github.tribuollm.llm.memory.MemoryUse;
import io.github.tribuollm.llm.scoring.ScoredModel;
import io.github.tribuollm.llm.scoring.TokenScorer;
import io.github.tribuollm.llm.token.TokenSequenceDataset;
import io.github.tribuollm.llm.token.TokenSequenceSource;
import io.github.tribuollm.llm.training.Batches;
import io.github.tribuollm.llm.training.Lora;
import io.github.tribuollm.llm.training.Optimisation;
import io.github.tribuollm.llm.training.report.PeakMemory;
import io.github.tribuollm.objectives.Objective;
import io.github.tribuollm.objectives.token.TokenMeasure;
import io.github.tribuollm.runtime.WeightSource;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/**
 * A checkpoint that is rounded once has the losses, the answers and the adapters of one that is rounded each time that it
 * is opened; after which time its weights are in place; what rounding takes of the memory; and that transformers
 * refuses it.
 */
public final class QuantiseOnce {
    private static final ConversationList ROWS =
            ConversationList.ofPairs("What is 12 + 30?", "42", "What is half of 10?", "5");

    private static final int LARGE = 64 << 20;

    /** What is mapped is in place so many times sooner than what is rounded. */
    private static final double LEAST_GAIN = 10;

    private QuantiseOnce() {}

    /** Rounds in a process of its own, with a heap of 256 MB, and prints the peak of its resident memory, in bytes. */
    static final class Child {
        private Child() {}

        /**
         * Rounds.
         *
         * @param arguments a checkpoint, a storage, a directory
         */
        public static void main(String[] arguments) {
            try (Checkpoint base = Checkpoint.open(Path.of(arguments[0]))) {
                QuantisedCheckpoint.write(base, Storage.valueOf(arguments[1]), Path.of(arguments[2]));
            }
            System.out.println("peak " + PeakMemory.bytes());
        }
    }

    /** What a checkpoint gives with a storage; of a large one no adapter, whose training would take minutes. */
    private record Results(double nll, List<Answer> answers, Optional<String> adapter) {
        static Results of(Path directory, Storage storage, boolean trains) {
            TokenSequenceDataset data = data(directory);
            return new Results(
                    scored(directory, storage, data.sequences()),
                    answered(directory, storage),
                    trains ? Optional.of(trained(directory, storage, data)) : Optional.empty());
        }
    }

    private static List<Answer> answered(Path directory, Storage storage) {
        Generator generator = new Generator(directory)
                .withTemplate(new QuestionAnswerTemplate())
                .withStopping(new Stopping().withMaxNewTokens(16))
                .withStorage(storage);
        try (GenerationSession session = generator.open()) {
            return session.generate(session.asked("What is 12 + 30?"), GenerationListener.NONE)
                    .answers();
        }
    }

    private static String trained(Path directory, Storage storage, TokenSequenceDataset data) {
        CausalLMTrainer trainer = new CausalLMTrainer(directory, Objective.mle())
                .withTuning(new Lora().withRank(4))
                .withOptimisation(new Optimisation().withEpochs(2).withLearningRate(1e-3))
                .withBatches(new Batches().withBatchSize(1))
                .withMemory(new MemoryUse().withStorage(storage));
        try (CausalLMModel model = trainer.train(data)) {
            return model.adapter().orElseThrow().sha256();
        }
    }

    private static TokenSequenceDataset data(Path directory) {
        return new TokenSequenceDataset(new TokenSequenceSource(
                directory, ROWS, new QuestionAnswerTemplate(), 64, TruncationPolicy.TRUNCATE_END));
    }

    private static double scored(Path directory, Storage storage, List<TokenSequence> data) {
        try (Checkpoint checkpoint = Checkpoint.open(directory)) {
            ScoredModel model = ScoredModel.of(checkpoint, Optional.empty(), ScoredModel.longest(data))
                    .stored(storage);
            try (TokenScorer scorer = TokenScorer.of(model, List.of(TokenMeasure.NLL))) {
                return scorer.meanLoss(data).nll();
            }
        }
    }

    /**
     * Compares.
     *
     * @param arguments a checkpoint of floats, storages, how many times each is opened, and, if transformers is to be asked, an
     *     interpreter of Python and the directory of the reference scripts
     * @throws IOException if a file cannot be written
     * @throws InterruptedException if interrupted
     */
    public static void main(String[] arguments) throws IOException, InterruptedException {
        Path base = Path.of(arguments[0]);
        Path work = Files.createTempDirectory("quantise-once");
        boolean holds = true;
        List<String> figures = new ArrayList<>();
        for (String name : arguments[1].split(" ")) {
            Storage storage = Storage.valueOf(name);
            Path quantised = work.resolve(storage.name());
            long peak = quantise(base, storage, quantised);
            long size = Files.size(quantised.resolve(Quantisation.FILE));
            boolean trains = size < LARGE;
            boolean same = Results.of(base, storage, trains).equals(Results.of(quantised, Storage.AUTO, trains));
            Opening opening = Opening.of(base, storage, quantised, Integer.parseInt(arguments[2]));
            boolean refused = arguments.length < 5 || isRefused(arguments[3], Path.of(arguments[4]), quantised);
            figures.add(String.format(
                    Locale.ROOT,
                    "%s: %s numbers; %.0f MB, written in %.0f MB of memory; %s%s",
                    storage,
                    same ? "the same" : "OTHER",
                    size / 1e6,
                    peak / 1e6,
                    opening,
                    arguments.length < 5 ? "" : refused ? "; transformers refuses it" : "; transformers LOADS it"));
            Files.delete(quantised.resolve(Quantisation.FILE));
            holds &= same && refused && (trains || opening.isQuick());
        }
        System.out.println(String.join(". ", figures));
        System.exit(holds ? 0 : 1);
    }

    private static long quantise(Path base, Storage storage, Path target) throws IOException, InterruptedException {
        List<String> lines = output(
                ChildJvm.of(Child.class, List.of(base.toString(), storage.name(), target.toString()), "-Xmx256m"));
        String last = lines.get(lines.size() - 1);
        if (!last.startsWith("peak ")) {
            throw new IllegalStateException(String.join("\n", lines));
        }
        return Long.parseLong(last.substring("peak ".length()));
    }

    private static List<String> output(ProcessBuilder builder) throws IOException, InterruptedException {
        Process process = builder.start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        process.waitFor();
        return output.lines().toList();
    }

    private static boolean isRefused(String python, Path scripts, Path quantised)
            throws IOException, InterruptedException {
        List<String> lines = output(
                new ProcessBuilder(python, scripts.resolve("load_quantised.py").toString(), quantised.toString())
                        .redirectErrorStream(true));
        lines.forEach(System.out::println);
        return lines.get(lines.size() - 1).startsWith("refused");
    }

    /** Seconds until every weight is in place, medians: of floats as they are stored, rounded, and quantised. */
    private record Opening(double floats, double rounding, double quantised) {
        static Opening of(Path base, Storage storage, Path quantised, int rounds) {
            List<Double> floats = new ArrayList<>();
            List<Double> rounding = new ArrayList<>();
            List<Double> mapped = new ArrayList<>();
            for (int round = 0; round < rounds; round++) {
                floats.add(seconds(base, Storage.STORED));
                rounding.add(seconds(base, storage));
                mapped.add(seconds(quantised, storage));
            }
            return new Opening(Timings.median(floats), Timings.median(rounding), Timings.median(mapped));
        }

        private static double seconds(Path directory, Storage storage) {
            Set<String> names;
            try (Checkpoint checkpoint = Checkpoint.open(directory)) {
                ModelShape shape = ModelShape.of(Architectures.of(checkpoint), Optional.empty(), 8, 1);
                names = new LanguageModelGraph(shape, checkpoint.weights().source(storage))
                        .measuring(List.of(TokenMeasure.NLL))
                        .weights()
                        .keySet();
            }
            long start = System.nanoTime();
            try (Checkpoint checkpoint = Checkpoint.open(directory)) {
                WeightSource source = checkpoint.weights().source(storage);
                List<WeightSource.Place> held =
                        names.stream().map(source::place).toList();
                if (held.size() != names.size()) {
                    throw new AssertionError(held);
                }
                return (System.nanoTime() - start) / 1e9;
            }
        }

        boolean isQuick() {
            return quantised <= rounding / LEAST_GAIN;
        }

        @Override
        public String toString() {
            return String.format(
                    Locale.ROOT,
                    "weights in place after %.3f s, of floats as they are stored after %.3f s, rounded after %.2f s",
                    quantised,
                    floats,
                    rounding);
        }
    }
}
