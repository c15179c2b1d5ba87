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
package io.github.tribuollm.llm.generation.decoding;

import io.github.tribuollm.uncertainty.Measure;
import java.util.Map;

/**
 * What a model says of the next token of a sequence, valid until the choice is made.
 *
 * @param logits a logit for each token of the vocabulary; whoever chooses may change them
 * @param newTokens how many tokens follow the prompt so far
 * @param measures how uncertain the model's samples are of the next token; empty where none are asked
 */
public record Prediction(float[] logits, int newTokens, Map<Measure, Float> measures) {
    /** A prediction of a model alone. */
    public Prediction(float[] logits, int newTokens) {
        this(logits, newTokens, Map.of());
    }
}
