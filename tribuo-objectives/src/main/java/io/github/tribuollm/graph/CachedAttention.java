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

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.OptionalInt;

/**
 * Grouped-query attention of some tokens to themselves and to what came before them, whose keys and values are kept: a
 * row's new keys and values are written behind those that it has. The results for keys and values may be pinned to the
 * memory that the inputs are read from; then nothing else is moved. A row costs what it holds, not what there is room
 * for.
 *
 * @param heads H, the number of query heads
 * @param keyHeads KV, the number of key and value heads, a divisor
 * @param scale the factor of the scores
 * @param cap the bound of the scores; empty for none
 * @param window how many tokens a token sees, itself included; empty for all
 */
public record CachedAttention(int heads, int keyHeads, float scale, OptionalDouble cap, OptionalInt window) {
    /** The width of a head in memory is a multiple of this. */
    public static final int ALIGNMENT = 8;

    /**
     * Keys or values of some rows.
     *
     * @param keys [B, KV, C, size], C the room of a row, in tokens
     * @param values [B, KV, C, size]
     */
    public record Memory(Tensor keys, Tensor values) {}

    /**
     * What attention gives.
     *
     * @param output [B, T, H*size]
     * @param memory with the new keys and values
     */
    public record Result(Tensor output, Memory memory) {}

    /**
     * Attends. Where T is above 1, either all rows are empty, or there is one row.
     *
     * @param q float32 [B, T, H*size], size a multiple of {@value #ALIGNMENT}
     * @param k float32 [B, T, KV*size]
     * @param v float32 [B, T, KV*size]
     * @param memory what is kept
     * @param last the index of each row's last token, int64 [B]; tokens of a row beyond it are padding
     * @param longest the length of the longest row with its new tokens, int64 [1]
     * @return outputs, and the memory with the new keys and values
     */
    public Result attend(Tensor q, Tensor k, Tensor v, Memory memory, Tensor last, Tensor longest) {
        List<Tensor> results = q.graph()
                .untaped(() -> q.graph()
                        .applyAll(
                                new GroupQueryAttention(this),
                                List.of(
                                        q,
                                        k,
                                        v,
                                        memory.keys,
                                        memory.values,
                                        last.to(ElementType.INT32),
                                        longest.to(ElementType.INT32))));
        return new Result(results.get(0), new Memory(results.get(1), results.get(2)));
    }

    /** The operator of ONNX Runtime. */
    private record GroupQueryAttention(CachedAttention form) implements Operator {
        @Override
        public String type() {
            return "GroupQueryAttention";
        }

        @Override
        public String domain() {
            return Neural.CONTRIB;
        }

        @Override
        public Map<String, Object> attributes() {
            Map<String, Object> attributes = new LinkedHashMap<>();
            attributes.put("num_heads", (long) form.heads);
            attributes.put("kv_num_heads", (long) form.keyHeads);
            attributes.put("scale", form.scale);
            form.cap.ifPresent(cap -> attributes.put("softcap", (float) cap));
            form.window.ifPresent(window -> attributes.put("local_window_size", (long) window));
            return attributes;
        }

        @Override
        public List<TensorType> infer(List<Tensor> inputs) {
            Elementwise.requireFloat32(inputs.subList(0, 5));
            Shape q = inputs.get(0).shape();
            Shape keys = inputs.get(3).shape();
            if (q.rank() != 3
                    || keys.rank() != 4
                    || !keys.dim(1).equals(Dim.of(form.keyHeads))
                    || !q.dim(2).equals(keys.dim(3).times(form.heads))
                    || keys.dim(3).factor() % ALIGNMENT != 0) {
                throw new IllegalArgumentException(
                        "needs queries [B, T, H*size] and keys [B, KV, C, size], size a multiple of " + ALIGNMENT);
            }
            return List.of(
                    inputs.get(0).type(), inputs.get(3).type(), inputs.get(4).type());
        }
    }
}
