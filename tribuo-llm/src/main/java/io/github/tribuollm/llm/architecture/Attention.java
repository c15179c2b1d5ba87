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

import io.github.tribuollm.graph.Dim;
import io.github.tribuollm.graph.Graph;
import io.github.tribuollm.graph.Shape;
import io.github.tribuollm.graph.Tensor;
import java.util.List;
import java.util.OptionalDouble;
import java.util.function.UnaryOperator;

/**
 * Grouped-query attention: O = P V with P = softmax(S + mask) and S = scale Q K^T, or cap tanh(S / cap) in its place.
 * The query heads that share a key head are stacked, so that keys and values are never repeated. Of what is as large
 * as S, only P is kept for the backward pass. Products are in the graph's compute type, all between them in float32.
 */
final class Attention {
    private Attention() {}

    /**
     * Attends.
     *
     * @param q float32 [B, H, T, size]
     * @param k float32 [B, KV, L, size], KV a divisor of H; L is T where all keys are the queries' own tokens
     * @param v in the compute type, [B, KV, L, size]
     * @param mask [T, L] or [B, 1, T, L], 0 where a query (row) sees a key (column), else a large negative number
     * @param scale the factor of the scores
     * @param cap the bound of the scores; empty for none
     * @param dropout what is left of P, by a linear function whose matrix is symmetric
     * @return in the compute type, [B, H, T, size]
     */
    static Tensor of(
            Tensor q, Tensor k, Tensor v, Tensor mask, float scale, OptionalDouble cap, UnaryOperator<Tensor> dropout) {
        Tensor queries = grouped(q, k).mul(scale).toCompute();
        Tensor keys = k.toCompute();
        Dim time = q.shape().dim(2);
        Tensor p = q.graph().withoutGradients(() -> probabilities(queries, keys, time, mask, cap));
        return attend(queries, keys, v, p, cap, dropout).reshape(q.shape());
    }

    /**
     * P alone, without a gradient.
     *
     * @param q float32 [B, H, T, size]
     * @param k float32 [B, KV, T, size]
     * @param mask [T, T] or [B, 1, T, T]
     * @param scale the factor of the scores
     * @param cap the bound of the scores; empty for none
     * @return in the compute type, [B, KV, H/KV*T, T]
     */
    static Tensor probabilities(Tensor q, Tensor k, Tensor mask, float scale, OptionalDouble cap) {
        return q.graph()
                .withoutGradients(() -> probabilities(
                        grouped(q, k).mul(scale).toCompute(),
                        k.toCompute(),
                        q.shape().dim(2),
                        mask,
                        cap));
    }

    /** Query heads stacked by the key head that they share, [B, KV, H/KV*T, size]. */
    private static Tensor grouped(Tensor q, Tensor k) {
        Shape heads = q.shape();
        Dim keyHeads = k.shape().dim(1);
        Dim stacked = heads.dim(2).times(heads.dim(1).factor() / keyHeads.factor());
        return q.reshape(Shape.of(heads.dim(0), keyHeads, stacked, heads.dim(3)));
    }

    private static Tensor probabilities(Tensor q, Tensor k, Dim time, Tensor mask, OptionalDouble cap) {
        Tensor scores = capped(q.matmul(k.swapLastAxes()).toFloat(), cap);
        Shape grouped = scores.shape();
        Dim heads = Dim.of(grouped.dim(1).factor() * grouped.dim(2).factor() / time.factor());
        return scores.reshape(Shape.of(grouped.dim(0), heads, time, grouped.dim(3)))
                .add(mask)
                .softmax()
                .toCompute()
                .reshape(grouped);
    }

    /**
     * The rule dS = P (dP - rowsum(dO O)), with dropout in dP as in O, reduces over head size instead of time. Where a
     * cap bends the scores, dS is also multiplied by its slope 1 - tanh(S / cap)^2, for which the scores are computed
     * again.
     */
    private static Tensor attend(
            Tensor q, Tensor k, Tensor v, Tensor p, OptionalDouble cap, UnaryOperator<Tensor> dropout) {
        Graph graph = q.graph();
        Tensor kept = graph.withoutGradients(() -> dropout.apply(p));
        Tensor o = graph.withoutGradients(() -> kept.matmul(v));
        return graph.custom(List.of(q, k, v), () -> o, dO -> {
            Tensor dP = dropout.apply(dO.matmul(v.swapLastAxes())).toFloat();
            Tensor dCapped =
                    p.toFloat().mul(dP.sub(dO.toFloat().mul(o.toFloat()).sum(-1)));
            Tensor dScores = cap.isEmpty()
                    ? dCapped
                    : dCapped.mul(slope(q.barrier(dO).matmul(k.swapLastAxes()).toFloat(), cap));
            Tensor dS = dScores.toCompute();
            return List.of(
                    dS.matmul(k),
                    dS.swapLastAxes().matmul(q),
                    kept.swapLastAxes().matmul(dO));
        });
    }

    private static Tensor capped(Tensor scores, OptionalDouble cap) {
        return cap.isEmpty() ? scores : scores.softCap((float) cap.getAsDouble());
    }

    /** d (cap tanh(S / cap)) / dS. */
    private static Tensor slope(Tensor scores, OptionalDouble cap) {
        Tensor t = scores.mul((float) (1 / cap.getAsDouble())).tanh();
        return t.mul(t).neg().add(1);
    }
}
