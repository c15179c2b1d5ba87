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
package io.github.tribuollm.llm.graphs;

import io.github.tribuollm.graph.Shape;
import io.github.tribuollm.graph.Tensor;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Rows cut into chunks, so that at most one chunk of logits, [rows, V], is alive.
 *
 * @param count how many chunks hold the rows of the largest batch; the last ones may be empty when the graph runs
 * @param rows the rows of a chunk
 */
record RowChunks(int count, long rows) {
    /** A tensor's rows in chunks. */
    List<Tensor> of(Tensor tensor) {
        return count == 1
                ? List.of(tensor)
                : IntStream.range(0, count)
                        .mapToObj(i -> tensor.slice(0, i * rows, (i + 1) * rows))
                        .toList();
    }

    /** The same chunk of several tensors. */
    List<Tensor> chunk(List<Tensor> tensors, int index) {
        return tensors.stream().map(t -> of(t).get(index)).toList();
    }

    /** Chunks as one tensor. */
    static Tensor join(List<Tensor> chunks, Shape shape) {
        Tensor first = chunks.get(0);
        return chunks.size() == 1
                ? first
                : first.concat(0, chunks.subList(1, chunks.size()).toArray(new Tensor[0]))
                        .renamed(shape);
    }
}
