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
import io.github.tribuollm.llm.architecture.RotaryFrequencies.Extension;
import io.github.tribuollm.llm.architecture.RotaryFrequencies.Growing;
import io.github.tribuollm.llm.architecture.RotaryFrequencies.Switched;
import java.util.List;
import java.util.Optional;

/**
 * The rotations of a forward pass' tokens: component pair i of a vector at position p turns by p times frequency i.
 *
 * <p>Where the frequencies depend on the length, that of a token's own document decides. transformers lets the longest
 * row of a batch decide for all rows, which gives the same numbers for one document at a time; here the result of a
 * document does not depend on its neighbours, so a step may be cut into micro-batches at will.
 */
public final class RotaryPositions {
    private final Optional<Angles> angles;

    /** Tables [N, half] of cosines and sines, and each token's row in them, [B, T]. */
    private record Angles(Tensor cosines, Tensor sines, Tensor rows) {}

    private RotaryPositions(Optional<Angles> angles) {
        this.angles = angles;
    }

    /** The rotations by some frequencies. */
    static RotaryPositions of(TokenGrid grid, RotaryFrequencies frequencies) {
        if (frequencies == RotaryFrequencies.NONE) {
            return new RotaryPositions(Optional.empty());
        }
        return new RotaryPositions(Optional.of(frequencies
                .extension()
                .filter(extension -> grid.maxLength() > extension.originalLength())
                .map(extension -> extended(grid, frequencies, extension))
                .orElseGet(
                        () -> tables(grid, List.of(frequencies.usual()), frequencies.amplitude(), grid.positions()))));
    }

    private static Angles extended(TokenGrid grid, RotaryFrequencies frequencies, Extension extension) {
        if (extension instanceof Switched switched) {
            return tables(
                    grid,
                    List.of(frequencies.usual(), switched.frequencies()),
                    frequencies.amplitude(),
                    rowsBeyond(grid, switched.originalLength()));
        }
        return computed(grid, frequencies, (Growing) extension);
    }

    /** Tables of angles below each other, maxLength rows for each set of frequencies. */
    private static Angles tables(TokenGrid grid, List<float[]> sets, float amplitude, Tensor rows) {
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
        return new Angles(graph.constant(cos, height, half), graph.constant(sin, height, half), rows);
    }

    /** Cosines and sines of each token's own angles; a table holds only the frequencies of each length. */
    private static Angles computed(TokenGrid grid, RotaryFrequencies frequencies, Growing growing) {
        Graph graph = grid.graph();
        int half = frequencies.usual().length;
        int original = growing.originalLength();
        float[] table = new float[(grid.maxLength() - original + 1) * half];
        System.arraycopy(frequencies.usual(), 0, table, 0, half);
        for (int length = original + 1; length <= grid.maxLength(); length++) {
            System.arraycopy(growing.frequencies().apply(length), 0, table, (length - original) * half, half);
        }
        Dim tokens = grid.tokens().shape().elements();
        Tensor lengths = lastPositions(grid).add(1).expand(grid.tokens().shape());
        Tensor excess = lengths.add(-original).relu().toInteger().reshape(tokens);
        Tensor rates = graph.constant(table, table.length / half, half).gather(excess);
        Tensor angles = rates.mul(grid.positions().toFloat().reshape(tokens, Dim.ONE));
        Tensor rows = graph.range(tokens).reshape(grid.tokens().shape());
        return new Angles(
                angles.cos().mul(frequencies.amplitude()), angles.sin().mul(frequencies.amplitude()), rows);
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
        Tensor floats = heads.toFloat();
        return angles.map(a -> floats.rotary(a.cosines, a.sines, a.rows)).orElse(floats);
    }

    /** Rotates heads side by side, [B, T, count*size], in float32. */
    Tensor rotate(Tensor heads, int count) {
        Tensor floats = heads.toFloat();
        return angles.map(a -> floats.rotary(a.cosines, a.sines, a.rows, count)).orElse(floats);
    }
}
