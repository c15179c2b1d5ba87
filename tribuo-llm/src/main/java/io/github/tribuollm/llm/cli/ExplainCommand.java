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
import io.github.tribuollm.llm.architecture.Architecture;
import io.github.tribuollm.llm.architecture.Architectures;
import io.github.tribuollm.llm.checkpoint.AtomicFile;
import io.github.tribuollm.llm.checkpoint.Checkpoint;
import io.github.tribuollm.llm.data.TokenSequence;
import io.github.tribuollm.llm.graphs.ModelShape;
import io.github.tribuollm.llm.graphs.ParameterSet;
import io.github.tribuollm.llm.graphs.ReferenceModel;
import io.github.tribuollm.llm.graphs.TokenWeights;
import io.github.tribuollm.llm.lora.PeftFiles;
import io.github.tribuollm.llm.scoring.ObjectiveExplainer;
import io.github.tribuollm.llm.scoring.TokenExplanation;
import io.github.tribuollm.objectives.Objective;
import io.github.tribuollm.runtime.Backend;
import io.github.tribuollm.runtime.WeightSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Tells what an objective does with each token of documents, and why. */
final class ExplainCommand implements Command<ExplainOptions> {
    @Override
    public String name() {
        return "explain";
    }

    @Override
    public String summary() {
        return "Shows which term of an objective takes each token, with which weight and why.";
    }

    @Override
    public String description() {
        return "Weighs documents as one optimiser step under an objective and prints a table for each: the completion"
                + " tokens, their loss, for each selection their score and the lowest score taken (* marks a token that"
                + " is taken), and for each term their normalised weight and what they contribute to the loss.";
    }

    @Override
    public List<Example> examples() {
        return List.of(
                new Example(
                        "Masked MLE on four word problems, as a page too",
                        "--checkpoint test-resources/tiny-llama --format gsm8k\n"
                                + "--data test-resources/data/word-problems-heldout.jsonl\n"
                                + "--documents 4 --html explained.html"),
                new Example(
                        "The objective and the data of an experiment",
                        "--config tutorials/configs/quick-start.xml\n" + "--checkpoint test-resources/tiny-llama"));
    }

    @Override
    public ExplainOptions options() {
        return new ExplainOptions();
    }

    @Override
    public void run(ExplainOptions options, ConfigurationManager configuration, Terminal terminal) {
        UsageError.requirePositive("--documents", options.documents);
        WrittenFiles files = new WrittenFiles().reading("--data", options.data.data);
        options.output = files.writing("--output", options.output);
        options.html = files.writing("--html", options.html);
        try (LoadedModel model = LoadedModel.open(options.model)) {
            Objective objective = objective(options, configuration);
            List<TokenSequence> shown = Experiment.source(
                            options.experiment, options.data, configuration, model.checkpoint())
                    .first(options.documents);
            Backend backend = Experiment.execution(options.experiment, options.execution, configuration)
                    .backend();
            List<List<TokenExplanation>> explained = explain(options, model, objective, shown, backend);
            List<ExplainedSequence> sequences = new ArrayList<>();
            for (int i = 0; i < shown.size(); i++) {
                List<String> texts =
                        model.checkpoint().tokenizer().display(shown.get(i).tokens());
                sequences.add(new ExplainedSequence(shown.get(i), texts, explained.get(i)));
            }
            write(new ExplanationReport(objective, sequences), options, terminal);
        }
    }

    private static void write(ExplanationReport report, ExplainOptions options, Terminal terminal) {
        if (options.output == null) {
            terminal.out().print(report.text());
        } else {
            AtomicFile.write(options.output, report.in(options.output));
            terminal.out().println("Explained: " + options.output);
        }
        if (options.html != null) {
            AtomicFile.write(options.html, report.html());
        }
    }

    private static Objective objective(ExplainOptions options, ConfigurationManager configuration) {
        if (options.config() != null) {
            return Experiment.inFile(configuration, options.experiment)
                    .trainer()
                    .objective();
        }
        new Components(configuration).objective("objective", options.objective(), options.mask);
        return (Objective) configuration.lookup("objective");
    }

    private static List<List<TokenExplanation>> explain(
            ExplainOptions options, LoadedModel model, Objective objective, List<TokenSequence> data, Backend backend) {
        Architecture architecture = Architectures.of(model.checkpoint());
        WeightSource weights = model.checkpoint().weights().source(options.storage.choice(), backend);
        int longest = data.stream().mapToInt(TokenSequence::length).max().orElseThrow();
        ModelShape shape = ModelShape.of(architecture, model.adapter(), longest, data.size())
                .on(backend);
        try (ParameterSet parameters =
                        model.adapter().map(ParameterSet::of).orElseGet(() -> new ParameterSet(Map.of()));
                ReferenceModel reference = reference(options, model.checkpoint(), shape);
                ObjectiveExplainer explainer = new ObjectiveExplainer(
                        TokenWeights.honoured(objective, data), shape, parameters, Optional.of(reference), weights)) {
            return explainer.explain(data);
        }
    }

    private static ReferenceModel reference(ExplainOptions options, Checkpoint base, ModelShape shape) {
        return Optional.ofNullable(options.referenceAdapter)
                .map(directory -> ReferenceModel.adapted(shape, PeftFiles.load(directory, base)))
                .orElseGet(() -> ReferenceModel.base(shape));
    }
}
