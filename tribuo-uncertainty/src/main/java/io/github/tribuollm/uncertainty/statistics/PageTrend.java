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

import java.util.List;
import java.util.stream.IntStream;
import org.apache.commons.math3.distribution.NormalDistribution;
import org.apache.commons.math3.stat.ranking.NaturalRanking;

/**
 * Page's test for ordered alternatives: whether the same documents, measured under conditions in a presumed order, rise
 * with it. The null hypothesis is that any order within a document is as likely as another.
 *
 * @param statistic Page's L: the sum over conditions of the condition's number times the sum of its ranks
 * @param pValue one-sided, by the normal approximation, which ties make conservative
 */
public record PageTrend(double statistic, double pValue) {

    /**
     * Tests a rise.
     *
     * @param conditions for each condition, in the presumed order, the value of each document; shape
     *     [conditions][documents]
     * @return the test
     * @throws IllegalArgumentException if there are fewer than three conditions, no documents, or lengths differ
     */
    public static PageTrend of(List<double[]> conditions) {
        int count = conditions.size();
        int documents = count == 0 ? 0 : conditions.get(0).length;
        if (count < 3 || documents == 0 || conditions.stream().anyMatch(values -> values.length != documents)) {
            throw new IllegalArgumentException(
                    "a trend needs three or more conditions of the same documents, at least one");
        }
        NaturalRanking ranking = new NaturalRanking();
        double statistic = 0;
        for (int d = 0; d < documents; d++) {
            int document = d;
            double[] ranks = ranking.rank(
                    conditions.stream().mapToDouble(values -> values[document]).toArray());
            statistic += IntStream.range(0, count)
                    .mapToDouble(c -> (c + 1) * ranks[c])
                    .sum();
        }
        double n = count;
        double mean = documents * n * (n + 1) * (n + 1) / 4;
        double variance = documents * n * n * (n + 1) * (n + 1) * (n - 1) / 144;
        double z = (statistic - mean) / Math.sqrt(variance);
        return new PageTrend(statistic, new NormalDistribution(0, 1).cumulativeProbability(-z));
    }
}
