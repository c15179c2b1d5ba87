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

import com.oracle.labs.mlrg.olcut.config.ConfigurationManager;
import io.github.tribuollm.llm.evaluation.Score;
import io.github.tribuollm.llm.evaluation.TaskResult;
import io.github.tribuollm.llm.evaluation.run.Benchmark;
import io.github.tribuollm.llm.evaluation.run.Evaluation;
import io.github.tribuollm.llm.evaluation.run.EvaluationFiles;
import io.github.tribuollm.llm.evaluation.run.EvaluationResults;
import io.github.tribuollm.llm.evaluation.run.EvaluationRun;
import io.github.tribuollm.llm.evaluation.run.ModelResults;
import io.github.tribuollm.llm.progress.TextTable;
import io.github.tribuollm.llm.reproduction.EvaluationReproduction;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Measures a model and adapters on it by benchmarks. */
final class EvaluateCommand implements Command<EvaluateOptions> {
    @Override
    public String name() {
        return "evaluate";
    }

    @Override
    public String summary() {
        return "Measures a model, and adapters on it, by benchmarks of answers and by held-out data.";
    }

    @Override
    public String description() {
        return "Answers the prompts of GSM8K and IFEval as lm-evaluation-harness asks and judges them, and those of"
                + " AlpacaEval, whose answers a judge compares with a baseline's and, with --against, with another"
                + " model's; measures loss, accuracy and calibration on held-out rows. Into the output go, for each model"
                + " in a folder of its name, results_DATE.json and samples_TASK_DATE.jsonl in the harness's schema;"
                + " report.html with the answers side by side, coloured by uncertainty; scores.png; with several models"
                + " comparisons.csv (paired tests), gains.png and beaten.png; and config.xml, from which reproduce makes"
                + " the scores again. What is answered is kept in OUTPUT/unfinished until all is done: the same command"
                + " begun again goes on there.";
    }

    @Override
    public List<Example> examples() {
        return List.of(
                new Example(
                        "A chat model on the first 100 questions of GSM8K, with 8 worked examples",
                        "--checkpoint models/SmolLM2-135M-Instruct --tasks gsm8k_cot\n"
                                + "--limit 100 --data gsm8k=gsm8k --output runs/gsm8k-cot"),
                new Example(
                        "What two objectives changed, beside the base",
                        "--checkpoint models/SmolLM2-135M-Instruct\n"
                                + "--adapter mle=runs/mle/adapter,masked=runs/masked-mle/adapter\n"
                                + "--tasks gsm8k,ifeval,held_out --apply-chat-template\n"
                                + "--data gsm8k=gsm8k,ifeval=ifeval/input_data.jsonl,held_out=gsm8k:gsm8k/test.jsonl\n"
                                + "--output runs/evaluation"),
                new Example(
                        "Win rates by a judge behind an endpoint, and answers head to head with those of MLE",
                        "--checkpoint models/SmolLM2-135M-Instruct\n"
                                + "--adapter mle=runs/mle/adapter,masked=runs/masked-mle/adapter --skip-base\n"
                                + "--tasks alpaca_eval --apply-chat-template\n"
                                + "--data alpaca_eval=alpaca_eval/alpaca_eval_gpt4_baseline.json\n"
                                + "--judge http://localhost:8000/v1 --judge-model Qwen/Qwen2.5-7B-Instruct\n"
                                + "--judge-cache judged.jsonl --against mle --output runs/alpaca-eval"),
                new Example(
                        "The bundled model on the bundled word problems",
                        "--checkpoint test-resources/tiny-llama --tasks gsm8k_cot\n"
                                + "--num-fewshot 1 --data gsm8k=test-resources/data/word-problems-heldout.jsonl\n"
                                + "--max-gen-toks 64 --output runs/evaluation"));
    }

    @Override
    public EvaluateOptions options() {
        return new EvaluateOptions();
    }

    @Override
    public void run(EvaluateOptions options, ConfigurationManager configuration, Terminal terminal) {
        Path output = TrainCommand.required(options.output);
        if (Files.exists(output.resolve(EvaluationReproduction.FILE))) {
            throw new UsageError("--output: " + output + " holds a finished run; choose another directory");
        }
        UsageError.requirePositive("--html-prompts", options.htmlPrompts);
        Evaluation evaluation = evaluation(options, configuration);
        finish(evaluation, Optional.ofNullable(options.baseline), options.htmlPrompts, output, terminal);
    }

    /** Measures, and writes everything. */
    static EvaluationResults finish(
            Evaluation evaluation, Optional<String> baseline, int prompts, Path output, Terminal terminal) {
        EvaluationRun run = EvaluationRun.of(evaluation, output).stoppedBy(terminal.interruption()::requested);
        EvaluationResults results = results(run, terminal);
        EvaluationFiles files = new EvaluationFiles(results, baseline, prompts);
        files.write(output);
        EvaluationReproduction.of(results).save(output.resolve(EvaluationReproduction.FILE));
        run.forget();
        terminal.out().print(table(results));
        files.comparisons().ifPresent(comparisons -> {
            terminal.out().print(System.lineSeparator() + comparisons.table().text());
            terminal.out()
                    .print(System.lineSeparator() + comparisons.beatenTable().text());
        });
        if (!results.rivals().isEmpty()) {
            terminal.out().print(System.lineSeparator() + results.rivalTable().text());
        }
        terminal.out().println("Report: " + output.resolve(EvaluationFiles.PAGE));
        return results;
    }

    private static EvaluationResults results(EvaluationRun run, Terminal terminal) {
        Interruption.Section section = terminal.interruption().section();
        try {
            return run.run();
        } finally {
            section.close();
        }
    }

    private static Evaluation evaluation(EvaluateOptions options, ConfigurationManager configuration) {
        Experiment.requireCheckpoint(options.checkpoint);
        Evaluation evaluation = new Evaluation(
                        options.checkpoint,
                        new BenchmarkSettings(options).benchmarks().toArray(Benchmark[]::new))
                .withSystemPrompt(options.systemInstruction)
                .withBatchSize(options.batchSize)
                .withStorage(options.storage.choice())
                .withAllOn(Experiment.execution(Optional.empty(), options.execution, configuration));
        for (Map.Entry<String, String> adapter :
                NamedPaths.of("--adapter", options.adapters).entrySet()) {
            evaluation = evaluation.withAdapter(adapter.getKey(), Path.of(adapter.getValue()));
        }
        Evaluation models = options.skipBase ? evaluation.withBase(false) : evaluation;
        requireModel("--baseline", options.baseline, models);
        requireModel("--against", options.judge.against, models);
        return models.withRival(options.judge.against);
    }

    private static void requireModel(String option, String name, Evaluation evaluation) {
        if (name != null && !evaluation.modelNames().contains(name)) {
            throw new UsageError(option + ": there is no model '" + name + "'; choose of "
                    + String.join(", ", evaluation.modelNames()));
        }
    }

    private static TextTable table(EvaluationResults results) {
        TextTable table = new TextTable("task", "model", "metric", "filter", "value", "stderr", "count");
        for (ModelResults model : results.models()) {
            for (TaskResult result : model.results()) {
                for (Score score : result.scores()) {
                    table.row(
                            result.name(),
                            model.model(),
                            score.metric(),
                            score.filter(),
                            TextTable.number(score.value(), 4),
                            TextTable.number(score.standardError(), 4),
                            Long.toString(score.count()));
                }
            }
        }
        return table;
    }
}
