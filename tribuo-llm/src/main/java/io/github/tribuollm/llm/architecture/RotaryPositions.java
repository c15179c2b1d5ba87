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
package io.github.tribuollm.llm.architecture;

import io.github.tribuollm.graph.Graph;
import io.github.tribuollm.graph.Tensor;

/** Rotary position embedding: component pair i of a vector at position p is rotated by p times frequency i. */
public final class RotaryPositions {
    private final Tensor cosines;
    private final Tensor sines;
    private final Tensor positions;

    RotaryPositions(Graph graph, float[] frequencies, int maxLength, Tensor positions) {
        int half = frequencies.length;
        float[] cos = new float[maxLength * half];
        float[] sin = new float[maxLength * half];
        for (int i = 0; i < half; i++) {
            for (int p = 0; p < maxLength; p++) {
                float angle = p * frequencies[i];
                cos[p * half + i] = (float) Math.cos(angle);
                sin[p * half + i] = (float) Math.sin(angle);
            }
        }
        this.cosines = graph.constant(cos, maxLength, half);
        this.sines = graph.constant(sin, maxLength, half);
        this.positions = positions;
    }

    /** Rotates [B, heads, T, size]. */
    Tensor rotate(Tensor heads) {
        return heads.rotary(cosines, sines, positions);
    }
}
