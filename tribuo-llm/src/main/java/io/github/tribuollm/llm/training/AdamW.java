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
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** AdamW (Loshchilov and Hutter, "Decoupled Weight Decay Regularization"), as PyTorch computes it. */
public final class AdamW {
    private static final double EPSILON = 1e-8;

    private final double beta1;
    private final double beta2;
    private final double weightDecay;
    private final Map<String, float[]> firstMoments = new LinkedHashMap<>();
    private final Map<String, float[]> secondMoments = new LinkedHashMap<>();
    private int steps;

    public AdamW(Map<String, FloatBuffer> parameters, double beta1, double beta2, double weightDecay) {
        this.beta1 = beta1;
        this.beta2 = beta2;
        this.weightDecay = weightDecay;
        parameters.forEach((name, values) -> {
            firstMoments.put(name, new float[values.capacity()]);
            secondMoments.put(name, new float[values.capacity()]);
        });
    }

    /**
     * theta (1 - rate decay) - rate m^ / (sqrt(v^) + epsilon), with m^ and v^ the bias-corrected moments of the scaled
     * gradient.
     */
    public void step(
            Map<String, FloatBuffer> parameters, Map<String, FloatBuffer> gradients, double scale, double rate) {
        steps++;
        double rateOfMean = rate / (1 - Math.pow(beta1, steps));
        double rootOfCorrection = Math.sqrt(1 - Math.pow(beta2, steps));
        parameters.keySet().parallelStream()
                .forEach(name -> update(
                        parameters.get(name),
                        gradients.get(name),
                        firstMoments.get(name),
                        secondMoments.get(name),
                        (float) scale,
                        (float) (1 - rate * weightDecay),
                        (float) rateOfMean,
                        (float) (1 / rootOfCorrection)));
    }

    private void update(
            FloatBuffer theta, FloatBuffer g, float[] m, float[] v, float scale, float keep, float rate, float root) {
        float b1 = (float) beta1;
        float b2 = (float) beta2;
        float oneMinusB1 = (float) (1 - beta1);
        float oneMinusB2 = (float) (1 - beta2);
        float epsilon = (float) EPSILON;
        for (int i = 0; i < m.length; i++) {
            float gradient = g.get(i) * scale;
            m[i] = b1 * m[i] + oneMinusB1 * gradient;
            v[i] = b2 * v[i] + oneMinusB2 * gradient * gradient;
            float denominator = (float) Math.sqrt(v[i]) * root + epsilon;
            theta.put(i, theta.get(i) * keep - rate * m[i] / denominator);
        }
    }

    /** The first parameter of which a moment is no longer finite. */
    Optional<String> overflowed() {
        return GradientNorm.firstNotFinite(buffers(firstMoments))
                .or(() -> GradientNorm.firstNotFinite(buffers(secondMoments)));
    }

    private static Map<String, FloatBuffer> buffers(Map<String, float[]> moments) {
        Map<String, FloatBuffer> buffers = new LinkedHashMap<>();
        moments.forEach((name, values) -> buffers.put(name, FloatBuffer.wrap(values)));
        return buffers;
    }

    int steps() {
        return steps;
    }

    Map<String, float[]> firstMoments() {
        return firstMoments;
    }

    Map<String, float[]> secondMoments() {
        return secondMoments;
    }

    void restore(int doneSteps, Map<String, float[]> first, Map<String, float[]> second) {
        steps = doneSteps;
        firstMoments.forEach((name, m) -> System.arraycopy(first.get(name), 0, m, 0, m.length));
        secondMoments.forEach((name, v) -> System.arraycopy(second.get(name), 0, v, 0, v.length));
    }
}
