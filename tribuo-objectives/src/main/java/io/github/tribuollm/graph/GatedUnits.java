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

import java.util.List;
import java.util.function.Supplier;

/**
 * Gated linear units, f(x) up, of two tensors of one shape that depends on a symbolic size. The backward pass computes f
 * again, so that only the two inputs are kept.
 */
public final class GatedUnits {
    private GatedUnits() {}

    /**
     * The gated unit silu(x) up, with silu(x) = x sigmoid(x).
     *
     * @param gate x
     * @param up what is gated, of the same shape
     * @return x sigmoid(x) up
     */
    public static Tensor swiGlu(Tensor gate, Tensor up) {
        return gate.graph()
                .custom(List.of(gate, up), () -> gate.mul(gate.sigmoid()).mul(up), dy -> {
                    Tensor x = gate.barrier(dy);
                    Tensor s = x.sigmoid();
                    Tensor y = x.mul(s);
                    return List.of(dy.mul(up).mul(s.add(y.sub(y.mul(s)))), dy.mul(y));
                });
    }

    /**
     * The gated unit gelu(x) up, with the approximation gelu(x) = x / 2 (1 + tanh(u)) for u = sqrt(2 / pi) (x +
     * 0.044715 x^3), which equals x sigmoid(2u). Powers of x would overflow float16: for 16-bit inputs all is computed in
     * float32.
     *
     * @param gate x
     * @param up what is gated, of the same shape
     * @return gelu(x) up
     */
    public static Tensor geGlu(Tensor gate, Tensor up) {
        float linear = (float) (2 * Math.sqrt(2 / Math.PI));
        float cubic = 0.044715f * linear;
        ElementType own = gate.type().element();
        Supplier<Tensor> forward = () -> gate.graph()
                .apply(new Neural.Gelu(), List.of(gate.toFloat()))
                .mul(up.toFloat())
                .to(own);
        return gate.graph().custom(List.of(gate, up), forward, gradient -> {
            Tensor x = gate.barrier(gradient).toFloat();
            Tensor dy = gradient.toFloat();
            Tensor square = x.mul(x);
            Tensor s = x.mul(square.mul(cubic).add(linear)).sigmoid();
            Tensor y = x.mul(s);
            Tensor slope = square.mul(3 * cubic).add(linear);
            Tensor dx = dy.mul(up.widened(dy)).mul(s.add(y.sub(y.mul(s)).mul(slope)));
            return List.of(dx.to(own), dy.mul(y).to(own));
        });
    }
}
