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
package io.github.tribuollm.llm.notebook;

import com.oracle.labs.mlrg.olcut.provenance.ObjectProvenance;
import io.github.tribuollm.llm.evaluation.Score;
import io.github.tribuollm.llm.evaluation.ScoreComparison;
import io.github.tribuollm.llm.evaluation.TaskResult;
import io.github.tribuollm.llm.evaluation.TaskScores;
import io.github.tribuollm.llm.evaluation.run.EvaluationResults;
import io.github.tribuollm.llm.evaluation.run.ModelComparisons;
import io.github.tribuollm.llm.evaluation.run.ModelResults;
import io.github.tribuollm.llm.generation.Answer;
import io.github.tribuollm.llm.generation.AnswerScore;
import io.github.tribuollm.llm.generation.Generation;
import io.github.tribuollm.llm.generation.Generations;
import io.github.tribuollm.llm.progress.Numbers;
import io.github.tribuollm.llm.progress.TextTable;
import io.github.tribuollm.llm.reproduction.ProvenanceDiff;
import io.github.tribuollm.llm.token.TokenEvaluation;
import io.github.tribuollm.llm.token.TokenSequenceDataset;
import io.github.tribuollm.llm.training.report.LossHistory;
import io.github.tribuollm.llm.uncertainty.UncertaintyEvaluation;
import io.github.tribuollm.uncertainty.Figures;
import io.github.tribuollm.uncertainty.Measure;
import io.github.tribuollm.uncertainty.SummaryTable;
import io.github.tribuollm.uncertainty.charts.Chart;
import io.github.tribuollm.uncertainty.pages.TokenPage;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.dflib.jjava.jupyter.kernel.display.Renderer;
import org.dflib.jjava.jupyter.kernel.display.mime.MIMEType;

/** How each kind of object shows itself: one line each. */
final class Renderings {
    private Renderings() {}

    static void register(Renderer renderer) {
        picture(renderer, Chart.class, Optional::of);
        picture(
                renderer,
                LossHistory.class,
                losses -> losses.isEmpty() ? Optional.empty() : Optional.of(losses.chart()));
        both(renderer, NotebookProgress.class, NotebookProgress::content);
        both(renderer, Display.Content.class, content -> content);
        html(renderer, TokenPage.class, PageFrame::html);
        table(renderer, SummaryTable.class, Renderings::summary);
        table(renderer, TokenSequenceDataset.class, Renderings::dataset);
        table(renderer, TokenEvaluation.class, Renderings::evaluation);
        table(renderer, UncertaintyEvaluation.class, Renderings::evaluation);
        table(renderer, TaskScores.class, Renderings::scores);
        table(renderer, ScoreComparison.class, Renderings::comparison);
        table(renderer, EvaluationResults.class, Renderings::results);
        table(renderer, ModelComparisons.class, comparisons -> summary(comparisons.table()));
        table(renderer, Generation.class, generation -> answers(List.of(generation)));
        table(renderer, Generations.class, generations -> answers(generations.list()));
        table(renderer, ProvenanceDiff.class, Renderings::differences);
        html(renderer, ObjectProvenance.class, ProvenanceTree::html);
    }

    private static <T> void picture(Renderer renderer, Class<T> type, Function<T, Optional<Chart>> chart) {
        renderer.createRegistration(type).preferring(MIMEType.IMAGE_PNG).register((object, context) -> {
            chart.apply(object)
                    .ifPresent(drawn -> context.renderIfRequested(
                            MIMEType.IMAGE_PNG, () -> Base64.getEncoder().encodeToString(drawn.png())));
            context.getOutputContainer().putData(MIMEType.TEXT_PLAIN, object.toString());
        });
    }

    private static <T> void html(Renderer renderer, Class<T> type, Function<T, String> html) {
        both(renderer, type, object -> new Display.Content(html.apply(object), object.toString()));
    }

    private static <T> void table(Renderer renderer, Class<T> type, Function<T, HtmlTable> table) {
        both(renderer, type, object -> table.apply(object).content());
    }

    private static <T> void both(Renderer renderer, Class<T> type, Function<T, Display.Content> content) {
        renderer.createRegistration(type).preferring(MIMEType.TEXT_HTML).register((object, context) -> {
            Display.Content shown = content.apply(object);
            context.renderIfRequested(MIMEType.TEXT_HTML, shown::html);
            context.getOutputContainer().putData(MIMEType.TEXT_PLAIN, shown.text());
        });
    }

    private static HtmlTable summary(SummaryTable summary) {
        HtmlTable table = new HtmlTable(summary.caption(), summary.header());
        summary.cells().forEach(table::row);
        return table;
    }

    private static HtmlTable dataset(TokenSequenceDataset data) {
        HtmlTable table = HtmlTable.of("", "sequences", "tokens", "learned", "longest", "vocabulary");
        return table.row(
                Numbers.grouped(data.size()),
                Numbers.grouped(data.tokens()),
                Numbers.grouped(data.completionTokens()),
                Numbers.grouped(data.longest()),
                Numbers.grouped(data.vocabularySize()));
    }

    private static HtmlTable evaluation(TokenEvaluation evaluation) {
        return HtmlTable.of("", "tokens", "loss (nats a token)", "perplexity", "accuracy")
                .row(
                        Numbers.grouped(Math.round(evaluation.weight())),
                        TextTable.number(evaluation.nll(), 4),
                        TextTable.number(evaluation.perplexity(), 2),
                        TextTable.number(evaluation.accuracy(), 4));
    }

    private static HtmlTable evaluation(UncertaintyEvaluation evaluation) {
        HtmlTable table = HtmlTable.of(
                Numbers.counted(evaluation.documents().size(), "document"), "measure", "mean", "unit", "is");
        for (Measure measure : evaluation.measures()) {
            table.row(
                    measure.label(), TextTable.number(evaluation.mean(measure), 4), measure.unit(), measure.meaning());
        }
        return table;
    }

    private static HtmlTable scores(TaskScores scores) {
        HtmlTable table = HtmlTable.of(scores.task(), "metric", "filter", "value", "standard error", "verdicts");
        for (Score score : scores.scores()) {
            table.row(
                    score.metric(),
                    score.filter(),
                    TextTable.number(score.value(), 4),
                    TextTable.number(score.standardError(), 4),
                    Numbers.grouped(score.count()));
        }
        return table;
    }

    private static HtmlTable results(EvaluationResults results) {
        HtmlTable table = HtmlTable.of("", "model", "task", "metric", "filter", "value", "standard error");
        for (ModelResults model : results.models()) {
            for (TaskResult task : model.results()) {
                for (Score score : task.scores()) {
                    table.row(
                            model.model(),
                            task.name(),
                            score.metric(),
                            score.filter(),
                            TextTable.number(score.value(), 4),
                            TextTable.number(score.standardError(), 4));
                }
            }
        }
        return table;
    }

    private static HtmlTable comparison(ScoreComparison comparison) {
        return HtmlTable.of(
                        comparison.model().metric() + " (" + comparison.model().filter() + ")",
                        "model",
                        "baseline",
                        "difference",
                        "p")
                .row(
                        TextTable.number(comparison.model().value(), 4),
                        TextTable.number(comparison.baseline().value(), 4),
                        comparison.difference().toString(),
                        Figures.probability(comparison.p(), 4));
    }

    private static HtmlTable answers(List<Generation> generations) {
        HtmlTable table = HtmlTable.of("", "question", "answer", "tokens", "perplexity");
        for (Generation generation : generations) {
            for (Answer answer : generation.answers()) {
                table.row(
                        generation.prompt().question(),
                        answer.text(),
                        Numbers.grouped(answer.tokens().size()),
                        TextTable.number(answer.score(AnswerScore.PERPLEXITY), 2));
            }
        }
        return table;
    }

    private static HtmlTable differences(ProvenanceDiff diff) {
        HtmlTable table = HtmlTable.of(diff.isEmpty() ? "no difference" : "", "field", "first", "second");
        for (ProvenanceDiff.Difference difference : diff.differences()) {
            table.row(difference.path(), shown(difference.first()), shown(difference.second()));
        }
        return table;
    }

    private static String shown(String value) {
        return value == null ? "absent" : value;
    }
}
