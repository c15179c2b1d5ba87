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
package io.github.tribuollm.llm.memory;

import io.github.tribuollm.llm.checkpoint.Storage;
import java.util.Locale;
import java.util.Optional;

/**
 * The memory of a run at its peak, known before a weight is read. {@link MemoryPlanner} makes it. On a GPU the figures
 * are those of the host, which then has no activations, and those of the GPU come beside them.
 *
 * @param settings under which the run has this peak; its storage is decided
 * @param mapped bytes of weights that are used in place in their files
 * @param widened bytes of weights that are widened once
 * @param parameters bytes of adapters, or of all parameters where they are trained, of gradients and of moments
 * @param kept bytes of activations that wait for the backward pass when the output layer begins
 * @param layers bytes that the layers need beside those, forward or backward
 * @param outputLayer bytes that the output layer needs beside those: its widened weights and its chunks of logits
 * @param scoring bytes that a scoring pass needs while the memory of training is held, or beyond it; of passes that
 *     measure tokens while they come, all that they keep
 * @param holes bytes that lie unused between activations
 * @param base bytes of the JVM, of ONNX Runtime and of the graphs
 * @param device the memory on a GPU; empty on the CPU
 */
public record MemoryPlan(
        Settings settings,
        long mapped,
        long widened,
        long parameters,
        long kept,
        long layers,
        long outputLayer,
        long scoring,
        long holes,
        long base,
        Optional<DeviceMemory> device) {
    /**
     * What decides the memory of a run on a given model.
     *
     * @param storage how the base's weights are held
     * @param recompute whether the layers' activations are computed again in the backward pass
     * @param microBatch the rows that are processed together
     * @param length the tokens of the longest row
     */
    public record Settings(Storage storage, boolean recompute, int microBatch, int length) {
        @Override
        public String toString() {
            return "storage " + storage + ", recompute " + recompute + ", micro-batch " + microBatch + ", length "
                    + length;
        }
    }

    /** {@return the most bytes that are resident at any time} */
    public long peak() {
        return mapped + widened + parameters + kept + Math.max(layers, outputLayer) + scoring + holes + base;
    }

    /** {@return in a few words the peak, on a GPU that of the GPU too} */
    public String total() {
        String host = "about " + gigabytes(peak()) + " of memory at the peak";
        return device.map(gpu -> host + " and " + gigabytes(gpu.peak()) + " on the GPU")
                .orElse(host);
    }

    /** {@return one line: the peak and what it is made of} */
    public String summary() {
        String host = String.format(
                Locale.ROOT,
                "about %s of memory at the peak: weights %s mapped and %s widened, parameters %s, activations kept %s,"
                        + " layers %s or output layer %s, scoring %s, holes %s, base %s; %s",
                gigabytes(peak()),
                gigabytes(mapped),
                gigabytes(widened),
                gigabytes(parameters),
                gigabytes(kept),
                gigabytes(layers),
                gigabytes(outputLayer),
                gigabytes(scoring),
                gigabytes(holes),
                gigabytes(base),
                settings);
        return device.map(gpu -> gpu.summary() + "; " + host).orElse(host);
    }

    static String gigabytes(long bytes) {
        return String.format(Locale.ROOT, "%.2f GB", bytes / 1e9);
    }
}
