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
import io.github.tribuollm.graph.Tensor;
import java.util.List;

/**
 * The rotations of a forward pass' tokens: component pair i of a vector at position p turns by p times frequency i.
 *
 * <p>Where the frequencies depend on the length, that of a token's own document decides. transformers lets the longest
 * row of a batch decide for all rows, which gives the same numbers for one document at a time; here the result of a
 * document does not depend on its neighbours, so a step may be cut into micro-batches at will.
 */
public final class RotaryPositions {
    private final Tensor cosines;
    private final Tensor sines;
    private final Tensor rows;

    private RotaryPositions(Tensor cosines, Tensor sines, Tensor rows) {
        this.cosines = cosines;
        this.sines = sines;
        this.rows = rows;
    }

    /** The rotations by some frequencies. */
    static RotaryPositions of(TokenGrid grid, RotaryFrequencies frequencies) {
        return frequencies
                .extension()
                .filter(extension -> grid.maxLength() > extension.originalLength())
                .map(extension -> of(
                        grid,
                        List.of(frequencies.usual(), extension.frequencies()),
                        frequencies.amplitude(),
                        rowsBeyond(grid, extension.originalLength())))
                .orElseGet(() -> of(grid, List.of(frequencies.usual()), frequencies.amplitude(), grid.positions()));
    }

    /** Tables of angles below each other, maxLength rows for each set of frequencies. */
    private static RotaryPositions of(TokenGrid grid, List<float[]> sets, float amplitude, Tensor rows) {
        int half = sets.get(0).length;
        int length = grid.maxLength();
        float[] cos = new float[sets.size() * length * half];
        float[] sin = new float[cos.length];
        for (int k = 0; k < cos.length; k++) {
            float angle = k / half % length * sets.get(k / half / length)[k % half];
            cos[k] = (float) Math.cos(angle) * amplitude;
            sin[k] = (float) Math.sin(angle) * amplitude;
        }
        Graph graph = grid.graph();
        long height = (long) sets.size() * length;
        return new RotaryPositions(graph.constant(cos, height, half), graph.constant(sin, height, half), rows);
    }

    /** The rows of the second table for documents that reach beyond a length, of the first for the others. */
    private static Tensor rowsBeyond(TokenGrid grid, int length) {
        Tensor isLong = lastPositions(grid).greater(length - 1);
        return grid.positions().add(grid.graph().integer(grid.maxLength())).where(isLong, grid.positions());
    }

    /** The last position of each token's document: [B, 1], or [B, T] if rows hold several documents. */
    private static Tensor lastPositions(TokenGrid grid) {
        return grid.earlier().map(KeyValueCache::lastPositions).orElseGet(() -> lastOfGrid(grid));
    }

    private static Tensor lastOfGrid(TokenGrid grid) {
        Tensor positions = grid.positions().toFloat();
        Dim time = grid.time();
        return grid.documents()
                .map(documents -> {
                    Tensor same = documents
                            .reshape(grid.batch(), time, Dim.ONE)
                            .equalTo(documents.reshape(grid.batch(), Dim.ONE, time));
                    return positions
                            .reshape(grid.batch(), Dim.ONE, time)
                            .where(same, 0)
                            .max(-1)
                            .reshape(grid.batch(), time);
                })
                .orElseGet(() -> positions.max(-1));
    }

    /** Rotates [B, heads, T, size], in float32. */
    Tensor rotate(Tensor heads) {
        return heads.toFloat().rotary(cosines, sines, rows);
    }

    /** Rotates heads side by side, [B, T, count*size], in float32. */
    Tensor rotate(Tensor heads, int count) {
        return heads.toFloat().rotary(cosines, sines, rows, count);
    }
}
