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
package io.github.tribuollm.graph;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Operators that neural networks are made of. */
final class Neural {
    static final String CONTRIB = "com.microsoft";

    private Neural() {}

    /** p = exp(x) / sum(exp(x)) over the last axis. */
    record Softmax() implements Operator {
        @Override
        public String type() {
            return "Softmax";
        }

        @Override
        public Map<String, Object> attributes() {
            return Map.of("axis", -1L);
        }

        @Override
        public List<TensorType> infer(List<Tensor> inputs) {
            Elementwise.requireFloat32(inputs);
            return List.of(inputs.get(0).type());
        }

        @Override
        public List<Tensor> vjp(List<Tensor> inputs, List<Tensor> outputs, Tensor dp) {
            Tensor p = outputs.get(0);
            return List.of(p.mul(dp.sub(dp.mul(p).sum(-1))));
        }
    }

    /** y = g x r with r = 1 / sqrt(mean(x^2) + epsilon) over the last axis; the second output is r. */
    record RmsNorm(float epsilon) implements Operator {
        @Override
        public String type() {
            return "SimplifiedLayerNormalization";
        }

        @Override
        public Map<String, Object> attributes() {
            return Map.of("axis", -1L, "epsilon", epsilon);
        }

        @Override
        public List<TensorType> infer(List<Tensor> inputs) {
            Elementwise.requireFloat32(inputs);
            Tensor x = inputs.get(0);
            if (!inputs.get(1).shape().equals(Shape.of(x.shape().dim(-1)))) {
                throw new IllegalArgumentException("the scale must be a vector of the last axis' size");
            }
            return List.of(x.type(), new TensorType(ElementType.FLOAT, x.shape().with(-1, Dim.ONE)));
        }

        @Override
        public List<Tensor> vjp(List<Tensor> inputs, List<Tensor> outputs, Tensor dy) {
            Tensor g = inputs.get(1);
            Tensor r = outputs.get(1);
            Tensor normal = inputs.get(0).mul(r);
            Tensor scaled = dy.mul(g);
            Tensor dx = scaled.sub(normal.mul(scaled.mul(normal).mean(-1))).mul(r);
            return List.of(dx, dy.mul(normal).sumTo(g.shape()));
        }
    }

    /** y = x / 2 (1 + tanh(sqrt(2 / pi) (x + 0.044715 x^3))); it has no gradient rule. */
    record Gelu() implements Operator {
        @Override
        public String type() {
            return "Gelu";
        }

        @Override
        public Map<String, Object> attributes() {
            return Map.of("approximate", "tanh");
        }

        @Override
        public List<TensorType> infer(List<Tensor> inputs) {
            Elementwise.requireFloat32(inputs);
            return List.of(inputs.get(0).type());
        }
    }

    /**
     * Rotary position embedding of [B, heads, T, size] or [B, T, heads*size]: the halves of each vector's first
     * components are rotated by the angles whose cosines and sines [positions, rotated / 2] are the second and third
     * input; the fourth holds the positions [B, T].
     *
     * @param rotated how many components are rotated; 0 for all
     * @param heads the number of heads that lie side by side; 0 where they have an axis of their own
     */
    record Rotary(long rotated, long heads) implements Operator {
        @Override
        public String type() {
            return "RotaryEmbedding";
        }

        @Override
        public Map<String, Object> attributes() {
            Map<String, Object> attributes = new LinkedHashMap<>();
            if (rotated > 0) {
                attributes.put("rotary_embedding_dim", rotated);
            }
            if (heads > 0) {
                attributes.put("num_heads", heads);
            }
            return attributes;
        }

        @Override
        public List<TensorType> infer(List<Tensor> inputs) {
            Elementwise.requireFloat32(inputs.subList(0, 3));
            int rank = heads > 0 ? 3 : 4;
            if (inputs.get(0).shape().rank() != rank || inputs.get(3).shape().rank() != 2) {
                throw new IllegalArgumentException(
                        "needs [B, heads, T, size] or, with a number of heads, [B, T, heads*size], and positions [B, T]");
            }
            return List.of(inputs.get(0).type());
        }

        @Override
        public List<Tensor> vjp(List<Tensor> inputs, List<Tensor> outputs, Tensor dy) {
            Tensor inverse = dy.graph()
                    .apply(this, List.of(dy, inputs.get(1), inputs.get(2).neg(), inputs.get(3)));
            return Arrays.asList(inverse, null, null, null);
        }
    }
}
