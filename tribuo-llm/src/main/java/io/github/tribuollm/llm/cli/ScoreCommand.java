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

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import com.google.gson.JsonArray;
import com.google.gson.JsonNull;
import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;
import com.oracle.labs.mlrg.olcut.config.ConfigurationManager;
import io.github.tribuollm.llm.TokenSequenceSource;
import io.github.tribuollm.llm.data.TokenSequence;
import io.github.tribuollm.uncertainty.Panel;
import io.github.tribuollm.uncertainty.TokenMeasures;
import io.github.tribuollm.uncertainty.TokenPage;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.OutputStreamWriter;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.BitSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Measures each completion token. */
final class ScoreCommand implements Command<ScoreOptions> {
    private static final Gson GSON =
            new GsonBuilder().disableHtmlEscaping().serializeNulls().create();

    @Override
    public String name() {
        return "score";
    }

    @Override
    public String summary() {
        return "Measures the loss and the entropy of each completion token.";
    }

    @Override
    public String description() {
        return "Measures how a model predicts the completions of conversations. Writes one JSON object a document:"
                + " origin (file and row), tokens (their texts, which joined are the text), completion (which of them"
                + " count), nll (-log p of the token, in nats) and entropy (of the prediction, in nats); both are null"
                + " for tokens that are not completion. The mean loss goes to standard error.";
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
                                + "--data gsm8k/test.jsonl --format gsm8k --rows 100"));
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
        DataFormat format = Experiment.formatOf(options.data);
        try (LoadedModel model = LoadedModel.open(options.model)) {
            Path directory = model.checkpoint().directory();
            new Components(configuration).source("data", "data", options.data.data, format, directory, options.data);
            List<TokenSequence> data = ((TokenSequenceSource) configuration.lookup("data")).sequences();
            score(options, model, data, terminal);
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot write the scores: " + e.getMessage(), e);
        }
    }

    private static void score(ScoreOptions options, LoadedModel model, List<TokenSequence> data, Terminal terminal)
            throws IOException {
        Page page = new Page(options, model);
        double[] sum = new double[2];
        try (DocumentScorer scorer = new DocumentScorer(model.checkpoint(), model.adapter(), data, options.batchSize);
                Writer writer = writer(options.output, terminal)) {
            scorer.score(data, (document, scores) -> {
                List<String> tokens = model.checkpoint().tokenizer().display(document.tokens());
                for (int i = document.completion().nextSetBit(0);
                        i >= 0;
                        i = document.completion().nextSetBit(i + 1)) {
                    sum[0] += scores.nll()[i];
                    sum[1]++;
                }
                write(writer, line(document, tokens, scores));
                page.add(document, tokens, scores);
            });
        }
        terminal.err()
                .printf(
                        Locale.ROOT,
                        "%d documents, %.0f completion tokens, mean loss %.4f nats, perplexity %.4g%n",
                        data.size(),
                        sum[1],
                        sum[0] / sum[1],
                        Math.exp(sum[0] / sum[1]));
        page.write();
    }

    private static Writer writer(Path file, Terminal terminal) throws IOException {
        if (file != null) {
            Path directory = file.toAbsolutePath().getParent();
            if (directory != null) {
                Files.createDirectories(directory);
            }
            return Files.newBufferedWriter(file);
        }
        return new BufferedWriter(new OutputStreamWriter(terminal.out(), StandardCharsets.UTF_8)) {
            @Override
            public void close() throws IOException {
                flush();
            }
        };
    }

    private static void write(Writer writer, JsonObject line) {
        try {
            writer.write(GSON.toJson(line));
            writer.write('\n');
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot write the scores: " + e.getMessage(), e);
        }
    }

    private static JsonObject line(TokenSequence document, List<String> tokens, DocumentScorer.Scores scores) {
        JsonObject line = new JsonObject();
        line.addProperty("origin", document.origin());
        JsonArray texts = new JsonArray();
        JsonArray completion = new JsonArray();
        for (int i = 0; i < tokens.size(); i++) {
            texts.add(tokens.get(i));
            completion.add(document.completion().get(i));
        }
        line.add("tokens", texts);
        line.add("completion", completion);
        line.add("nll", numbers(scores.nll()));
        line.add("entropy", numbers(scores.entropy()));
        return line;
    }

    private static JsonArray numbers(double[] values) {
        JsonArray array = new JsonArray();
        for (double value : values) {
            array.add(Double.isFinite(value) ? new JsonPrimitive((float) value) : JsonNull.INSTANCE);
        }
        return array;
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
                    : model.checkpoint().directory()
                            + (options.model.adapter == null ? "" : " + " + options.model.adapter);
            page = TokenPage.titled("Token losses of " + options.data.data.getFileName())
                    .note("Model: " + name
                            + ". Each completion token is coloured by its loss, \u2212log\u00a0p; hover over a token"
                            + " for its figures.");
        }

        void add(TokenSequence document, List<String> tokens, DocumentScorer.Scores scores) {
            if (options.html != null && documents < options.htmlDocuments) {
                documents++;
                TokenMeasures measures = measures(document, tokens, scores, new BitSet());
                page = page.document(document.origin(), new Panel("loss", measures, "loss"));
            }
        }

        void write() throws IOException {
            if (options.html != null) {
                page.write(options.html);
            }
        }
    }

    static TokenMeasures measures(
            TokenSequence document, List<String> tokens, DocumentScorer.Scores scores, BitSet selected) {
        Map<String, double[]> measures = new LinkedHashMap<>();
        measures.put("loss", scores.nll());
        measures.put("entropy", scores.entropy());
        return new TokenMeasures(document.origin(), tokens, document.completion(), measures, selected);
    }
}
