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

import java.util.Arrays;
import java.util.stream.Stream;

/** How two measures go together, in [-1, 1]; undefined (NaN) if one of them does not vary. */
public enum Correlation {

    /** The product-moment correlation: how close the points are to a line. A resample costs O(documents). */
    PEARSON("Pearson") {
        @Override
        public ClusterStatistic of(MeasureSample sample, String x, String y) {
            Moments[] documents = momentsOfDocuments(sample, centred(sample.column(x)), centred(sample.column(y)));
            return copies -> {
                Moments all = new Moments();
                for (int d = 0; d < copies.length; d++) {
                    all.add(copies[d], documents[d]);
                }
                return all.correlation();
            };
        }
    },

    /** The product-moment correlation of the ranks, ties sharing their mean rank. A resample costs O(rows). */
    SPEARMAN("Spearman") {
        @Override
        public ClusterStatistic of(MeasureSample sample, String x, String y) {
            int[] document = sample.documentOfRow();
            Ranking orderOfX = new Ranking(sample.column(x), document);
            Ranking orderOfY = new Ranking(sample.column(y), document);
            return copies -> {
                double[] ranksOfX = orderOfX.ranks(copies);
                double[] ranksOfY = orderOfY.ranks(copies);
                double centre = (sample.rows(copies) + 1) / 2.0;
                Moments all = new Moments();
                for (int row = 0; row < document.length; row++) {
                    all.add(copies[document[row]], ranksOfX[row] - centre, ranksOfY[row] - centre);
                }
                return all.correlation();
            };
        }
    };

    private final String label;

    Correlation(String label) {
        this.label = label;
    }

    /**
     * The correlation as a statistic of resampled documents.
     *
     * @param sample the rows
     * @param x the name of a measure
     * @param y the name of a measure
     * @return the correlation over all rows
     * @throws IllegalArgumentException if the sample lacks a measure
     */
    public abstract ClusterStatistic of(MeasureSample sample, String x, String y);

    @Override
    public String toString() {
        return label;
    }

    /** {@return values about their mean, without which sums of squares lose digits} */
    private static double[] centred(double[] values) {
        double mean = Arrays.stream(values).average().orElse(0);
        return Arrays.stream(values).map(value -> value - mean).toArray();
    }

    private static Moments[] momentsOfDocuments(MeasureSample sample, double[] x, double[] y) {
        Moments[] moments =
                Stream.generate(Moments::new).limit(sample.documents()).toArray(Moments[]::new);
        int[] document = sample.documentOfRow();
        for (int row = 0; row < x.length; row++) {
            moments[document[row]].add(1, x[row], y[row]);
        }
        return moments;
    }
}
