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

/**
 * Grouped-query attention: O = P V with P = softmax(S + mask) and S = scale Q K^T, or cap tanh(S / cap) in its place.
 * The query heads that share a key head are stacked, so that keys and values are never repeated. Of what is as large
 * as S, only P is kept for the backward pass.
 */
final class Attention {
    private Attention() {}

    /**
     * Attends.
     *
     * @param q [B, H, T, size]
     * @param k [B, KV, T, size], KV a divisor of H
     * @param v [B, KV, T, size]
     * @param mask [T, T] or [B, 1, T, T], 0 where a query (row) sees a key (column), else a large negative number
     * @param scale the factor of the scores
     * @param cap the bound of the scores; empty for none
     * @return [B, H, T, size]
     */
    static Tensor of(Tensor q, Tensor k, Tensor v, Tensor mask, float scale, OptionalDouble cap) {
        Shape heads = q.shape();
        Dim keyHeads = k.shape().dim(1);
        Dim time = heads.dim(2);
        Dim stacked = time.times(heads.dim(1).factor() / keyHeads.factor());
        Shape grouped = Shape.of(heads.dim(0), keyHeads, stacked, heads.dim(3));
        Shape scores = Shape.of(heads.dim(0), heads.dim(1), time, time);
        Shape groupedScores = Shape.of(heads.dim(0), keyHeads, stacked, time);
        return attend(q.mul(scale).reshape(grouped), k, v, mask, cap, scores, groupedScores)
                .reshape(heads);
    }

    /**
     * The rule dS = P (dP - rowsum(dO O)) reduces over head size instead of time. Where a cap bends the scores, dS is
     * also multiplied by its slope 1 - tanh(S / cap)^2, for which the scores are computed again.
     */
    private static Tensor attend(
            Tensor q, Tensor k, Tensor v, Tensor mask, OptionalDouble cap, Shape scores, Shape grouped) {
        Graph graph = q.graph();
        Tensor p = graph.constantly(() -> capped(q.matmul(k.swapLastAxes()), cap)
                .reshape(scores)
                .add(mask)
                .softmax()
                .reshape(grouped));
        Tensor o = graph.constantly(() -> p.matmul(v));
        return graph.custom(List.of(q, k, v), () -> o, dO -> {
            Tensor dP = dO.matmul(v.swapLastAxes());
            Tensor dCapped = p.mul(dP.sub(dO.mul(o).sum(-1)));
            Tensor dS =
                    cap.isEmpty() ? dCapped : dCapped.mul(slope(q.barrier(dO).matmul(k.swapLastAxes()), cap));
            return List.of(
                    dS.matmul(k), dS.swapLastAxes().matmul(q), p.swapLastAxes().matmul(dO));
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
