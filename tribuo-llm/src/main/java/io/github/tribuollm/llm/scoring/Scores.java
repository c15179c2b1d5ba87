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
import java.util.Map;

/**
 * What a model predicts for the N completion tokens of a batch.
 *
 * @param values for each measure a number for each token, [N]
 */
public record Scores(Map<TokenMeasure, float[]> values) {
    /** Nothing, where nothing is asked for. */
    public static final Scores NONE = new Scores(Map.of());

    public Scores {
        values = Map.copyOf(values);
    }

    /**
     * The values of a measure.
     *
     * @param measure one that the scorer was asked for
     * @return [N]
     * @throws IllegalArgumentException if it was not asked for
     */
    public float[] of(TokenMeasure measure) {
        float[] found = values.get(measure);
        if (found == null) {
            throw new IllegalArgumentException("The scorer was not asked for " + measure);
        }
        return found;
    }
}
