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
package io.github.tribuollm.llm.gpu;

import io.github.tribuollm.runtime.ComputeType;
import io.github.tribuollm.runtime.Execution;
import io.github.tribuollm.runtime.ExecutionProvider;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/** The precisions that are checked, and how far each may be from float32 on the CPU. */
enum Precision {
    /** Float32 without TF32. */
    FP32(ComputeType.FLOAT32, false, new Bounds(1e-4, 1e-4, 1e-4, 1e-4, 1e-4)),
    /** Float32, products of matrices with 11 significant bits. */
    TF32(ComputeType.FLOAT32, true, new Bounds(1.5e-2, 1e-2, 2e-2, 2e-3, 5e-3)),
    /** Half precision. */
    FP16(ComputeType.FLOAT16, false, new Bounds(1.5e-2, 1e-2, 2e-2, 2e-3, 5e-3)),
    /** Brain float. */
    BF16(ComputeType.BFLOAT16, false, new Bounds(0.1, 0.1, 0.15, 0.02, 0.05));

    /**
     * The largest differences allowed.
     *
     * @param logits of a logit, relative to the largest
     * @param losses of a token's loss, relative to 1 nat or to the loss, whichever is more
     * @param gradients the norm of the difference of all gradients, relative to the norm of the gradients
     * @param trajectory of a step's loss, relative, at the worst of 20 steps
     * @param uncertainty of a token's uncertainty, in nats
     */
    record Bounds(double logits, double losses, double gradients, double trajectory, double uncertainty) {}

    private final ComputeType computeType;
    private final boolean tf32;
    private final Bounds bounds;

    Precision(ComputeType computeType, boolean tf32, Bounds bounds) {
        this.computeType = computeType;
        this.tf32 = tf32;
        this.bounds = bounds;
    }

    /** {@return its name in tables and options} */
    String label() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** {@return the differences allowed} */
    Bounds bounds() {
        return bounds;
    }

    /** {@return the type of matrix products} */
    ComputeType computeType() {
        return computeType;
    }

    /** {@return whether float32 matrices may be multiplied with 11 significant bits} */
    boolean tf32() {
        return tf32;
    }

    /** How it is chosen on a provider. */
    Execution on(ExecutionProvider provider, int device) {
        return new Execution(provider, device, 0, tf32, computeType);
    }

    /** {@return the precisions that a provider tells apart: the processor has no TF32} */
    static List<Precision> of(ExecutionProvider provider) {
        return Arrays.stream(values())
                .filter(p -> provider != ExecutionProvider.CPU || !p.tf32)
                .toList();
    }
}
