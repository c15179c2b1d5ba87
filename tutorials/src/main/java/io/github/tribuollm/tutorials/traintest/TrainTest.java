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
package io.github.tribuollm.tutorials.traintest;

import com.oracle.labs.mlrg.olcut.config.Option;
import com.oracle.labs.mlrg.olcut.config.Options;
import io.github.tribuollm.llm.CausalLMModel;
import io.github.tribuollm.llm.CausalLMTrainer;
import io.github.tribuollm.llm.data.Gsm8kSource;
import io.github.tribuollm.llm.data.RowSource;
import io.github.tribuollm.llm.data.TruncationPolicy;
import io.github.tribuollm.llm.data.template.QuestionAnswerTemplate;
import io.github.tribuollm.llm.progress.TextTable;
import io.github.tribuollm.llm.token.TokenEvaluation;
import io.github.tribuollm.llm.token.TokenEvaluator;
import io.github.tribuollm.llm.token.TokenOutput;
import io.github.tribuollm.llm.token.TokenSequenceDataset;
import io.github.tribuollm.llm.token.TokenSequenceSource;
import io.github.tribuollm.llm.training.Batches;
import io.github.tribuollm.llm.training.Lora;
import io.github.tribuollm.llm.training.Optimisation;
import io.github.tribuollm.objectives.Objective;
import io.github.tribuollm.runtime.Settings;
import io.github.tribuollm.tutorials.TutorialProgram;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.tribuo.sequence.SequenceModel;

/** Trains adapters on questions and answers, evaluates them on others, and saves them. */
public final class TrainTest {
    private static final TokenEvaluator EVALUATOR = new TokenEvaluator();

    /** What is minimised. */
    public enum Learning {
        /** Every completion token. */
        MLE(Objective.mle()),
        /** The quarter of highest loss. */
        MASKED_MLE(Objective.maskedMle(0.75)),
        /** That, and a reference model for the others. */
        MASKED_MLE_DISTILL(Objective.maskedMleDistill(0.75));

        private final Objective objective;

        Learning(Objective objective) {
            this.objective = objective;
        }
    }

    /** The command line. */
    public static final class TrainTestOptions implements Options {
        /** The base. */
        @Option(longName = "checkpoint", usage = "The base: a directory, or hf://owner/name@revision.")
        public String checkpoint = "test-resources/tiny-llama";

        /** What is learned. */
        @Option(longName = "training-file", usage = "Questions and answers in GSM8K's format.")
        public Path trainingFile = Path.of("test-resources/data/word-problems-train.jsonl");

        /** What is not. */
        @Option(longName = "testing-file", usage = "Others, to evaluate on.")
        public Path testingFile = Path.of("test-resources/data/word-problems-heldout.jsonl");

        /** How much of both. */
        @Option(longName = "rows", usage = "Only so many rows of each file; 0 takes all.")
        public int rows = RowSource.ALL;

        /** What is minimised. */
        @Option(longName = "objective", usage = "MLE, MASKED_MLE or MASKED_MLE_DISTILL.")
        public Learning objective = Learning.MLE;

        /** The adapters' rank. */
        @Option(charName = 'r', longName = "rank", usage = "Rank of the adapters; their alpha is twice that.")
        public int rank = 8;

        /** Passes over the data. */
        @Option(longName = "epochs", usage = "Passes over the training data.")
        public int epochs = 2;

        /** The peak. */
        @Option(charName = 'l', longName = "learning-rate", usage = "Peak learning rate.")
        public double learningRate = 1e-3;

        /** Of a step. */
        @Option(charName = 'b', longName = "batch-size", usage = "Sequences of a step.")
        public int batchSize = 8;

        /** Of the first member. */
        @Option(charName = 's', longName = "seed", usage = "The seed of the first adapter; each further one adds 1.")
        public long seed = 1;

        /** How many. */
        @Option(charName = 'm', longName = "members", usage = "How many adapters, evaluated alone and together.")
        public int members = 1;

        /** Where models go. */
        @Option(charName = 'o', longName = "output", usage = "The directory of the models.")
        public Path output = Path.of("runs/train-test");

        @Override
        public String getOptionsDescription() {
            return "Trains and tests adapters of a causal language model.";
        }
    }

    private final TrainTestOptions options;

    private TrainTest(TrainTestOptions options) {
        this.options = options;
    }

    /**
     * Trains and tests; exits with 2 if something is wrong with the input.
     *
     * @param arguments see {@link TrainTestOptions}
     */
    public static void main(String[] arguments) {
        System.exit(run(arguments));
    }

    /**
     * Does it without ending the process.
     *
     * @param arguments see {@link TrainTestOptions}
     * @return the exit code
     */
    public static int run(String... arguments) {
        return TutorialProgram.run(arguments, new TrainTestOptions(), options -> {
            System.out.println(new TrainTest(options).run());
            return TutorialProgram.DONE;
        });
    }

    private TextTable run() throws IOException {
        Settings.require("members", options.members >= 1, "must be at least 1, not " + options.members);
        Settings.require("rows", options.rows >= 0, "must be at least 0, not " + options.rows);
        CausalLMTrainer trainer = trainer();
        Path output = TutorialProgram.directory(options.output);
        TokenSequenceDataset train = tokens(options.trainingFile);
        TokenSequenceDataset test = tokens(options.testingFile);
        TextTable table = new TextTable("model", "loss (nats a token)", "perplexity", "accuracy");
        try (CausalLMModel base = CausalLMModel.of(options.checkpoint)) {
            add(table, "before training", base, test);
        }
        List<CausalLMModel> members = new ArrayList<>();
        try {
            for (int i = 0; i < options.members; i++) {
                members.add(trainer.withSeed(options.seed + i).train(train));
                add(table, "seed " + (options.seed + i), members.get(i), test);
                members.get(i).serializeToFile(output.resolve("seed-" + (options.seed + i) + ".tribuo"));
            }
            TokenEnsemble ensemble = new TokenEnsemble(members, new TokenVote());
            add(table, ensemble.toString(), ensemble, test);
        } finally {
            members.forEach(CausalLMModel::close);
        }
        return table;
    }

    private TokenSequenceDataset tokens(Path file) {
        return new TokenSequenceDataset(new TokenSequenceSource(
                options.checkpoint,
                new Gsm8kSource(file, 0, options.rows),
                new QuestionAnswerTemplate(),
                256,
                TruncationPolicy.TRUNCATE_END));
    }

    private CausalLMTrainer trainer() {
        return new CausalLMTrainer(options.checkpoint, options.objective.objective)
                .withTuning(new Lora().withRank(options.rank).withAlpha(2 * options.rank))
                .withOptimisation(new Optimisation().withEpochs(options.epochs).withLearningRate(options.learningRate))
                .withBatches(new Batches().withBatchSize(options.batchSize));
    }

    private static void add(TextTable table, String name, SequenceModel<TokenOutput> model, TokenSequenceDataset test) {
        TokenEvaluation evaluation = EVALUATOR.evaluate(model, test);
        table.row(
                name,
                TextTable.number(evaluation.nll(), 4),
                TextTable.number(evaluation.perplexity(), 2),
                TextTable.number(evaluation.accuracy(), 4));
    }
}
