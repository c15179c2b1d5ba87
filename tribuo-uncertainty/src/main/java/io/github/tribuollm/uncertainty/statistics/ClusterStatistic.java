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

/**
 * A statistic of documents, each taken a number of times. A bootstrap resample is such numbers, so statistics that
 * prepare sums or orders once need not copy or sort the tokens of every resample.
 */
@FunctionalInterface
public interface ClusterStatistic {

    /**
     * The statistic of a resample.
     *
     * @param copies how often each document is taken, shape [documents], at least 0
     * @return its value, NaN where it is undefined
     */
    double of(int[] copies);

    /**
     * The difference to another statistic of the same documents.
     *
     * @param other what is subtracted
     * @return this minus the other, in the same resample
     */
    default ClusterStatistic minus(ClusterStatistic other) {
        return copies -> of(copies) - other.of(copies);
    }

    /**
     * The mean of a measure over all rows.
     *
     * @param sample the rows
     * @param measure the name of one of its measures
     * @return the statistic
     */
    static ClusterStatistic mean(MeasureSample sample, String measure) {
        double[] values = sample.column(measure);
        int[] document = sample.documentOfRow();
        double[] sum = new double[sample.documents()];
        for (int row = 0; row < values.length; row++) {
            sum[document[row]] += values[row];
        }
        return copies -> {
            double total = 0;
            for (int d = 0; d < copies.length; d++) {
                total += copies[d] * sum[d];
            }
            return total / sample.rows(copies);
        };
    }
}
