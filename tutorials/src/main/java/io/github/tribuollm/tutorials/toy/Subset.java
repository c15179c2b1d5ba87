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
package io.github.tribuollm.tutorials.toy;

import io.github.tribuollm.tutorials.toy.DescentStep.Choice;
import io.github.tribuollm.tutorials.toy.DescentStep.Outcome;
import java.util.Arrays;

/** What a step takes a part of. */
public enum Subset {
    /** Data: the maximum-error heuristic takes the largest residuals, as Masked MLE takes the largest losses. */
    DATA("data trained on"),
    /** Parameters: the heuristic takes the largest gradients. */
    PARAMETERS("parameters moved");

    private final String axis;

    Subset(String axis) {
        this.axis = axis;
    }

    /** What is counted as compute. */
    String axis() {
        return axis;
    }

    int size(LinearSystem system) {
        return this == DATA ? system.rows() : system.parameters();
    }

    /** The choice of a mask, with all of the other kind. */
    Choice choice(float[] mask, LinearSystem system) {
        return this == DATA ? new Choice(mask, ones(system.parameters())) : new Choice(ones(system.rows()), mask);
    }

    /** What the heuristic ranks, before a step with all data. */
    float[] errors(Outcome outcome) {
        return this == DATA ? outcome.residuals() : outcome.gradients();
    }

    static float[] ones(int length) {
        float[] ones = new float[length];
        Arrays.fill(ones, 1);
        return ones;
    }
}
