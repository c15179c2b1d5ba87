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

import com.google.gson.GsonBuilder;
import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import io.github.tribuollm.llm.checkpoint.AtomicFile;
import io.github.tribuollm.llm.data.TokenSequence;
import io.github.tribuollm.llm.progress.TextTable;
import io.github.tribuollm.llm.scoring.SequenceScores;
import io.github.tribuollm.objectives.Objective;
import io.github.tribuollm.objectives.token.TokenMeasure;
import io.github.tribuollm.uncertainty.SummaryTable;
import io.github.tribuollm.uncertainty.TokenMeasures;
import io.github.tribuollm.uncertainty.pages.Panel;
import io.github.tribuollm.uncertainty.pages.TokenPage;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.SortedMap;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;

/**
 * What several objectives did to one checkpoint.
 *
 * @param checkpoint the base
 * @param documents the documents to show
 * @param tokens the texts of their tokens
 * @param models the base, then a model for each objective
 * @param mark the quantile of the loss above which tokens of training documents are marked
 */
record ComparisonReport(
        Path checkpoint, List<Document> documents, List<List<String>> tokens, List<Model> models, double mark) {
    static final String PAGE = "report.html";
    static final String DATA = "report.json";

    /**
     * A document.
     *
     * @param set the data that it is of
     * @param sequence its tokens
     * @param training whether it was trained on
     */
    record Document(String set, TokenSequence sequence, boolean training) {}

    /**
     * A model.
     *
     * @param name of its objective
     * @param objective what was minimised; empty for the base
     * @param run how it was trained; empty for the base
     * @param heldOut its losses on held-out data
     * @param scores of the shown documents
     */
    record Model(
            String name,
            Optional<Objective> objective,
            Optional<RunResult> run,
            SortedMap<String, RunResult.HeldOut> heldOut,
            List<SequenceScores> scores) {
        static Model base(SortedMap<String, RunResult.HeldOut> heldOut, List<SequenceScores> scores) {
            return new Model("before training", Optional.empty(), Optional.empty(), heldOut, scores);
        }

        static Model trained(String name, Objective objective, RunResult run, List<SequenceScores> scores) {
            return new Model(name, Optional.of(objective), Optional.of(run), run.heldOut(), scores);
        }

        private double nll(String set) {
            RunResult.HeldOut loss = heldOut.get(set);
            return loss == null ? Double.NaN : loss.nll();
        }
    }

    private Model base() {
        return models.get(0);
    }

    private List<String> sets() {
        return List.copyOf(base().heldOut().keySet());
    }

    /** {@return the table as text} */
    String text() {
        List<String> header = new ArrayList<>(List.of("objective"));
        header.addAll(sets());
        header.addAll(List.of("selected", "tokens/s", "seconds"));
        TextTable table = new TextTable(header.toArray(String[]::new));
        for (Model model : models) {
            List<String> row = new ArrayList<>(List.of(model.name()));
            sets().forEach(set -> row.add(TextTable.number(model.nll(set), 4) + change(model, set)));
            row.add(model.run()
                    .map(r -> TextTable.number(100 * r.selectedFraction(), 1) + " %")
                    .orElse("-"));
            row.add(model.run()
                    .map(r -> TextTable.number(r.tokensPerSecond(), 0))
                    .orElse("-"));
            row.add(model.run().map(r -> TextTable.number(r.seconds(), 1)).orElse("-"));
            table.row(row.toArray(String[]::new));
        }
        return "Loss on held-out data, in nats a completion token (lower is better), and its change by training\n"
                + table;
    }

    private String change(Model model, String set) {
        return model.run().isEmpty()
                ? " ".repeat(10)
                : String.format(Locale.ROOT, " (%+.4f)", model.nll(set) - base().nll(set));
    }

    /** Writes the page and the figures. */
    void write(Path directory) {
        AtomicFile.write(directory.resolve(PAGE), page().html());
        AtomicFile.write(
                directory.resolve(DATA),
                new GsonBuilder()
                                .setPrettyPrinting()
                                .disableHtmlEscaping()
                                .serializeSpecialFloatingPointValues()
                                .create()
                                .toJson(json())
                        + "\n");
    }

    private TokenPage page() {
        TokenPage page = TokenPage.titled("What each objective learned")
                .note("One checkpoint, " + checkpoint.getFileName() + ", fine-tuned under "
                        + (models.size() - 1) + (models.size() == 2 ? " objective." : " objectives.")
                        + " Each document is shown before training and after it under each objective; completion tokens"
                        + " are coloured by the measure chosen, or by how it changed. Hover over a token, or move to it with the Tab key, for its"
                        + " figures.")
                .note(String.format(
                        Locale.ROOT,
                        "Underlined in the training documents: the tokens in the highest %.3g %% by loss under the model"
                                + " of the panel, ranked over the training documents shown here. It is what Masked MLE"
                                + " would learn from next; in training, tokens are ranked over the documents of an"
                                + " optimiser step.",
                        100 * (1 - mark)))
                .table(summary());
        for (int d = 0; d < documents.size(); d++) {
            int document = d;
            Panel[] panels = models.stream()
                    .map(model -> new Panel(heading(model), sinceBase(model, document)))
                    .toArray(Panel[]::new);
            page = page.document(title(documents.get(d)), panels);
        }
        return page;
    }

    private static String heading(Model model) {
        return model.run().isEmpty() ? "Before training" : "After " + model.name();
    }

    private static String title(Document document) {
        String origin = document.sequence().origin();
        String file = origin.substring(Math.max(origin.lastIndexOf('/'), origin.lastIndexOf('\\')) + 1);
        return (document.training() ? "Training data" : "Held-out data, " + document.set()) + ": " + file;
    }

    private SummaryTable summary() {
        List<String> header = new ArrayList<>(List.of("objective"));
        sets().forEach(set -> header.addAll(List.of(set, "change")));
        header.addAll(List.of("selected (%)", "time (s)"));
        SummaryTable table = SummaryTable.captioned(
                "Loss on held-out data, in nats a completion token; lower is better", header.toArray(String[]::new));
        for (Model model : models) {
            DoubleStream losses = sets().stream()
                    .flatMapToDouble(set -> DoubleStream.of(
                            model.nll(set), model.run().isEmpty() ? Double.NaN : model.nll(set) - base().nll(set)));
            DoubleStream run = DoubleStream.of(
                    model.run().map(r -> 100 * r.selectedFraction()).orElse(Double.NaN),
                    model.run().map(RunResult::seconds).orElse(Double.NaN));
            table = table.row(model.name(), DoubleStream.concat(losses, run).toArray());
        }
        return table;
    }

    private TokenMeasures sinceBase(Model model, int document) {
        TokenMeasures measures = measures(model, document);
        return model.run().isEmpty() ? measures : measures.since(measures(base(), document));
    }

    private TokenMeasures measures(Model model, int document) {
        Document shown = documents.get(document);
        SequenceScores scores = model.scores().get(document);
        BitSet marked = new BitSet();
        if (shown.training()) {
            double threshold = threshold(model);
            shown.sequence().completion().stream()
                    .filter(i -> scores.of(TokenMeasure.NLL)[i] >= threshold)
                    .forEach(marked::set);
        }
        return ScoreCommand.measures(shown.sequence(), tokens.get(document), scores, marked);
    }

    /** The least loss of the marked tokens: as in training, ceil((1 - quantile) N) tokens are taken. */
    private double threshold(Model model) {
        double[] losses = IntStream.range(0, documents.size())
                .filter(d -> documents.get(d).training())
                .mapToObj(d -> model.scores().get(d).of(TokenMeasure.NLL))
                .flatMapToDouble(Arrays::stream)
                .filter(Double::isFinite)
                .sorted()
                .toArray();
        int taken = (int) Math.ceil(Math.round((1 - mark) * losses.length * 1e6) / 1e6);
        return losses.length == 0 ? Double.POSITIVE_INFINITY : losses[losses.length - Math.max(1, taken)];
    }

    private JsonObject json() {
        JsonObject report = new JsonObject();
        report.addProperty("checkpoint", checkpoint.toString());
        JsonArray list = new JsonArray();
        models.forEach(model -> list.add(json(model)));
        report.add("models", list);
        return report;
    }

    private static JsonObject json(Model model) {
        JsonObject json = new JsonObject();
        json.addProperty("name", model.name());
        model.objective().ifPresent(o -> json.addProperty("objective", o.toString()));
        model.run().ifPresent(run -> {
            json.addProperty("adapter", model.name() + "/adapter");
            json.addProperty("steps", run.steps());
            json.addProperty("selected_fraction", run.selectedFraction());
            json.addProperty("tokens_per_second", run.tokensPerSecond());
            json.addProperty("seconds", run.seconds());
        });
        JsonObject heldOut = new JsonObject();
        model.heldOut().forEach((name, loss) -> {
            JsonObject figures = new JsonObject();
            figures.addProperty("nll", loss.nll());
            figures.addProperty("perplexity", Math.exp(loss.nll()));
            figures.addProperty("tokens", loss.tokens());
            heldOut.add(name, figures);
        });
        json.add("held_out", heldOut);
        return json;
    }
}
