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
package io.github.tribuollm.evidence;

import io.github.tribuollm.fixtures.TinyModel;
import io.github.tribuollm.llm.CausalLMModel;
import io.github.tribuollm.llm.data.AlpacaSource;
import io.github.tribuollm.llm.data.ConversationSource;
import io.github.tribuollm.llm.data.Gsm8kSource;
import io.github.tribuollm.llm.data.PromptTemplate;
import io.github.tribuollm.llm.data.TokenSequence;
import io.github.tribuollm.llm.data.TruncationPolicy;
import io.github.tribuollm.llm.data.template.AlpacaTemplate;
import io.github.tribuollm.llm.data.template.QuestionAnswerTemplate;
import io.github.tribuollm.llm.scoring.ScoredModel;
import io.github.tribuollm.llm.token.TokenSequenceDataset;
import io.github.tribuollm.llm.token.TokenSequenceSource;
import io.github.tribuollm.llm.uncertainty.SinglePass;
import io.github.tribuollm.llm.uncertainty.UncertaintyEvaluator;
import io.github.tribuollm.llm.uncertainty.dropout.DropoutPlaces;
import io.github.tribuollm.llm.uncertainty.dropout.MonteCarloDropout;
import io.github.tribuollm.llm.uncertainty.estimation.UncertaintyEstimator;
import io.github.tribuollm.objectives.Objective;
import io.github.tribuollm.uncertainty.Measure;
import io.github.tribuollm.uncertainty.charts.Chart;
import io.github.tribuollm.uncertainty.charts.CorrelationChart;
import io.github.tribuollm.uncertainty.charts.SweepChart;
import io.github.tribuollm.uncertainty.statistics.ClusterBootstrap;
import io.github.tribuollm.uncertainty.statistics.Correlation;
import io.github.tribuollm.uncertainty.statistics.DropoutSweep;
import io.github.tribuollm.uncertainty.statistics.MeasureSample;
import io.github.tribuollm.uncertainty.statistics.UncertaintyCorrelations;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The paper's Figures 2B and 10 on TinyStories-656K: how epistemic and aleatoric uncertainty go with loss and entropy
 * on GSM8K, on Alpaca and on those of Alpaca's rows that ask for a story, and how epistemic uncertainty rises with the
 * rate of dropout, in attention, in a trained adapter and in all linear layers.
 *
 * <p>Arguments: the shared data, a directory for charts, the number of documents of each data set, and of samples. It
 * fails if a table cannot be made or a rise is not monotone; whether the paper's claim on correlations holds is said,
 * not demanded.
 */
final class CorrelationEvidence {
    private static final double[] RATES = {0.05, 0.1, 0.2, 0.3, 0.4, 0.5};
    private static final int MAX_LENGTH = 256;
    private static final int TRAINING_ROWS = 1500;
    private static final Map<String, String> SETTINGS =
            Map.of("rank", "32", "alpha", "64", "batchSize", "32", "learningRate", "0.001", "saveInterval", "1000");
    private static final ClusterBootstrap BOOTSTRAP = new ClusterBootstrap(1000, 0.95, 1);

    private final Path data;
    private final Path checkpoint;
    private final Path charts;
    private final int documents;
    private final int samples;
    private final ScoredModel base;
    private final ScoredModel adapted;

    private CorrelationEvidence(Path data, Path charts, int documents, int samples) {
        this.data = data;
        this.checkpoint = data.resolve("lm/TinyStories-656K");
        this.charts = charts;
        this.documents = documents;
        this.samples = samples;
        ConversationSource training = new AlpacaSource(alpaca(), 40_000, TRAINING_ROWS);
        CausalLMModel model = TinyModel.trainer(checkpoint, Objective.mle(), SETTINGS)
                .train(new TokenSequenceDataset(source(training, new AlpacaTemplate())));
        this.base = ScoredModel.of(model.checkpoint(), Optional.empty(), MAX_LENGTH);
        this.adapted = base.with(model.adapter());
    }

    private Path alpaca() {
        return data.resolve("alpaca/alpaca_data.json");
    }

    private TokenSequenceSource source(ConversationSource conversations, PromptTemplate template) {
        return new TokenSequenceSource(checkpoint, conversations, template, MAX_LENGTH, TruncationPolicy.TRUNCATE_END);
    }

    private List<TokenSequence> gsm8k() {
        return source(new Gsm8kSource(data.resolve("gsm8k/test.jsonl"), 0, documents), new QuestionAnswerTemplate())
                .sequences();
    }

    private List<TokenSequence> alpaca(int rows) {
        return source(new AlpacaSource(alpaca(), 0, rows), new AlpacaTemplate()).sequences();
    }

    private List<TokenSequence> stories() {
        return alpaca(5000).stream()
                .filter(row -> String.join("", base.base().tokenizer().display(row.tokens()))
                        .matches("(?s).*Instruction:[^#]*\\bstory\\b.*"))
                .limit(documents)
                .toList();
    }

    private static MeasureSample measure(
            ScoredModel model, List<TokenSequence> documents, UncertaintyEstimator dropout) {
        return UncertaintyCorrelations.sample(
                new UncertaintyEvaluator(new SinglePass(), dropout).measure(model, documents));
    }

    private ScoredModel model(DropoutPlaces places) {
        return places == DropoutPlaces.LORA ? adapted : base;
    }

    /** By the place of dropout and the name of the data. */
    private Map<String, Map<String, UncertaintyCorrelations>> correlations() {
        Map<String, List<TokenSequence>> sets = new LinkedHashMap<>();
        sets.put("GSM8K", gsm8k());
        sets.put("Alpaca", alpaca(documents));
        sets.put("Alpaca stories", stories());
        Map<String, Map<String, UncertaintyCorrelations>> found = new LinkedHashMap<>();
        for (DropoutPlaces places : DropoutPlaces.values()) {
            Map<String, UncertaintyCorrelations> own = new LinkedHashMap<>();
            sets.forEach((name, rows) -> {
                MonteCarloDropout dropout = new MonteCarloDropout(samples, 0.1, places, 1);
                UncertaintyCorrelations correlations =
                        UncertaintyCorrelations.of(measure(model(places), rows, dropout), BOOTSTRAP);
                System.out.println("\n" + name + ", dropout in " + words(places) + "\n"
                        + correlations.table().text());
                own.put(name, correlations);
            });
            found.put(words(places), own);
        }
        return found;
    }

    private Map<DropoutPlaces, DropoutSweep> sweeps() {
        List<TokenSequence> rows = alpaca(Math.max(8, documents / 4));
        Map<DropoutPlaces, DropoutSweep> sweeps = new EnumMap<>(DropoutPlaces.class);
        for (DropoutPlaces places : DropoutPlaces.values()) {
            SortedMap<Double, MeasureSample> rates = new TreeMap<>();
            for (double rate : RATES) {
                MonteCarloDropout dropout = new MonteCarloDropout(Math.max(10, samples / 2), rate, places, 1);
                rates.put(rate, measure(model(places), rows, dropout));
            }
            DropoutSweep sweep = DropoutSweep.of(Measure.EPISTEMIC.label(), rates, BOOTSTRAP);
            System.out.println(
                    "\nDropout in " + words(places) + "\n" + sweep.table().text());
            sweeps.put(places, sweep);
        }
        return sweeps;
    }

    private static String words(DropoutPlaces places) {
        return switch (places) {
            case ARCHITECTURE -> "attention";
            case LORA -> "LoRA";
            case ALL_LINEAR -> "all linear layers";
        };
    }

    private boolean run() throws IOException {
        Files.createDirectories(charts);
        Map<DropoutPlaces, DropoutSweep> sweeps = sweeps();
        Map<String, DropoutSweep> named = new LinkedHashMap<>();
        sweeps.forEach((places, sweep) -> named.put(words(places), sweep));
        write(SweepChart.of("epistemic uncertainty (nats)", named), "figure-10");
        Map<String, Map<String, UncertaintyCorrelations>> correlations = correlations();
        correlations.forEach((places, found) -> {
            for (UncertaintyCorrelations.Level level : UncertaintyCorrelations.Level.values()) {
                write(CorrelationChart.of(found, level, Correlation.PEARSON), "figure-2b-" + places + "-" + level);
            }
        });
        return verdict(sweeps, correlations);
    }

    private void write(Chart chart, String name) {
        try {
            chart.write(charts.resolve(name.replace(' ', '-') + ".png"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static boolean verdict(
            Map<DropoutPlaces, DropoutSweep> sweeps, Map<String, Map<String, UncertaintyCorrelations>> correlations) {
        Map<String, Integer> verdicts = new TreeMap<>();
        correlations.forEach((places, sets) ->
                sets.forEach((name, found) -> found.contrasts().forEach(contrast -> {
                    for (Correlation method : Correlation.values()) {
                        System.out.println(name + ", dropout in " + places + ": " + contrast.sentence(method));
                        verdicts.merge(contrast.uncertainty() + " " + contrast.verdict(method), 1, Integer::sum);
                    }
                })));
        Map<String, Boolean> rising = new LinkedHashMap<>();
        sweeps.forEach((places, sweep) -> rising.put(words(places), sweep.isRising()));
        boolean holds = rising.values().stream().allMatch(r -> r);
        System.out.printf(
                Locale.ROOT,
                "{\"claim\": \"correlations of uncertainty\", \"verdicts_over_data_places_levels_and_methods\": \"%s\","
                        + " \"epistemic_rises_with_rate\": \"%s\", \"holds\": %b}%n",
                verdicts,
                rising,
                holds);
        return holds;
    }

    /**
     * Prints the evidence.
     *
     * @param arguments data, charts, documents, samples
     * @throws IOException if a chart cannot be written
     */
    public static void main(String[] arguments) throws IOException {
        boolean holds = new CorrelationEvidence(
                        Path.of(arguments[0]),
                        Path.of(arguments[1]),
                        Integer.parseInt(arguments[2]),
                        Integer.parseInt(arguments[3]))
                .run();
        System.exit(holds ? 0 : 1);
    }
}
