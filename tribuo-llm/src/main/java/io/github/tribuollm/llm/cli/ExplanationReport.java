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
package io.github.tribuollm.llm.cli;

import io.github.tribuollm.llm.progress.TextTable;
import io.github.tribuollm.llm.scoring.TokenExplanation;
import io.github.tribuollm.objectives.Objective;
import io.github.tribuollm.uncertainty.CsvWriter;
import io.github.tribuollm.uncertainty.JsonLinesWriter;
import io.github.tribuollm.uncertainty.MeasuresWriter;
import io.github.tribuollm.uncertainty.TokenMeasures;
import io.github.tribuollm.uncertainty.pages.Panel;
import io.github.tribuollm.uncertainty.pages.TokenPage;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Function;

/**
 * What an objective does with each token of sequences, in every form that can be asked for.
 *
 * @param objective the objective
 * @param sequences one optimiser step
 */
record ExplanationReport(Objective objective, List<ExplainedSequence> sequences) {
    /** The form that a file's name ends in. */
    String in(Path file) {
        String name = file.getFileName().toString();
        if (WrittenFiles.isTable(file)) {
            return written(CsvWriter::new);
        }
        return name.endsWith(".jsonl") ? written(JsonLinesWriter::new) : text();
    }

    /** The objective and a table for each sequence. */
    String text() {
        StringBuilder text = new StringBuilder(objective + System.lineSeparator());
        for (ExplainedSequence sequence : sequences) {
            text.append(System.lineSeparator())
                    .append(sequence.sequence().origin())
                    .append(System.lineSeparator())
                    .append(sequence.table(objective));
        }
        return text.toString();
    }

    /** A page with the sequences coloured by each figure. */
    String html() {
        double total = sequences.stream()
                .flatMap(sequence -> sequence.tokens().stream())
                .mapToDouble(TokenExplanation::contribution)
                .sum();
        TokenPage page = TokenPage.titled("What the objective does with each token")
                .note(objective.toString())
                .note("The contributions of all tokens add up to the objective's value, " + TextTable.number(total, 4)
                        + ".")
                .unit("contribution", "");
        for (int k = 0; k < objective.terms().size(); k++) {
            page = page.unit(ExplainedSequence.weight(objective, k), "");
        }
        for (ExplainedSequence sequence : sequences) {
            TokenMeasures measures = sequence.measures(objective);
            page = page.document(measures.title(), new Panel("Completion", measures));
        }
        return page.html();
    }

    private String written(Function<Writer, MeasuresWriter> format) {
        StringWriter text = new StringWriter();
        try (MeasuresWriter writer = format.apply(text)) {
            for (ExplainedSequence sequence : sequences) {
                writer.write(sequence.measures(objective));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return text.toString();
    }
}
