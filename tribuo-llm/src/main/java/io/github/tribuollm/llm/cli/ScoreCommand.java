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
import io.github.tribuollm.llm.checkpoint.AtomicFile;
import io.github.tribuollm.llm.data.TokenSequence;
import io.github.tribuollm.llm.scoring.ScoredModel;
import io.github.tribuollm.llm.scoring.SequenceScores;
import io.github.tribuollm.llm.scoring.TokenScorer;
import io.github.tribuollm.llm.token.TokenSequenceSource;
import io.github.tribuollm.llm.uncertainty.UncertaintyEvaluator;
import io.github.tribuollm.objectives.token.TokenMeasure;
import io.github.tribuollm.runtime.Backend;
import io.github.tribuollm.uncertainty.CsvWriter;
import io.github.tribuollm.uncertainty.JsonLinesWriter;
import io.github.tribuollm.uncertainty.Measure;
import io.github.tribuollm.uncertainty.MeasuresWriter;
import io.github.tribuollm.uncertainty.TokenMeasures;
import io.github.tribuollm.uncertainty.pages.Panel;
import io.github.tribuollm.uncertainty.pages.TokenPage;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.OutputStream;
import java.io.OutputStreamWriter;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.channels.Channels;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.BitSet;
import java.util.DoubleSummaryStatistics;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/** Measures each completion token. */
final class ScoreCommand implements Command<ScoreOptions> {
    /** What {@link #measures} shows. */
    static final List<TokenMeasure> MEASURES = List.of(TokenMeasure.NLL, TokenMeasure.ENTROPY);

    @Override
    public String name() {
        return "score";
    }

    @Override
    public String summary() {
        return "Measures the loss, the entropy and the uncertainty of each completion token.";
    }

    @Override
    public String description() {
        return "Measures how a model predicts the completions of conversations. Writes one JSON object a document:"
                + " title (file and row), tokens (their texts, which joined are the text), completion (which of them"
                + " count), measures (of each token, in nats: loss, -log p, and entropy of the prediction; null for tokens"
                + " that are not completion; more with --uncertainty), and the mean and sum of each measure. A file that"
                + " ends in .csv gets one row a token instead. The mean loss goes to standard error.";
    }

    @Override
    public List<Example> examples() {
        return List.of(
                new Example(
                        "The bundled model on the bundled word problems, as a page too",
                        "--checkpoint test-resources/tiny-llama --format gsm8k\n"
                                + "--data test-resources/data/word-problems-heldout.jsonl\n"
                                + "--output scores.jsonl --html scores.html"),
                new Example(
                        "A model that train wrote, on the first 100 rows",
                        "--model runs/gsm8k/model.tribuo --output scores.jsonl\n"
                                + "--data gsm8k/test.jsonl --format gsm8k --rows 100"),
                new Example(
                        "Epistemic and aleatoric uncertainty by 20 samples of dropout in all linear layers",
                        "--checkpoint test-resources/tiny-llama --format gsm8k --rows 20\n"
                                + "--data test-resources/data/word-problems-heldout.jsonl\n"
                                + "--uncertainty mc-dropout --samples 20 --places all-linear\n"
                                + "--output uncertainty.jsonl --html uncertainty.html"));
    }

    @Override
    public ScoreOptions options() {
        return new ScoreOptions();
    }

    @Override
    public void run(ScoreOptions options, ConfigurationManager configuration, Terminal terminal) {
        if (options.data.data == null) {
            throw new UsageError("--data FILE is missing: the conversations to score");
        }
        UsageError.requirePositive("--batch-size", options.batchSize);
        UsageError.requirePositive("--html-documents", options.htmlDocuments);
        WrittenFiles files = new WrittenFiles().reading("--data", options.data.data);
        options.output = files.writing("--output", options.output);
        options.html = files.writing("--html", options.html);
        requirePlainPromptWeight(options.data.promptWeight);
        DataFormat format = Experiment.formatOf(options.data);
        try (LoadedModel model = LoadedModel.open(options.model)) {
            String directory = model.checkpoint().place().toString();
            new Components(configuration).source("data", "data", options.data.data, format, directory, options.data);
            List<TokenSequence> data = ((TokenSequenceSource) configuration.lookup("data")).sequences();
            score(options, model, data, configuration, terminal);
        }
    }

    private static UncheckedIOException cannotWrite(Path file, IOException e) {
        String place = file == null ? "standard output" : file.toString();
        return new UncheckedIOException("Cannot write the scores to " + place + ": " + e.getMessage(), e);
    }

    private static void score(
            ScoreOptions options,
            LoadedModel model,
            List<TokenSequence> data,
            ConfigurationManager configuration,
            Terminal terminal) {
        Page page = new Page(options, model);
        DoubleSummaryStatistics losses = new DoubleSummaryStatistics();
        write(
                options.output,
                terminal,
                writer -> measure(options, model, data, configuration, terminal, document -> {
                    document.completionValues(Measure.LOSS.label()).forEach(losses);
                    write(writer, document);
                    page.add(document);
                }));
        terminal.err()
                .printf(
                        Locale.ROOT,
                        "%d documents, %d completion tokens, mean loss %.4f nats, perplexity %.4g%n",
                        data.size(),
                        losses.getCount(),
                        losses.getAverage(),
                        Math.exp(losses.getAverage()));
        page.write();
    }

    private static void measure(
            ScoreOptions options,
            LoadedModel model,
            List<TokenSequence> data,
            ConfigurationManager configuration,
            Terminal terminal,
            Consumer<TokenMeasures> measured) {
        Backend backend = Experiment.execution(Optional.empty(), options.execution, configuration)
                .backend();
        ScoredModel scored =
                scored(model, data).stored(options.storage.choice()).on(backend);
        if (options.uncertainty.uncertainty == null) {
            lossAndEntropy(scored.inBatchesOf(options.batchSize), data, terminal, measured);
        } else {
            new Components(configuration).uncertainty("uncertainty", options.uncertainty);
            UncertaintyEvaluator evaluator = (UncertaintyEvaluator) configuration.lookup("uncertainty");
            evaluator.measure(
                    scored,
                    data,
                    (document, measures) -> measured.accept(UncertaintyEvaluator.named(scored, document, measures)));
        }
    }

    private static void requirePlainPromptWeight(Double weight) {
        if (weight != null && weight > 0 && weight < 1) {
            throw new UsageError("--prompt-weight: " + weight + " does not change the score of any token; take 1 to"
                    + " score prompts too, or 0 to leave them out");
        }
    }

    private static ScoredModel scored(LoadedModel model, List<TokenSequence> data) {
        try {
            return ScoredModel.of(model.checkpoint(), model.adapter(), ScoredModel.longest(data));
        } catch (IllegalArgumentException e) {
            throw new UsageError(e.getMessage());
        }
    }

    private static void lossAndEntropy(
            ScoredModel model, List<TokenSequence> data, Terminal terminal, Consumer<TokenMeasures> measured) {
        try (TokenScorer scorer = TokenScorer.of(model, MEASURES)) {
            terminal.err().println(scorer.plan().orElseThrow().summary());
            scorer.score(data, (document, scores) -> {
                List<String> tokens = model.base().tokenizer().display(document.tokens());
                measured.accept(measures(document, tokens, scores, new BitSet()));
            });
        }
    }

    /** Writes to the file, which is there whole or not at all, or to standard output. */
    private static void write(Path file, Terminal terminal, Consumer<MeasuresWriter> content) {
        try {
            if (file == null) {
                Writer out = text(terminal.out());
                content.accept(new JsonLinesWriter(out));
                out.flush();
                return;
            }
            AtomicFile.write(file, channel -> {
                Writer out = text(Channels.newOutputStream(channel));
                content.accept(WrittenFiles.isTable(file) ? new CsvWriter(out) : new JsonLinesWriter(out));
                out.flush();
            });
        } catch (IOException e) {
            throw cannotWrite(file, e);
        } catch (UncheckedIOException e) {
            throw cannotWrite(file, e.getCause());
        }
    }

    private static Writer text(OutputStream out) {
        return new BufferedWriter(new OutputStreamWriter(out, StandardCharsets.UTF_8));
    }

    private static void write(MeasuresWriter writer, TokenMeasures document) {
        try {
            writer.write(document);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The first documents as a page, if one was asked for. */
    private static final class Page {
        private final ScoreOptions options;
        private TokenPage page;
        private int documents;

        Page(ScoreOptions options, LoadedModel model) {
            this.options = options;
            String name = options.model.model != null
                    ? options.model.model.toString()
                    : model.checkpoint().place() + (options.model.adapter == null ? "" : " + " + options.model.adapter);
            page = TokenPage.titled("Token losses of " + options.data.data.getFileName())
                    .note("Model: " + name
                            + ". Each completion token is coloured by the measure chosen; hover over a token, or move"
                            + " to it with the Tab key, for its figures.");
        }

        void add(TokenMeasures document) {
            if (options.html != null && documents < options.htmlDocuments) {
                documents++;
                page = page.document(document.title(), new Panel("Completion", document));
            }
        }

        void write() {
            if (options.html != null) {
                AtomicFile.write(options.html, page.html());
            }
        }
    }

    static TokenMeasures measures(TokenSequence document, List<String> tokens, SequenceScores scores, BitSet selected) {
        Map<String, double[]> measures = new LinkedHashMap<>();
        measures.put(Measure.LOSS.label(), scores.of(TokenMeasure.NLL));
        measures.put(Measure.ENTROPY.label(), scores.of(TokenMeasure.ENTROPY));
        return new TokenMeasures(document.origin(), tokens, document.completion(), measures, selected);
    }
}
