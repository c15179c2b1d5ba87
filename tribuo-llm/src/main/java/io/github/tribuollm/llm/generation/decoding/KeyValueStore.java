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

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtException;
import io.github.tribuollm.graph.Shape;
import io.github.tribuollm.runtime.Feeds;
import io.github.tribuollm.runtime.Onnx;
import java.nio.FloatBuffer;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The memory of keys and values: for each layer [rows, KV, room, size], so that consecutive rows are one tensor.
 */
final class KeyValueStore implements AutoCloseable {
    private final int rows;
    private final Map<String, Part> parts = new LinkedHashMap<>();
    private final Map<Range, Map<String, OnnxTensor>> views = new HashMap<>();
    private int room;

    /** The keys or the values of a layer. */
    private record Part(int heads, int size, FloatBuffer memory) {
        private int perRow(int room) {
            return heads * room * size;
        }
    }

    /** Consecutive rows. */
    record Range(int first, int count) {}

    /**
     * Memory for some rows.
     *
     * @param shapes [B, KV, C, size] by name
     * @param rows how many rows
     * @param room how many tokens a row may hold
     */
    KeyValueStore(Map<String, Shape> shapes, int rows, int room) {
        this.rows = rows;
        this.room = room;
        shapes.forEach((name, shape) -> {
            int heads = (int) shape.dim(1).factor();
            int size = (int) shape.dim(3).factor();
            parts.put(name, new Part(heads, size, memory(heads, room, size)));
        });
    }

    private FloatBuffer memory(int heads, int tokens, int size) {
        return Feeds.direct((long) Float.BYTES * rows * heads * tokens * size).asFloatBuffer();
    }

    /** How many tokens a row may hold. */
    int room() {
        return room;
    }

    /**
     * More room for each row that has less; what the rows hold stays. A store for which there is no memory is of no use
     * any more.
     */
    void grow(int tokens) {
        if (tokens <= room) {
            return;
        }
        closeViews();
        parts.replaceAll((name, part) -> {
            FloatBuffer larger = memory(part.heads, tokens, part.size);
            for (int head = 0; head < rows * part.heads; head++) {
                int length = room * part.size;
                larger.put(head * tokens * part.size, part.memory, head * length, length);
            }
            return new Part(part.heads, part.size, larger);
        });
        room = tokens;
    }

    /** Gives a row the first tokens of another. */
    void copy(int from, int to, int tokens) {
        parts.values().forEach(part -> {
            for (int head = 0; head < part.heads; head++) {
                int start = head * room * part.size;
                part.memory.put(
                        to * part.perRow(room) + start,
                        part.memory,
                        from * part.perRow(room) + start,
                        tokens * part.size);
            }
        });
    }

    /** The tensors of consecutive rows, by name: inputs and outputs at once. */
    Map<String, OnnxTensor> of(Range range) {
        return views.computeIfAbsent(range, r -> {
            Map<String, OnnxTensor> tensors = new LinkedHashMap<>();
            parts.forEach((name, part) -> tensors.put(name, view(part, r)));
            return tensors;
        });
    }

    private OnnxTensor view(Part part, Range range) {
        int perRow = part.perRow(room);
        FloatBuffer memory = part.memory.slice(range.first * perRow, range.count * perRow);
        try {
            return OnnxTensor.createTensor(
                    Onnx.environment(), memory, new long[] {range.count, part.heads, room, part.size});
        } catch (OrtException e) {
            throw new IllegalStateException("Wrapping keys and values: " + e.getMessage(), e);
        }
    }

    private void closeViews() {
        views.values().forEach(tensors -> tensors.values().forEach(OnnxTensor::close));
        views.clear();
    }

    @Override
    public void close() {
        closeViews();
    }
}
