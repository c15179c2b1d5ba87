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

import io.github.tribuollm.fixtures.TinyModel;
import io.github.tribuollm.llm.CausalLMTrainer;
import io.github.tribuollm.llm.checkpoint.Checkpoint;
import io.github.tribuollm.llm.data.Gsm8kSource;
import io.github.tribuollm.llm.data.TruncationPolicy;
import io.github.tribuollm.llm.data.template.QuestionAnswerTemplate;
import io.github.tribuollm.llm.token.TokenSequenceDataset;
import io.github.tribuollm.llm.token.TokenSequenceSource;
import io.github.tribuollm.llm.training.report.CurriculumRecorder;
import io.github.tribuollm.llm.training.report.TrainingListener;
import io.github.tribuollm.objectives.Objective;
import io.github.tribuollm.uncertainty.SummaryTable;
import io.github.tribuollm.uncertainty.TokenClass;
import io.github.tribuollm.uncertainty.pages.CurriculumPage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * The paper's Figure 4 on a checkpoint that learns GSM8K under Masked MLE: which kinds of token carry the loss before
 * training, early and late, as a table and as a page.
 *
 * <p>Arguments: the checkpoint, the folder of GSM8K, a directory for the page, the numbers of rows to train on, to measure
 * and of a step, the learning rate. It fails if the share of the
 * signs that give a text its structure (the token that ends it, line breaks, punctuation) does not fall.
 */
final class CurriculumEvidence {
    private static final String HELD_OUT = "GSM8K test";
    private static final int SHOWN_ROWS = 6;
    private static final int MAX_LENGTH = 256;
    private static final Set<TokenClass> STRUCTURE =
            EnumSet.of(TokenClass.SPECIAL, TokenClass.BLANK, TokenClass.PUNCTUATION);

    private final Path checkpoint;
    private final Path data;

    private CurriculumEvidence(Path checkpoint, Path data) {
        this.checkpoint = checkpoint;
        this.data = data;
    }

    /** How much is learned and measured. */
    private record Size(int rows, int heldOut, int batch, String learningRate) {}

    private TokenSequenceSource source(String file, int rows) {
        return new TokenSequenceSource(
                checkpoint,
                new Gsm8kSource(data.resolve(file), 0, rows),
                new QuestionAnswerTemplate(),
                MAX_LENGTH,
                TruncationPolicy.TRUNCATE_END);
    }

    private boolean run(Path output, Size size) throws IOException {
        TokenSequenceSource heldOut = source("test.jsonl", size.heldOut());
        Map<String, String> settings = Map.of(
                "rank",
                "32",
                "alpha",
                "64",
                "batchSize",
                Integer.toString(size.batch()),
                "learningRate",
                size.learningRate(),
                "saveInterval",
                "100000",
                "interval",
                Integer.toString(Math.max(1, size.rows() / size.batch() / 6)));
        CausalLMTrainer trainer =
                TinyModel.trainer(checkpoint, Objective.maskedMle(0.75), settings, Map.of(HELD_OUT, heldOut));
        try (Checkpoint base = Checkpoint.open(checkpoint)) {
            CurriculumRecorder all = new CurriculumRecorder(HELD_OUT, size.heldOut(), base.tokenizer()::display);
            CurriculumRecorder shown = new CurriculumRecorder(HELD_OUT, SHOWN_ROWS, base.tokenizer()::display);
            TrainingListener both = TrainingListener.together(all, shown);
            trainer.withListener(both).train(new TokenSequenceDataset(source("train.jsonl", size.rows())));
            Files.createDirectories(output);
            CurriculumPage.of("What is still to learn, step by step", shown.curriculum())
                    .write(output.resolve("curriculum.html"));
            return report(all.curriculum().table());
        }
    }

    private static boolean report(SummaryTable table) {
        System.out.println(table.text());
        double before = share(table, 3);
        double after = share(table, table.header().size() - 1);
        boolean holds = after < before;
        System.out.printf(
                Locale.ROOT,
                "{\"claim\": \"automatic curriculum\", \"share_of_structure_before\": %.1f, \"share_of_structure_after\":"
                        + " %.1f, \"holds\": %b}%n",
                before,
                after,
                holds);
        return holds;
    }

    /** The percentage of the loss that signs of structure carry, from a column of shares. */
    private static double share(SummaryTable table, int column) {
        return table.rows().stream()
                .filter(row ->
                        STRUCTURE.stream().anyMatch(kind -> kind.toString().equals(row.title())))
                .mapToDouble(row -> row.values().get(column - 1))
                .sum();
    }

    /**
     * Prints the evidence.
     *
     * @param arguments checkpoint, data, output, rows to train on, rows to measure, rows of a step, learning rate
     * @throws IOException if the page cannot be written
     */
    public static void main(String[] arguments) throws IOException {
        Size size = new Size(
                Integer.parseInt(arguments[3]),
                Integer.parseInt(arguments[4]),
                Integer.parseInt(arguments[5]),
                arguments[6]);
        boolean holds =
                new CurriculumEvidence(Path.of(arguments[0]), Path.of(arguments[1])).run(Path.of(arguments[2]), size);
        System.exit(holds ? 0 : 1);
    }
}
