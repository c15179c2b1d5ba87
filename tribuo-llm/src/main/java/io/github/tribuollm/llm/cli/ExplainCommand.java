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
import io.github.tribuollm.llm.checkpoint.Storage;
import io.github.tribuollm.llm.cli.OptionTable.Choices;
import io.github.tribuollm.llm.data.TokenSequence;
import io.github.tribuollm.llm.graphs.ModelShape;
import io.github.tribuollm.llm.graphs.ParameterSet;
import io.github.tribuollm.llm.graphs.ReferenceModel;
import io.github.tribuollm.llm.lora.LoraTargets;
import io.github.tribuollm.llm.lora.PeftFiles;
import io.github.tribuollm.llm.scoring.ObjectiveExplainer;
import io.github.tribuollm.llm.scoring.TokenExplanation;
import io.github.tribuollm.objectives.Objective;
import io.github.tribuollm.runtime.Backend;
import io.github.tribuollm.runtime.WeightSource;
import io.github.tribuollm.uncertainty.TokenMeasures;
import io.github.tribuollm.uncertainty.pages.Panel;
import io.github.tribuollm.uncertainty.pages.TokenPage;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.ToDoubleFunction;

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
        if (options.documents < 1) {
            throw new UsageError("--documents: must be at least 1: " + options.documents);
        }
        try (LoadedModel model = LoadedModel.open(options.model)) {
            Objective objective = objective(options, configuration);
            List<TokenSequence> data =
                    Experiment.sequences(options.experiment, options.data, configuration, model.checkpoint());
            List<TokenSequence> shown = data.subList(0, Math.min(data.size(), options.documents));
            List<List<TokenExplanation>> explained = explain(
                    options,
                    model,
                    objective,
                    shown,
                    Experiment.execution(options.experiment, options.execution, configuration)
                            .backend());
            terminal.out().println(objective);
            Page page = new Page(objective, explained);
            for (int d = 0; d < shown.size(); d++) {
                List<String> texts =
                        model.checkpoint().tokenizer().display(shown.get(d).tokens());
                terminal.out().println();
                terminal.out().println(shown.get(d).origin());
                terminal.out().print(table(objective, texts, explained.get(d)));
                page.add(shown.get(d), texts, explained.get(d));
            }
            if (options.html != null) {
                page.write(options.html);
            }
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot write the page: " + e.getMessage(), e);
        }
    }

    private static Objective objective(ExplainOptions options, ConfigurationManager configuration) {
        if (options.config() != null) {
            return Experiment.inFile(configuration, options.experiment)
                    .trainer()
                    .objective();
        }
        ObjectiveName name = Choices.among("--objective", options.objective, ObjectiveName.class);
        new Components(configuration).objective("objective", name, options.mask);
        return (Objective) configuration.lookup("objective");
    }

    private static List<List<TokenExplanation>> explain(
            ExplainOptions options, LoadedModel model, Objective objective, List<TokenSequence> data, Backend backend) {
        Architecture architecture = Architectures.of(model.checkpoint());
        WeightSource weights = model.checkpoint().weights().source(Storage.FLOAT32, backend.computeType());
        int longest = data.stream().mapToInt(TokenSequence::length).max().orElseThrow();
        ModelShape shape = ModelShape.of(architecture, model.adapter(), longest, data.size())
                .on(backend);
        try (ParameterSet parameters =
                        model.adapter().map(ParameterSet::of).orElseGet(() -> new ParameterSet(Map.of()));
                ReferenceModel reference = reference(options, architecture, shape);
                ObjectiveExplainer explainer =
                        new ObjectiveExplainer(objective, shape, parameters, Optional.of(reference), weights)) {
            return explainer.explain(data);
        }
    }

    private static ReferenceModel reference(ExplainOptions options, Architecture architecture, ModelShape shape) {
        return Optional.ofNullable(options.referenceAdapter)
                .map(PeftFiles::load)
                .map(adapter -> {
                    LoraTargets.requireFit(architecture, adapter);
                    return ReferenceModel.adapted(shape, adapter);
                })
                .orElseGet(() -> ReferenceModel.base(shape));
    }

    private static String table(Objective objective, List<String> texts, List<TokenExplanation> tokens) {
        List<String> header = new ArrayList<>(List.of("token", "loss"));
        objective.selections().forEach(s -> header.addAll(List.of("score", "threshold", "taken")));
        objective.terms().forEach(t -> header.addAll(List.of("weight: " + t.target(), "contribution")));
        TextTable table = new TextTable(header.toArray(String[]::new));
        for (TokenExplanation token : tokens) {
            List<String> cells = new ArrayList<>();
            cells.add(printable(texts.get(token.position())));
            cells.add(TextTable.number(token.loss(), 4));
            token.selections().forEach(rank -> {
                cells.add(TextTable.number(rank.score(), 4));
                cells.add(TextTable.number(rank.threshold(), 4));
                cells.add(rank.taken() ? "*" : "");
            });
            token.terms().forEach(share -> {
                cells.add(TextTable.number(share.weight(), 6));
                cells.add(TextTable.number(share.loss(), 6));
            });
            table.row(cells.toArray(String[]::new));
        }
        return table.toString();
    }

    /** A token on one line that cannot steer a terminal. */
    private static String printable(String token) {
        StringBuilder text = new StringBuilder("'");
        token.codePoints().forEach(point -> {
            if (point == '\n') {
                text.append("\\n");
            } else if (Character.isISOControl(point)) {
                text.append('\ufffd');
            } else {
                text.appendCodePoint(point);
            }
        });
        return text.append("'").toString();
    }

    /** The documents coloured by each figure. */
    private static final class Page {
        private final Objective objective;
        private TokenPage page;

        Page(Objective objective, List<List<TokenExplanation>> explained) {
            this.objective = objective;
            double total = explained.stream()
                    .flatMap(List::stream)
                    .mapToDouble(TokenExplanation::contribution)
                    .sum();
            TokenPage titled = TokenPage.titled("What the objective does with each token")
                    .note(objective.toString())
                    .note("The contributions of all tokens add up to the objective's value, "
                            + TextTable.number(total, 4) + ".")
                    .unit("contribution", "");
            for (int k = 0; k < objective.terms().size(); k++) {
                titled = titled.unit(weight(k), "");
            }
            page = titled;
        }

        private String weight(int term) {
            return "weight " + (term + 1) + ": " + objective.terms().get(term).target();
        }

        void add(TokenSequence document, List<String> texts, List<TokenExplanation> tokens) {
            Map<String, double[]> measures = new LinkedHashMap<>();
            put(measures, "contribution", document, tokens, TokenExplanation::contribution);
            put(measures, "loss", document, tokens, TokenExplanation::loss);
            for (int i = 0; i < objective.selections().size(); i++) {
                int selection = i;
                String name = "score " + (i + 1) + ": " + objective.selections().get(i);
                put(
                        measures,
                        name,
                        document,
                        tokens,
                        t -> t.selections().get(selection).score());
            }
            for (int k = 0; k < objective.terms().size(); k++) {
                int term = k;
                put(
                        measures,
                        weight(k),
                        document,
                        tokens,
                        t -> t.terms().get(term).weight());
            }
            BitSet taken = new BitSet();
            tokens.stream().filter(t -> t.terms().get(0).weight() != 0).forEach(t -> taken.set(t.position()));
            TokenMeasures all = new TokenMeasures(document.origin(), texts, document.completion(), measures, taken);
            page = page.document(document.origin(), new Panel("Completion", all));
        }

        private static void put(
                Map<String, double[]> measures,
                String name,
                TokenSequence document,
                List<TokenExplanation> tokens,
                ToDoubleFunction<TokenExplanation> figure) {
            double[] values = new double[document.length()];
            Arrays.fill(values, Double.NaN);
            tokens.forEach(t -> values[t.position()] = figure.applyAsDouble(t));
            measures.put(name, values);
        }

        void write(Path file) throws IOException {
            page.write(file);
        }
    }
}
