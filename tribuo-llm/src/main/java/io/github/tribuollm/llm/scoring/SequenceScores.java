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
package io.github.tribuollm.llm.scoring;

import io.github.tribuollm.objectives.token.TokenMeasure;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * What a model predicts for the tokens of one sequence.
 *
 * @param values for each measure a number for each token, [length]; NaN for tokens that are not completion
 */
public record SequenceScores(Map<TokenMeasure, double[]> values) {
    static SequenceScores unmeasured(List<TokenMeasure> measures, int length) {
        Map<TokenMeasure, double[]> values = new HashMap<>();
        for (TokenMeasure measure : measures) {
            double[] all = new double[length];
            Arrays.fill(all, Double.NaN);
            values.put(measure, all);
        }
        return new SequenceScores(values);
    }

    /**
     * The values of a measure.
     *
     * @param measure one that the scorer was asked for
     * @return [length]
     * @throws IllegalArgumentException if it was not asked for
     */
    public double[] of(TokenMeasure measure) {
        double[] found = values.get(measure);
        if (found == null) {
            throw new IllegalArgumentException("The scorer was not asked for " + measure);
        }
        return found;
    }
}
