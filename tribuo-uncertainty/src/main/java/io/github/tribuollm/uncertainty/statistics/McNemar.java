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

import org.apache.commons.math3.distribution.BinomialDistribution;

/**
 * McNemar's exact test that two models are right equally often on the same questions.
 *
 * @param onlyModel the number of questions on which only the model is right
 * @param onlyBaseline the number of questions on which only the baseline is right
 * @param p the two-sided p-value, in [0, 1]; 1 if the models differ nowhere
 */
public record McNemar(int onlyModel, int onlyBaseline, double p) {
    /**
     * Tests verdicts.
     *
     * @param model whether the model is right on each question
     * @param baseline whether the baseline is, in the same order
     * @throws IllegalArgumentException if the numbers of questions differ
     */
    public static McNemar of(boolean[] model, boolean[] baseline) {
        if (model.length != baseline.length) {
            throw new IllegalArgumentException(model.length + " verdicts beside " + baseline.length);
        }
        int onlyModel = 0;
        int onlyBaseline = 0;
        for (int i = 0; i < model.length; i++) {
            onlyModel += model[i] && !baseline[i] ? 1 : 0;
            onlyBaseline += baseline[i] && !model[i] ? 1 : 0;
        }
        BinomialDistribution chance = new BinomialDistribution(null, onlyModel + onlyBaseline, 0.5);
        double p = Math.min(1, 2 * chance.cumulativeProbability(Math.min(onlyModel, onlyBaseline)));
        return new McNemar(onlyModel, onlyBaseline, p);
    }
}
