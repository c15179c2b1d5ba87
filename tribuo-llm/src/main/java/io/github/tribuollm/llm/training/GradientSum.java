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
package io.github.tribuollm.llm.training;

import ai.onnxruntime.OnnxTensor;
import io.github.tribuollm.llm.graphs.Names;
import io.github.tribuollm.llm.graphs.ParameterSet;
import io.github.tribuollm.runtime.Lazy;
import java.nio.FloatBuffer;
import java.util.Map;
import java.util.function.Function;

/**
 * Gradients of micro-batches, added up: the first one's are written in place, those of further ones beside and added.
 */
final class GradientSum implements AutoCloseable {
    private final ParameterSet sum;
    private final Lazy<ParameterSet> further;
    private boolean empty = true;

    /** The sum in given memory, which is not closed with this. */
    GradientSum(ParameterSet sum) {
        this.sum = sum;
        this.further = new Lazy<>(() -> new ParameterSet(sum.shapes()), ParameterSet::close);
    }

    /** Begins another sum. */
    void clear() {
        empty = true;
    }

    /**
     * Adds what is written to the places that are given, by the names of outputs.
     *
     * @return what the writing says
     */
    <T> T add(Function<Map<String, OnnxTensor>, T> writing) {
        ParameterSet part = empty ? sum : further.get();
        T said = writing.apply(part.tensors(Names::gradient));
        if (!empty) {
            sum.values().forEach((name, all) -> add(all, part.values().get(name)));
        }
        empty = false;
        return said;
    }

    private static void add(FloatBuffer sum, FloatBuffer part) {
        for (int i = 0; i < sum.capacity(); i++) {
            sum.put(i, sum.get(i) + part.get(i));
        }
    }

    @Override
    public void close() {
        further.close();
    }
}
