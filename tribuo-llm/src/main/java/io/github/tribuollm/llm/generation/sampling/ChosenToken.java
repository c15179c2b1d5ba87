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

import io.github.tribuollm.uncertainty.Measure;
import java.util.Arrays;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/**
 * A generated token and how sure the model was of it.
 *
 * @param token its id
 * @param logProbability under the model's own prediction, before penalties and warpers, in nats; at most 0; like the
 *     other numbers NaN where it was not asked for
 * @param processedLogProbability under what it was drawn from, after them; 0 where nothing else was possible
 * @param entropy of the model's own prediction, in nats; at least 0
 * @param alternatives the likeliest tokens of the model's own prediction, the likeliest first
 * @param measures how uncertain samples of dropout, or members of an ensemble, were of what comes here, in nats; empty
 *     where they were not asked
 */
public record ChosenToken(
        int token,
        double logProbability,
        double processedLogProbability,
        double entropy,
        List<Alternative> alternatives,
        Map<Measure, Float> measures) {
    /** Copies list and map. */
    public ChosenToken {
        alternatives = List.copyOf(alternatives);
        Map<Measure, Float> ordered = new EnumMap<>(Measure.class);
        ordered.putAll(measures);
        measures = Collections.unmodifiableMap(ordered);
    }

    /** A token of which samples or members say nothing. */
    public ChosenToken(
            int token,
            double logProbability,
            double processedLogProbability,
            double entropy,
            List<Alternative> alternatives) {
        this(token, logProbability, processedLogProbability, entropy, alternatives, Map.of());
    }

    ChosenToken with(Map<Measure, Float> told) {
        return new ChosenToken(token, logProbability, processedLogProbability, entropy, alternatives, told);
    }

    /**
     * Measures a token that nobody chose.
     *
     * @param token its id
     * @param logits of the model's prediction, one for each token of the vocabulary
     * @throws GenerationException if a logit is not finite
     */
    public static ChosenToken measured(int token, float[] logits) {
        Candidates own = new Candidates(logits);
        return of(token, own, own, 0);
    }

    /** A token of which nothing else is known. */
    static ChosenToken unmeasured(int token) {
        return new ChosenToken(token, Double.NaN, Double.NaN, Double.NaN, List.of());
    }

    /**
     * Measures a token.
     *
     * @param token what was chosen
     * @param own the model's prediction
     * @param processed what it was chosen from
     * @param alternatives how many of the likeliest tokens are told
     */
    static ChosenToken of(int token, Candidates own, Candidates processed, int alternatives) {
        Softmax prediction = own.softmax();
        List<Alternative> best = Arrays.stream(Largest.of(own, alternatives, own::logit))
                .mapToObj(id -> new Alternative(id, prediction.logProbability(id)))
                .toList();
        return new ChosenToken(
                token,
                prediction.logProbability(token),
                processed.softmax().logProbability(token),
                Math.max(0, prediction.entropy()),
                best);
    }
}
