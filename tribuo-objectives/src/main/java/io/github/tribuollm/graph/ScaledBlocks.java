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

/** Numbers in bytes whose blocks, of so many columns of a row, have a scale each. */
final class ScaledBlocks {
    private ScaledBlocks() {}

    /** Requires that the columns of a matrix divide into blocks. */
    static void requireWhole(String name, long in, int block) {
        if (in % block != 0) {
            throw new GraphException(name + " has " + in + " columns, which is no multiple of " + block);
        }
    }

    /** The shape [n, blocks, 1] of scales [n, blocks]. */
    static Shape columns(Tensor scales) {
        return Shape.of(scales.shape().dim(0), scales.shape().dim(1), Dim.ONE);
    }

    /** Scales [n, blocks] in that shape. */
    static Tensor asColumns(Tensor scales) {
        return scales.reshape(columns(scales));
    }

    /** scale (q - zero), in rows, [n, blocks * block], of q [n, blocks, block] and scales [n, blocks, 1]. */
    static Tensor floats(Tensor numbers, int zero, Tensor scales, int block) {
        Graph graph = numbers.graph();
        Tensor centred =
                graph.apply(new Quantised.Dequantise(), List.of(numbers, graph.constant(1f), graph.unsignedByte(zero)));
        Dim rows = numbers.shape().dim(0);
        return centred.mul(scales).reshape(rows, Dim.of(numbers.shape().dim(1).factor() * block));
    }
}
