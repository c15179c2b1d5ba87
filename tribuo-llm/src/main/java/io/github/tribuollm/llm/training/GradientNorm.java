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
package io.github.tribuollm.llm.training;

import java.nio.FloatBuffer;
import java.util.Map;
import java.util.Optional;

/** The global Euclidean norm of all gradients, and clipping by it. */
public final class GradientNorm {
    private GradientNorm() {}

    public static double of(Map<String, FloatBuffer> gradients) {
        double sum = 0;
        for (FloatBuffer gradient : gradients.values()) {
            sum += squares(gradient);
        }
        return Math.sqrt(sum);
    }

    private static double squares(FloatBuffer gradient) {
        double sum = 0;
        for (int i = 0; i < gradient.capacity(); i++) {
            double g = gradient.get(i);
            sum += g * g;
        }
        return sum;
    }

    /** The first gradient with an infinity or a NaN. */
    static Optional<String> firstNotFinite(Map<String, FloatBuffer> gradients) {
        return gradients.entrySet().stream()
                .filter(gradient -> !Double.isFinite(squares(gradient.getValue())))
                .map(Map.Entry::getKey)
                .findFirst();
    }

    /** The factor that brings a norm down to a limit, as PyTorch's clip_grad_norm_; 1 where it is below. */
    public static double clip(double norm, double limit) {
        return Math.min(1, limit / (norm + 1e-6));
    }
}
