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

import io.github.tribuollm.uncertainty.SummaryTable;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;

/**
 * A measure against the dropout rate, which epistemic uncertainty should rise with (the paper's Figure 10). The same
 * documents are measured under each rate, so rates are compared document by document.
 *
 * @param measure the name of the measure
 * @param points the mean under each rate, rates rising
 * @param trend Page's test over the documents' means; empty for fewer than three rates
 */
public record DropoutSweep(String measure, List<Point> points, Optional<PageTrend> trend) {

    /**
     * One rate.
     *
     * @param rate the dropout rate, in [0, 1)
     * @param mean the mean over tokens and its interval
     * @param increase the mean minus that under the rate before, and its interval; empty for the first rate
     */
    public record Point(double rate, Estimate mean, Optional<Estimate> increase) {}

    /**
     * Copies the points.
     *
     * @param measure the name of the measure
     * @param points the mean under each rate
     * @param trend Page's test over the documents' means
     */
    public DropoutSweep {
        points = List.copyOf(points);
    }

    /**
     * Compares rates.
     *
     * @param measure the name of the measure
     * @param rates a dropout rate to what was measured under it, the same documents and tokens for each
     * @param bootstrap how intervals are found
     * @return the comparison
     * @throws IllegalArgumentException if there is no rate, if a sample lacks the measure, or if the samples are not of
     *     the same documents and tokens
     */
    public static DropoutSweep of(String measure, SortedMap<Double, MeasureSample> rates, ClusterBootstrap bootstrap) {
        requireAligned(rates);
        List<Point> points = new ArrayList<>();
        ClusterStatistic before = null;
        for (Map.Entry<Double, MeasureSample> rate : rates.entrySet()) {
            int documents = rate.getValue().documents();
            ClusterStatistic mean = ClusterStatistic.mean(rate.getValue(), measure);
            Optional<Estimate> increase =
                    before == null ? Optional.empty() : Optional.of(bootstrap.estimate(documents, mean.minus(before)));
            points.add(new Point(rate.getKey(), bootstrap.estimate(documents, mean), increase));
            before = mean;
        }
        return new DropoutSweep(measure, points, trend(measure, rates.values()));
    }

    private static Optional<PageTrend> trend(String measure, Collection<MeasureSample> samples) {
        return samples.size() < 3
                ? Optional.empty()
                : Optional.of(PageTrend.of(samples.stream()
                        .map(sample -> sample.documentMeans().values(measure))
                        .toList()));
    }

    private static void requireAligned(SortedMap<Double, MeasureSample> rates) {
        if (rates.isEmpty()) {
            throw new IllegalArgumentException("a sweep needs at least one dropout rate");
        }
        MeasureSample first = rates.get(rates.firstKey());
        rates.forEach((rate, sample) -> {
            if (!sample.isAlignedWith(first)) {
                throw new IllegalArgumentException("dropout rate " + rate + " has " + sample.documents()
                        + " documents of " + sample.size() + " tokens, rate " + rates.firstKey() + " has "
                        + first.documents() + " of " + first.size() + "; measure the same documents under each rate");
            }
        });
    }

    /**
     * {@return whether every increase is positive with its whole interval}
     */
    public boolean isRising() {
        return points.stream()
                .allMatch(point -> point.increase().map(e -> e.isAbove(0)).orElse(true));
    }

    /**
     * {@return the means and increases as a table with the ends of the intervals}
     */
    public SummaryTable table() {
        SummaryTable table = SummaryTable.captioned(
                "Mean " + measure + " a token against the dropout rate"
                        + trend.map(t -> String.format(Locale.ROOT, " (Page's trend test: p = %.2g)", t.pValue()))
                                .orElse(""),
                "dropout rate",
                "mean",
                "low",
                "high",
                "increase",
                "increase low",
                "increase high");
        for (Point point : points) {
            Estimate mean = point.mean();
            Estimate increase = point.increase().orElse(new Estimate(Double.NaN, Double.NaN, Double.NaN));
            table = table.row(
                    Double.toString(point.rate()),
                    mean.value(),
                    mean.low(),
                    mean.high(),
                    increase.value(),
                    increase.low(),
                    increase.high());
        }
        return table;
    }
}
