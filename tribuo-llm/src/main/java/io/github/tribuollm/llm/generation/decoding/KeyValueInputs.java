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
package io.github.tribuollm.llm.generation.decoding;

import io.github.tribuollm.graph.CachedAttention;
import io.github.tribuollm.graph.Dim;
import io.github.tribuollm.graph.ElementType;
import io.github.tribuollm.graph.Graph;
import io.github.tribuollm.graph.Shape;
import io.github.tribuollm.graph.Tensor;
import io.github.tribuollm.llm.architecture.KeyValueCache;
import io.github.tribuollm.llm.architecture.SeenTokens;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.UnaryOperator;

/**
 * Keys and values that are inputs of a graph and, with those of new tokens, its outputs of the same names: both are
 * meant to be the same memory. Heads are padded with zeros to the width that {@link CachedAttention} wants.
 */
final class KeyValueInputs implements KeyValueCache {
    static final Dim ROWS = Dim.symbol("B");
    static final Dim TIME = Dim.symbol("T");

    private final Graph graph;
    private final Tensor last;
    private final Tensor longest;
    private final Tensor ends;
    private final Map<String, Tensor> results = new LinkedHashMap<>();

    KeyValueInputs(Graph graph) {
        this.graph = graph;
        this.last = graph.input(DecodingGraph.LAST, ElementType.INT64, ROWS);
        this.longest = graph.input(DecodingGraph.LONGEST, ElementType.INT64, Dim.ONE);
        this.ends = graph.input(DecodingGraph.ENDS, ElementType.INT64, ROWS, Dim.ONE);
    }

    Graph graph() {
        return graph;
    }

    /** The keys and values of all layers, by name. */
    Map<String, Tensor> results() {
        return results;
    }

    @Override
    public Tensor lastPositions() {
        return ends.toFloat();
    }

    @Override
    public Tensor attend(String module, Tokens tokens, CachedAttention form, UnaryOperator<Tensor> dropout) {
        long size = tokens.q().shape().dim(2).factor() / form.heads();
        return narrowed(keep(module, tokens, form, size).output(), form.heads(), size);
    }

    /** Writes the keys and values of new tokens, and attends. */
    private CachedAttention.Result keep(String module, Tokens tokens, CachedAttention form, long size) {
        CachedAttention.Memory memory = new CachedAttention.Memory(
                memory(module + ".keys", form.keyHeads(), padded(size)),
                memory(module + ".values", form.keyHeads(), padded(size)));
        CachedAttention.Result result = form.attend(
                widened(tokens.q(), form.heads()),
                widened(tokens.k(), form.keyHeads()),
                widened(tokens.v(), form.keyHeads()),
                memory,
                last,
                longest);
        results.put(memory.keys().name(), result.memory().keys());
        results.put(memory.values().name(), result.memory().values());
        return result;
    }

    /** The same keys and values for attention whose weights are dropped. */
    KeyValueCache dropped(Tensor positions) {
        Dim seen = graph.dim("L", longest);
        Tensor places = graph.range(seen);
        return new KeyValueCache() {
            @Override
            public Tensor lastPositions() {
                return KeyValueInputs.this.lastPositions();
            }

            @Override
            public Tensor attend(String module, Tokens tokens, CachedAttention form, UnaryOperator<Tensor> dropout) {
                long size = tokens.q().shape().dim(2).factor() / form.heads();
                CachedAttention.Memory whole = keep(module, tokens, form, size).memory();
                CachedAttention.Memory memory =
                        new CachedAttention.Memory(first(whole.keys(), seen, size), first(whole.values(), seen, size));
                return new SeenTokens(memory, places, positions).attend(tokens.q(), form, dropout);
            }
        };
    }

    /** The first places of keys or values, without what pads the heads. */
    private Tensor first(Tensor kept, Dim places, long size) {
        Tensor seen = kept.slice(2, graph.integers(0), longest, places);
        return padded(size) == size ? seen : seen.slice(3, 0, size);
    }

    private Tensor memory(String name, int heads, long size) {
        return graph.input(name, ElementType.FLOAT, ROWS, Dim.of(heads), Dim.symbol("C"), Dim.of(size));
    }

    private static long padded(long size) {
        return (size + CachedAttention.ALIGNMENT - 1) / CachedAttention.ALIGNMENT * CachedAttention.ALIGNMENT;
    }

    /** Zeros beyond the components of each head, which change no product. */
    private Tensor widened(Tensor beside, int heads) {
        Dim time = beside.shape().dim(1);
        long size = beside.shape().dim(2).factor() / heads;
        if (padded(size) == size) {
            return beside;
        }
        Tensor zeros = graph.constant(0).expand(Shape.of(ROWS, time, Dim.of(heads), Dim.of(padded(size) - size)));
        return beside.reshape(ROWS, time, Dim.of(heads), Dim.of(size))
                .concat(3, zeros)
                .reshape(ROWS, time, Dim.of(heads * padded(size)));
    }

    private Tensor narrowed(Tensor beside, int heads, long size) {
        if (padded(size) == size) {
            return beside;
        }
        Dim time = beside.shape().dim(1);
        return beside.reshape(ROWS, time, Dim.of(heads), Dim.of(padded(size)))
                .slice(3, 0, size)
                .reshape(ROWS, time, Dim.of(heads * size));
    }
}
