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

/**
 * At which rate each pair of a vector's components rotates with the position (Su et al., "RoFormer").
 */
public final class RotaryFrequencies {
    private final float[] frequencies;

    RotaryFrequencies(float[] frequencies) {
        this.frequencies = frequencies;
    }

    /** theta^(-2i / size) for i below size / 2, in float32 as transformers computes it. */
    static float[] geometric(double theta, int size) {
        float[] frequencies = new float[size / 2];
        for (int i = 0; i < frequencies.length; i++) {
            frequencies[i] = 1f / (float) Math.pow(theta, (float) (2 * i) / size);
        }
        return frequencies;
    }

    RotaryPositions of(TokenGrid grid) {
        return new RotaryPositions(grid.graph(), frequencies, grid.maxLength(), grid.positions());
    }
}
