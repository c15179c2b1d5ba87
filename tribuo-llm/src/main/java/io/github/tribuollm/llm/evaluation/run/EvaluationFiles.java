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

import io.github.tribuollm.llm.checkpoint.AtomicFile;
import io.github.tribuollm.llm.checkpoint.ChatFiles;
import io.github.tribuollm.llm.checkpoint.Tokenizer;
import io.github.tribuollm.llm.data.Message;
import io.github.tribuollm.llm.evaluation.HarnessFiles;
import io.github.tribuollm.llm.evaluation.HarnessRun;
import io.github.tribuollm.llm.evaluation.ModelInput;
import io.github.tribuollm.llm.evaluation.Query;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Writes what an evaluation found: for each model a folder with lm-evaluation-harness's {@code results_*.json} and
 * {@code samples_*.jsonl}, and for all {@code report.html}, {@code comparisons.csv},
 * {@code head-to-head.csv} and pictures.
 */
public final class EvaluationFiles {
    /** The page. */
    public static final String PAGE = "report.html";

    private final EvaluationResults results;
    private final int prompts;
    private final Optional<ModelComparisons> comparisons;

    /**
     * Files of an evaluation.
     *
     * @param results what it found
     * @param baseline the model that the others are compared with; the first if empty
     * @param prompts of how many prompts of each benchmark the page shows answers
     * @throws io.github.tribuollm.llm.evaluation.EvaluationException if there is no such model
     */
    public EvaluationFiles(EvaluationResults results, Optional<String> baseline, int prompts) {
        this.results = results;
        this.prompts = prompts;
        this.comparisons =
                results.models().size() < 2 ? Optional.empty() : Optional.of(ModelComparisons.of(results, baseline));
    }

    /** {@return the models beside the baseline; empty of a single one} */
    public Optional<ModelComparisons> comparisons() {
        return comparisons;
    }

    /**
     * Writes all files.
     *
     * @param output the directory
     * @throws io.github.tribuollm.llm.checkpoint.CheckpointException if one cannot be written
     */
    public void write(Path output) {
        results.models()
                .forEach(model -> HarnessFiles.write(output.resolve(model.model()), run(model), model.results()));
        try (Tokenizer tokenizer = Tokenizer.open(results.evaluation().directory())) {
            AtomicFile.write(
                    output.resolve(PAGE),
                    new EvaluationPage(results, tokenizer, prompts)
                            .page(comparisons)
                            .html());
            EvaluationCharts charts = new EvaluationCharts(results, output);
            charts.write();
            if (!results.rivals().isEmpty()) {
                AtomicFile.write(
                        output.resolve("head-to-head.csv"), results.rivalTable().csv());
            }
            if (comparisons.isPresent()) {
                charts.write(comparisons.get());
                AtomicFile.write(
                        output.resolve("comparisons.csv"),
                        comparisons.get().table().csv());
            }
        }
    }

    private HarnessRun run(ModelResults model) {
        Map<String, String> arguments = new TreeMap<>();
        arguments.put("pretrained", results.evaluation().checkpoint());
        Optional<Path> adapter = results.evaluation().models().get(model.model());
        adapter.ifPresent(directory -> arguments.put("peft", directory.toString()));
        return new HarnessRun(
                model.model(),
                arguments,
                results.evaluation().batchSize(),
                results.started(),
                results.took(),
                layout());
    }

    private HarnessRun.Layout layout() {
        List<ModelInput.Chat> chats = results.evaluation().benchmarks().stream()
                .flatMap(benchmark -> benchmark.queries().stream())
                .map(Query::input)
                .filter(ModelInput.Chat.class::isInstance)
                .map(ModelInput.Chat.class::cast)
                .toList();
        boolean turns = chats.stream()
                .anyMatch(chat -> chat.conversation().messages().stream().anyMatch(Message::fromAssistant));
        return new HarnessRun.Layout(
                chats.isEmpty() ? Optional.empty() : Optional.of(template()),
                turns,
                results.evaluation().systemPrompt());
    }

    private String template() {
        return results.evaluation()
                .template()
                .map(Object::toString)
                .orElseGet(() -> ChatFiles.read(results.evaluation().directory())
                        .templates()
                        .getOrDefault(ChatFiles.DEFAULT, ""));
    }
}
