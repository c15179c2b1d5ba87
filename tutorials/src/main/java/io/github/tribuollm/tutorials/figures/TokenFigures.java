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
package io.github.tribuollm.tutorials.figures;

import com.oracle.labs.mlrg.olcut.config.Config;
import com.oracle.labs.mlrg.olcut.config.Configurable;
import com.oracle.labs.mlrg.olcut.provenance.ConfiguredObjectProvenance;
import com.oracle.labs.mlrg.olcut.provenance.Provenancable;
import com.oracle.labs.mlrg.olcut.provenance.impl.ConfiguredObjectProvenanceImpl;
import io.github.tribuollm.llm.checkpoint.AtomicFile;
import io.github.tribuollm.llm.checkpoint.Checkpoint;
import io.github.tribuollm.llm.checkpoint.Sha256;
import io.github.tribuollm.llm.data.TokenSequence;
import io.github.tribuollm.llm.hub.CheckpointLocation;
import io.github.tribuollm.llm.scoring.ScoredModel;
import io.github.tribuollm.llm.token.TokenSource;
import io.github.tribuollm.llm.uncertainty.SinglePass;
import io.github.tribuollm.llm.uncertainty.UncertaintyEvaluator;
import io.github.tribuollm.llm.uncertainty.dropout.DropoutPlaces;
import io.github.tribuollm.llm.uncertainty.dropout.MonteCarloDropout;
import io.github.tribuollm.runtime.Settings;
import io.github.tribuollm.uncertainty.Measure;
import io.github.tribuollm.uncertainty.TokenMeasures;
import io.github.tribuollm.uncertainty.charts.Chart;
import io.github.tribuollm.uncertainty.charts.CorrelationChart;
import io.github.tribuollm.uncertainty.charts.DistributionChart;
import io.github.tribuollm.uncertainty.charts.SweepChart;
import io.github.tribuollm.uncertainty.pages.Panel;
import io.github.tribuollm.uncertainty.pages.TokenPage;
import io.github.tribuollm.uncertainty.statistics.ClusterBootstrap;
import io.github.tribuollm.uncertainty.statistics.Correlation;
import io.github.tribuollm.uncertainty.statistics.Distribution;
import io.github.tribuollm.uncertainty.statistics.DropoutSweep;
import io.github.tribuollm.uncertainty.statistics.MeasureSample;
import io.github.tribuollm.uncertainty.statistics.UncertaintyCorrelations;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * Draws the paper's figures of token-level uncertainty for one pretrained model: completion tokens coloured by loss,
 * entropy and uncertainties (Figures 2A, 7 and 8), how uncertainties go with loss and entropy (2B), how losses spread
 * over tokens and documents (9), and how epistemic uncertainty rises with the rate of dropout (10).
 */
public final class TokenFigures implements Configurable, Provenancable<ConfiguredObjectProvenance> {
    @Config(mandatory = true, description = "The model: a directory or hf://owner/name@revision.")
    private String checkpoint;

    @Config(mandatory = true, description = "The documents, by the name of their data set.")
    private Map<String, TokenSource> data = new HashMap<>();

    @Config(description = "Where dropout is placed, each drawn apart.")
    private List<DropoutPlaces> places = List.of(DropoutPlaces.ARCHITECTURE, DropoutPlaces.ALL_LINEAR);

    @Config(description = "Samples of dropout.")
    private int samples = 100;

    @Config(description = "The rate of dropout, in (0, 1).")
    private double rate = 0.1;

    @Config(description = "The rates of Figure 10, each in (0, 1).")
    private List<Double> rates = List.of(0.05, 0.1, 0.2, 0.3, 0.4, 0.5);

    @Config(description = "Samples of dropout for each rate of Figure 10.")
    private int sweepSamples = 50;

    @Config(description = "Documents of each data set in Figure 10.")
    private int sweepDocuments = 8;

    @Config(description = "Documents of each data set on the page of coloured tokens.")
    private int shown = 4;

    @Config(description = "Documents of a piece of work: so much an interruption costs at most.")
    private int together = 4;

    @Config(description = "Resamples of documents for each interval.")
    private int resamples = 1000;

    @Config(description = "The seed of dropout and resampling.")
    private long seed = 1;

    private TokenFigures() {}

    @Override
    public void postConfig() {
        Settings.require("data", !data.isEmpty(), "must name at least one data set");
        Settings.require("places", !places.isEmpty(), "must name at least one place");
        Settings.require("places", !places.contains(DropoutPlaces.LORA), "may not be LORA: a base has no adapter");
        Settings.require("samples", samples >= 2, "must be at least 2, not " + samples);
        Settings.require("sweepSamples", sweepSamples >= 2, "must be at least 2, not " + sweepSamples);
        Settings.require("rate", isRate(rate), "must lie in (0, 1), not be " + rate);
        Settings.require("rates", rates.size() >= 2, "must be at least two rates, not " + rates);
        Settings.require("rates", rates.stream().allMatch(TokenFigures::isRate), "must lie in (0, 1), not be " + rates);
        Settings.require("sweepDocuments", sweepDocuments >= 2, "must be at least 2, not " + sweepDocuments);
        Settings.require("shown", shown >= 0, "must be at least 0, not " + shown);
        Settings.require("resamples", resamples >= 100, "must be at least 100, not " + resamples);
        Settings.require("together", together >= 1, "must be at least 1, not " + together);
    }

    private static boolean isRate(double rate) {
        return rate > 0 && rate < 1;
    }

    /**
     * Measures what is not measured yet, and draws everything.
     *
     * @param directory where measures, pictures, the page and the table go
     * @return the table with the verdicts, as in the directory's {@code figures.txt}
     * @throws IOException if something cannot be written
     * @throws IllegalArgumentException if the directory holds measures of another configuration
     */
    public String run(Path directory) throws IOException {
        Map<String, List<TokenSequence>> documents = new LinkedHashMap<>();
        new TreeMap<>(data).forEach((name, source) -> documents.put(name, source.sequences()));
        int longest =
                documents.values().stream().mapToInt(ScoredModel::longest).max().orElseThrow();
        try (Checkpoint base = Checkpoint.open(CheckpointLocation.of(checkpoint).place())) {
            MeasuredDocuments kept = MeasuredDocuments.in(directory.resolve("measures"), setting(base, documents));
            return new Run(ScoredModel.of(base, Optional.empty(), longest), documents, kept, directory).draw();
        }
    }

    /** What decides the measures but is not in the names of their files. */
    private String setting(Checkpoint base, Map<String, List<TokenSequence>> documents) {
        StringBuilder setting = new StringBuilder();
        setting.append("model ").append(base.identity().sha256()).append('\n');
        documents.forEach((name, rows) -> setting.append(name)
                .append(": tokens ")
                .append(Sha256.of(rows.stream()
                        .map(row -> Arrays.toString(row.tokens()) + row.completion())
                        .collect(Collectors.joining())))
                .append('\n'));
        return setting.append("samples " + samples + " and " + sweepSamples + ", " + together
                        + " documents together, seed " + seed + "\n")
                .toString();
    }

    /** One model over its documents. */
    private final class Run {
        private final ScoredModel model;
        private final Map<String, List<TokenSequence>> documents;
        private final MeasuredDocuments kept;
        private final Path directory;
        private final ClusterBootstrap bootstrap = new ClusterBootstrap(resamples, 0.95, seed);
        private final StringBuilder report = new StringBuilder();

        Run(ScoredModel model, Map<String, List<TokenSequence>> documents, MeasuredDocuments kept, Path directory) {
            this.model = model;
            this.documents = documents;
            this.kept = kept;
            this.directory = directory;
        }

        String draw() {
            for (DropoutPlaces place : places) {
                Map<String, List<TokenMeasures>> measured = new LinkedHashMap<>();
                for (Map.Entry<String, List<TokenSequence>> set : documents.entrySet()) {
                    measured.put(set.getKey(), measured(set.getKey(), set.getValue(), place, rate, samples));
                }
                colour(measured, place);
                correlate(measured, place);
                if (place == places.get(0)) {
                    spread(measured);
                }
            }
            sweep();
            AtomicFile.write(directory.resolve("figures.txt"), report.toString());
            return report.toString();
        }

        private List<TokenMeasures> measured(
                String set, List<TokenSequence> rows, DropoutPlaces place, double rateOfDropout, int passes) {
            List<TokenMeasures> all = new ArrayList<>();
            for (int from = 0; from < rows.size(); from += together) {
                List<TokenSequence> piece = rows.subList(from, Math.min(rows.size(), from + together));
                MonteCarloDropout dropout = new MonteCarloDropout(passes, rateOfDropout, place, seed + from);
                String name = String.join("-", set, words(place), rateOfDropout + "", from + "")
                        .replace(' ', '-');
                all.addAll(kept.of(name, piece, () -> measure(piece, dropout)));
            }
            return all;
        }

        private List<TokenMeasures> measure(List<TokenSequence> piece, MonteCarloDropout dropout) {
            return new UncertaintyEvaluator(new SinglePass(), dropout).measure(model, piece);
        }

        /** Figures 2A, 7 and 8. */
        private void colour(Map<String, List<TokenMeasures>> measured, DropoutPlaces place) {
            TokenPage page = TokenPage.titled("How sure of each token, dropout in " + words(place))
                    .note(String.format(
                            Locale.ROOT,
                            "%s, %d samples of dropout at rate %s. Choose the measure that colours the completion.",
                            model.base().place().getFileName(),
                            samples,
                            rate));
            for (Map.Entry<String, List<TokenMeasures>> set : measured.entrySet()) {
                for (TokenMeasures document :
                        set.getValue().subList(0, Math.min(shown, set.getValue().size()))) {
                    page = page.document(set.getKey() + ": " + document.title(), new Panel("completion", document));
                }
            }
            AtomicFile.write(directory.resolve("figure-2a-" + file(place) + ".html"), page.html());
        }

        /** Figure 2B. */
        private void correlate(Map<String, List<TokenMeasures>> measured, DropoutPlaces place) {
            Map<String, UncertaintyCorrelations> found = new LinkedHashMap<>();
            measured.forEach((set, rows) ->
                    found.put(set, UncertaintyCorrelations.of(UncertaintyCorrelations.sample(rows), bootstrap)));
            for (UncertaintyCorrelations.Level level : UncertaintyCorrelations.Level.values()) {
                write("figure-2b-" + file(place) + "-" + level, CorrelationChart.of(found, level, Correlation.PEARSON));
            }
            found.forEach((set, correlations) -> {
                say("Figure 2B, " + set + ", dropout in " + words(place));
                say(correlations.table().text());
                correlations.contrasts().forEach(contrast -> say(contrast.sentence(Correlation.PEARSON)));
            });
        }

        /** Figure 9. */
        private void spread(Map<String, List<TokenMeasures>> measured) {
            Map<String, Distribution> tokens = new LinkedHashMap<>();
            Map<String, Distribution> means = new LinkedHashMap<>();
            measured.forEach((set, rows) -> {
                LossSpread spread = LossSpread.of(rows, bootstrap);
                tokens.put(set, spread.tokens());
                means.put(set, spread.documents());
                say(String.format(
                        Locale.ROOT,
                        "Figure 9, %s: losses vary %s times as much over tokens as over documents: %s",
                        set,
                        spread.ratio(),
                        spread.tokensVaryMore() ? "confirmed" : "not confirmed"));
            });
            write("figure-9-tokens", DistributionChart.of("Loss of completion tokens", "loss (nats)", tokens));
            write("figure-9-documents", DistributionChart.of("Mean loss of documents", "loss (nats a token)", means));
        }

        /** Figure 10. */
        private void sweep() {
            Map<String, DropoutSweep> sweeps = new LinkedHashMap<>();
            for (DropoutPlaces place : places) {
                SortedMap<Double, MeasureSample> byRate = new TreeMap<>();
                for (double one : rates) {
                    List<TokenMeasures> rows = new ArrayList<>();
                    documents.forEach((set, all) -> rows.addAll(measured(
                            "sweep-" + set,
                            all.subList(0, Math.min(sweepDocuments, all.size())),
                            place,
                            one,
                            sweepSamples)));
                    byRate.put(one, UncertaintyCorrelations.sample(rows));
                }
                DropoutSweep sweep = DropoutSweep.of(Measure.EPISTEMIC.label(), byRate, bootstrap);
                say("Figure 10, dropout in " + words(place) + ": epistemic uncertainty rises with the rate: "
                        + (sweep.isRising() ? "confirmed" : "not confirmed"));
                say(sweep.table().text());
                sweeps.put(words(place), sweep);
            }
            write("figure-10", SweepChart.of("epistemic uncertainty (nats)", sweeps));
        }

        private void write(String name, Chart chart) {
            AtomicFile.write(directory.resolve(name + ".png"), chart.png());
        }

        private void say(String text) {
            report.append(text).append(System.lineSeparator());
        }
    }

    private static String words(DropoutPlaces place) {
        return place == DropoutPlaces.ARCHITECTURE ? "attention" : "all linear layers";
    }

    private static String file(DropoutPlaces place) {
        return place == DropoutPlaces.ARCHITECTURE ? "attention" : "linear";
    }

    @Override
    public ConfiguredObjectProvenance getProvenance() {
        return new ConfiguredObjectProvenanceImpl(this, "TokenFigures");
    }
}
