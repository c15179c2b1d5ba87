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
package io.github.tribuollm.llm.checkpoint;

import io.github.tribuollm.graph.ElementType;
import io.github.tribuollm.llm.checkpoint.SafetensorsWriter.Entry;
import io.github.tribuollm.llm.progress.ProgressListener;
import io.github.tribuollm.llm.progress.Unit;
import io.github.tribuollm.llm.progress.Work;
import java.nio.ByteBuffer;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.logging.Logger;
import java.util.stream.Stream;

/** The tensors of a quantised checkpoint, those of a matrix made when the first is written, in memory for the largest. */
final class RoundedEntries {
    private static final Logger LOGGER = Logger.getLogger(RoundedEntries.class.getName());

    private final Weights weights;
    private final Scheme scheme;
    private final Optional<String> remedy;
    private final SuccessiveMemory memory;
    private Map<String, ByteBuffer> held = Map.of();
    private Work work;

    private RoundedEntries(Weights weights, Storage storage) {
        this.weights = weights;
        this.remedy = storage == Storage.INT4 ? Optional.empty() : Optional.of("take the storage int4");
        this.memory = new SuccessiveMemory(weights);
        this.scheme = weights.scheme(storage, ElementType.INT8);
    }

    /**
     * The tensors in the order in which they are written: the parts of a matrix together, and first what has whole words
     * of four bytes, so that each begins at a multiple of its element's size.
     *
     * @param weights the weights
     * @param storage how matrices are rounded; bytes are signed, whatever this processor multiplies
     * @param matrices the names of the matrices
     * @param others the names of tensors that stay as they are
     */
    static List<Entry> of(Weights weights, Storage storage, List<String> matrices, List<String> others) {
        RoundedEntries made = new RoundedEntries(weights, storage);
        List<Entry> entries = Stream.concat(
                        others.stream().map(name -> List.of(made.asItIs(name))),
                        matrices.stream().map(made::parts))
                .sorted(Comparator.comparing(RoundedEntries::unevenness))
                .flatMap(List::stream)
                .toList();
        made.work = Work.of("quantising", Unit.BYTES, bytes(entries), ProgressListener.logging(LOGGER));
        return entries;
    }

    private static long bytes(List<Entry> entries) {
        return entries.stream().mapToLong(Entry::byteLength).sum();
    }

    private static int unevenness(List<Entry> together) {
        long bytes = bytes(together);
        return bytes % 4 == 0 ? 0 : bytes % 2 == 0 ? 1 : 2;
    }

    private Entry asItIs(String name) {
        return Entry.made(name, weights.dtype(name), weights.shape(name), () -> {
            ByteBuffer bytes = weights.stored(name).data();
            work.add(bytes.remaining());
            return bytes;
        });
    }

    private List<Entry> parts(String matrix) {
        long[] shape = weights.shape(matrix);
        return scheme.parts(matrix).stream()
                .map(part -> Entry.made(part.name(), part.written(), part.shape(shape), () -> bytes(part, shape)))
                .toList();
    }

    private ByteBuffer bytes(Scheme.Part part, long[] shape) {
        if (!held.containsKey(part.name())) {
            held = memory(scheme.parts(part.matrix()), shape);
            weights.read(part, held);
        }
        work.add(part.bytes(shape));
        return held.get(part.name()).duplicate();
    }

    private Map<String, ByteBuffer> memory(List<Scheme.Part> parts, long[] shape) {
        held = Map.of();
        memory.clear();
        Map<String, ByteBuffer> slices = new HashMap<>();
        parts.forEach(
                part -> slices.put(part.name(), memory.next(part.matrix(), part.key(), part.bytes(shape), remedy)));
        return slices;
    }
}
