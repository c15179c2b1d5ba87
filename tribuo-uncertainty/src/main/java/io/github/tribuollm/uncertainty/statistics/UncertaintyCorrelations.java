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
package io.github.tribuollm.uncertainty.statistics;

import io.github.tribuollm.uncertainty.Figures;
import io.github.tribuollm.uncertainty.Measure;
import io.github.tribuollm.uncertainty.SummaryTable;
import io.github.tribuollm.uncertainty.TokenMeasures;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.DoubleStream;

/**
 * How epistemic and aleatoric uncertainty go with loss and entropy (the paper's Figure 2B), over tokens and over
 * documents, and whether the paper's claim holds: that epistemic uncertainty follows loss more than entropy, and
 * aleatoric uncertainty entropy more than loss.
 *
 * @param cells every correlation, level by level
 * @param contrasts the differences of correlations that the claim is about
 * @param documents the number of documents
 * @param tokens the number of tokens
 * @param bootstrap how the intervals were found
 */
public record UncertaintyCorrelations(
        List<Cell> cells, List<Contrast> contrasts, int documents, int tokens, ClusterBootstrap bootstrap) {

    private record Claim(Measure uncertainty, Measure more, Measure less) {}

    private static final List<Claim> CLAIMS = List.of(
            new Claim(Measure.EPISTEMIC, Measure.LOSS, Measure.ENTROPY),
            new Claim(Measure.ALEATORIC, Measure.ENTROPY, Measure.LOSS));

    /** What one observation is. */
    public enum Level {
        /** A completion token. */
        TOKENS,
        /** A document, by the means over its completion tokens. */
        DOCUMENTS;

        private MeasureSample of(MeasureSample tokens) {
            return this == TOKENS ? tokens : tokens.documentMeans();
        }

        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /** What the data say about a claim. */
    public enum Verdict {
        /** The whole interval is on the claim's side. */
        HOLDS("holds"),
        /** The interval holds zero: these data do not tell. */
        UNDECIDED("is undecided"),
        /** The whole interval is on the other side. */
        REVERSED("is reversed");

        private final String words;

        Verdict(String words) {
            this.words = words;
        }
    }

    /**
     * An uncertainty and a metric.
     *
     * @param level what one observation is
     * @param uncertainty {@link Measure#EPISTEMIC} or {@link Measure#ALEATORIC}
     * @param metric {@link Measure#LOSS} or {@link Measure#ENTROPY}
     * @param estimates each correlation with its interval
     */
    public record Cell(Level level, Measure uncertainty, Measure metric, Map<Correlation, Estimate> estimates) {

        /**
         * Copies the estimates.
         *
         * @param level what one observation is
         * @param uncertainty the uncertainty
         * @param metric the metric
         * @param estimates each correlation with its interval
         */
        public Cell {
            estimates = Map.copyOf(estimates);
        }

        private String title() {
            return level + ": " + uncertainty + " with " + metric;
        }
    }

    /**
     * A difference of correlations that the paper says is positive.
     *
     * @param level what one observation is
     * @param uncertainty the uncertainty
     * @param more the metric that it should follow more
     * @param less the metric that it should follow less
     * @param estimates for each correlation, that with {@code more} minus that with {@code less}, and its interval
     */
    public record Contrast(
            Level level, Measure uncertainty, Measure more, Measure less, Map<Correlation, Estimate> estimates) {

        /**
         * Copies the estimates.
         *
         * @param level what one observation is
         * @param uncertainty the uncertainty
         * @param more the metric that it should follow more
         * @param less the metric that it should follow less
         * @param estimates the differences
         */
        public Contrast {
            estimates = Map.copyOf(estimates);
        }

        /**
         * {@return what the data say about the claim}
         *
         * @param method which correlation
         */
        public Verdict verdict(Correlation method) {
            Estimate difference = estimates.get(method);
            if (difference.isAbove(0)) {
                return Verdict.HOLDS;
            }
            return difference.isBelow(0) ? Verdict.REVERSED : Verdict.UNDECIDED;
        }

        /**
         * {@return the claim, its figure and the verdict as a sentence}
         *
         * @param method which correlation
         */
        public String sentence(Correlation method) {
            return String.format(
                    Locale.ROOT,
                    "%s over %s: %s minus %s for %s is %s, the claim %s",
                    method,
                    level,
                    more,
                    less,
                    uncertainty,
                    estimates.get(method),
                    verdict(method).words);
        }

        private String title() {
            return level + ": " + uncertainty + ", " + more + " minus " + less;
        }
    }

    /**
     * Copies the lists.
     *
     * @param cells every correlation, level by level
     * @param contrasts the differences of correlations
     * @param documents the number of documents
     * @param tokens the number of tokens
     * @param bootstrap how the intervals were found
     */
    public UncertaintyCorrelations {
        cells = List.copyOf(cells);
        contrasts = List.copyOf(contrasts);
    }

    /**
     * The measures that are correlated: loss, entropy, aleatoric and epistemic.
     *
     * @param documents documents that have all four
     * @return the four measures of their completion tokens
     * @throws IllegalArgumentException if a document lacks a measure, or if one is infinite
     */
    public static MeasureSample sample(List<TokenMeasures> documents) {
        MeasureSample.Builder sample =
                MeasureSample.of(Measure.LOSS, Measure.ENTROPY, Measure.ALEATORIC, Measure.EPISTEMIC);
        documents.forEach(sample);
        return sample.build();
    }

    /**
     * Correlates uncertainties and metrics.
     *
     * @param tokens loss, entropy, aleatoric and epistemic of completion tokens, see {@link #sample}
     * @param bootstrap how intervals are found
     * @return the correlations
     * @throws IllegalArgumentException if the sample lacks one of the four measures
     */
    public static UncertaintyCorrelations of(MeasureSample tokens, ClusterBootstrap bootstrap) {
        List<Cell> cells = new ArrayList<>();
        List<Contrast> contrasts = new ArrayList<>();
        for (Level level : Level.values()) {
            MeasureSample sample = level.of(tokens);
            for (Claim claim : CLAIMS) {
                Measure uncertainty = claim.uncertainty();
                for (Measure metric : List.of(claim.more(), claim.less())) {
                    cells.add(new Cell(
                            level,
                            uncertainty,
                            metric,
                            estimates(
                                    sample,
                                    bootstrap,
                                    method -> method.of(sample, uncertainty.label(), metric.label()))));
                }
                contrasts.add(new Contrast(
                        level,
                        uncertainty,
                        claim.more(),
                        claim.less(),
                        estimates(
                                sample,
                                bootstrap,
                                method -> method.of(
                                                sample,
                                                uncertainty.label(),
                                                claim.more().label())
                                        .minus(method.of(
                                                sample,
                                                uncertainty.label(),
                                                claim.less().label())))));
            }
        }
        return new UncertaintyCorrelations(cells, contrasts, tokens.documents(), tokens.size(), bootstrap);
    }

    private static Map<Correlation, Estimate> estimates(
            MeasureSample sample, ClusterBootstrap bootstrap, Function<Correlation, ClusterStatistic> statistic) {
        Map<Correlation, Estimate> estimates = new EnumMap<>(Correlation.class);
        for (Correlation method : Correlation.values()) {
            estimates.put(method, bootstrap.estimate(sample.documents(), statistic.apply(method)));
        }
        return estimates;
    }

    /**
     * {@return the correlations, then the contrasts, as a table with the ends of the intervals}
     */
    public SummaryTable table() {
        SummaryTable table = SummaryTable.captioned(
                "Correlations, with intervals of " + Figures.exact(100 * bootstrap.confidence()) + " % over "
                        + Figures.fixed(documents, 0) + " documents of " + Figures.fixed(tokens, 0) + " tokens",
                "pair",
                "Pearson",
                "Pearson low",
                "Pearson high",
                "Spearman",
                "Spearman low",
                "Spearman high");
        for (Cell cell : cells) {
            table = table.row(cell.title(), numbers(cell.estimates()));
        }
        for (Contrast contrast : contrasts) {
            table = table.row(contrast.title(), numbers(contrast.estimates()));
        }
        return table;
    }

    private static double[] numbers(Map<Correlation, Estimate> estimates) {
        return Arrays.stream(Correlation.values())
                .map(estimates::get)
                .flatMapToDouble(e -> DoubleStream.of(e.value(), e.low(), e.high()))
                .toArray();
    }
}
