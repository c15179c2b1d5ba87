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
package io.github.tribuollm.llm.evaluation.run;

import io.github.tribuollm.llm.checkpoint.Tokenizer;
import io.github.tribuollm.llm.evaluation.Judgement;
import io.github.tribuollm.llm.evaluation.Points;
import io.github.tribuollm.llm.evaluation.Score;
import io.github.tribuollm.llm.evaluation.TaskResult;
import io.github.tribuollm.llm.generation.Answer;
import io.github.tribuollm.llm.generation.Generation;
import io.github.tribuollm.llm.generation.GenerationPage;
import io.github.tribuollm.uncertainty.SummaryTable;
import io.github.tribuollm.uncertainty.pages.Panel;
import io.github.tribuollm.uncertainty.pages.TokenPage;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.StringJoiner;
import java.util.stream.DoubleStream;

/** An evaluation as a page: scores, comparisons, and the models' answers side by side, coloured by uncertainty. */
final class EvaluationPage {
    private static final int SHOWN = 240;

    private final EvaluationResults results;
    private final Tokenizer tokenizer;
    private final int prompts;

    /**
     * A page.
     *
     * @param results what is shown
     * @param tokenizer of the models
     * @param prompts of how many prompts of each benchmark answers are shown
     */
    EvaluationPage(EvaluationResults results, Tokenizer tokenizer, int prompts) {
        this.results = results;
        this.tokenizer = tokenizer;
        this.prompts = prompts;
    }

    TokenPage page(Optional<ModelComparisons> comparisons) {
        TokenPage page = TokenPage.titled(
                        "Evaluation of " + results.evaluation().baseName())
                .note(
                        "Answers of the models stand side by side, each token coloured by the measure chosen; hover over a"
                                + " token, or move to it with the Tab key, for its figures. Verdicts are in the headings.");
        for (Benchmark benchmark : results.evaluation().benchmarks()) {
            page = page.note(benchmark.toString());
        }
        for (int i = 0; i < results.evaluation().benchmarks().size(); i++) {
            page = page.table(scores(i));
        }
        if (comparisons.isPresent()) {
            page = page.table(comparisons.get().table()).table(comparisons.get().beatenTable());
        }
        if (!results.rivals().isEmpty()) {
            page = page.table(results.rivalTable());
        }
        for (int i = 0; i < results.evaluation().benchmarks().size(); i++) {
            page = answers(page, i);
        }
        return page;
    }

    /** {@return the scores of all models on a benchmark, a column for each score and one for its standard error} */
    SummaryTable scores(int benchmark) {
        TaskResult first = results.models().get(0).results().get(benchmark);
        List<String> header = new ArrayList<>(List.of("model"));
        for (Score score : first.scores()) {
            header.add(named(score.metric(), score.filter()));
            header.add("±");
        }
        SummaryTable table = new SummaryTable(
                first.name() + ", " + first.size() + " prompts, " + first.shots() + " shots", header, List.of());
        for (ModelResults model : results.models()) {
            double[] values = model.results().get(benchmark).scores().stream()
                    .flatMapToDouble(score -> DoubleStream.of(score.value(), score.standardError()))
                    .toArray();
            table = table.row(model.model(), values);
        }
        return table;
    }

    private static String named(String metric, String filter) {
        return filter.equals(Judgement.WHOLE) ? metric : metric + ", " + filter;
    }

    private TokenPage answers(TokenPage page, int benchmark) {
        TokenPage longer = page;
        int answered =
                results.models().get(0).measurements().get(benchmark).answers().size();
        for (int prompt = 0; prompt < Math.min(prompts, answered); prompt++) {
            List<Panel> panels = new ArrayList<>();
            for (ModelResults model : results.models()) {
                panel(model, benchmark, prompt).ifPresent(panels::add);
            }
            if (!panels.isEmpty()) {
                longer = longer.document(heading(benchmark, prompt), panels.toArray(Panel[]::new));
            }
        }
        return longer;
    }

    private String heading(int benchmark, int prompt) {
        Measurement first = results.models().get(0).measurements().get(benchmark);
        StringJoiner heading = new StringJoiner("; ");
        heading.add(first.result().name() + " " + (prompt + 1) + ", "
                + first.answers().get(prompt).prompt().origin() + ": "
                + ending(first.answers().get(prompt).prompt().question()));
        for (ModelResults model : results.models()) {
            heading.add(model.model() + ": " + verdicts(model.results().get(benchmark), prompt));
        }
        return heading.toString();
    }

    /** The end of a prompt, where the question is: worked examples come before. */
    private static String ending(String prompt) {
        String line = prompt.strip().replaceAll("\\s+", " ");
        return line.length() <= SHOWN ? line : "…" + line.substring(line.length() - SHOWN);
    }

    private Optional<Panel> panel(ModelResults model, int benchmark, int prompt) {
        Generation generation = model.measurements().get(benchmark).answers().get(prompt);
        Answer answer = generation.answers().get(0);
        return answer.tokens().isEmpty()
                ? Optional.empty()
                : Optional.of(
                        new Panel(model.model(), GenerationPage.measures(generation.prompt(), answer, tokenizer)));
    }

    private static String verdicts(TaskResult result, int prompt) {
        StringJoiner verdicts = new StringJoiner(", ");
        for (Points points : result.points()) {
            String read = points.filter().equals(Judgement.WHOLE) ? points.metric() : points.filter();
            verdicts.add(read + " " + points.verdict(prompt));
        }
        return verdicts.toString();
    }
}
