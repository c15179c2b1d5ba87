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
package io.github.tribuollm.llm.generation.sampling;

/**
 * The probabilities of candidates, in float64.
 *
 * @param candidates whose
 * @param highest the largest logit
 * @param sum of the weights exp(logit - highest)
 * @param moment the sum of weight times (logit - highest), at most 0
 */
record Softmax(Candidates candidates, double highest, double sum, double moment) {
    static Softmax of(Candidates candidates) {
        double highest = candidates.logit(candidates.best());
        double sum = 0;
        double moment = 0;
        for (int i = 0; i < candidates.count(); i++) {
            double shifted = candidates.logit(candidates.token(i)) - highest;
            double weight = Math.exp(shifted);
            if (weight > 0) {
                sum += weight;
                moment += weight * shifted;
            }
        }
        return new Softmax(candidates, highest, sum, moment);
    }

    double probability(int token) {
        return Math.exp(candidates.logit(token) - highest) / sum;
    }

    double logProbability(int token) {
        return candidates.logit(token) - highest - Math.log(sum);
    }

    /** In nats: log Z minus the mean logit, both less the highest. */
    double entropy() {
        return Math.log(sum) - moment / sum;
    }

    /**
     * The token at a point of the cumulated probabilities, in the order of the ids.
     *
     * @param point in [0, 1)
     */
    int quantile(double point) {
        double left = point * sum;
        int last = -1;
        for (int i = 0; i < candidates.count(); i++) {
            int token = candidates.token(i);
            double weight = Math.exp(candidates.logit(token) - highest);
            if (weight > 0) {
                last = token;
                left -= weight;
                if (left < 0) {
                    return token;
                }
            }
        }
        return last;
    }
}
