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
package io.github.tribuollm.llm.generation;

import io.github.tribuollm.llm.generation.sampling.ChosenToken;
import io.github.tribuollm.llm.generation.sampling.FinishReason;
import io.github.tribuollm.uncertainty.Measure;
import java.util.List;
import java.util.OptionalDouble;
import java.util.Set;

/**
 * One answer to a prompt.
 *
 * @param sample its number among the answers to the prompt, from 0
 * @param text without the end token, cut where a stop string begins
 * @param tokens all that were generated, the end token and those of a stop string included
 * @param finish why it ended
 * @param truth the model's log-probability of calling it true, see {@link Generator#withTruth}; empty if it was not
 *     asked
 */
public record Answer(int sample, String text, List<ChosenToken> tokens, FinishReason finish, OptionalDouble truth) {
    /** Copies the list. */
    public Answer {
        tokens = List.copyOf(tokens);
    }

    Answer withTruth(double logProbability) {
        return new Answer(sample, text, tokens, finish, OptionalDouble.of(logProbability));
    }

    /** {@return the ids of the tokens} */
    public int[] ids() {
        return tokens.stream().mapToInt(ChosenToken::token).toArray();
    }

    /** {@return log p of the tokens given the prompt, in nats; at most 0, NaN if it was not measured} */
    public double logProbability() {
        return tokens.stream().mapToDouble(ChosenToken::logProbability).sum();
    }

    /** {@return what samples of dropout, or members of an ensemble, measured of its tokens; empty if they were not asked} */
    public Set<Measure> measures() {
        return tokens.isEmpty() ? Set.of() : tokens.get(0).measures().keySet();
    }

    /**
     * The mean of what was measured of its tokens.
     *
     * @param measure which measure
     * @return the mean, in nats; NaN where it was not measured
     */
    public double mean(Measure measure) {
        return tokens.stream()
                .mapToDouble(token -> token.measures().getOrDefault(measure, Float.NaN))
                .average()
                .orElse(Double.NaN);
    }

    /**
     * A score of how unsure the model is of it.
     *
     * @param score which
     * @return its value, larger if less sure; NaN where it was not measured
     */
    public double score(AnswerScore score) {
        return score.of(this);
    }
}
