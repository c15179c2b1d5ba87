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
package io.github.tribuollm.gpu;

import io.github.tribuollm.runtime.ComputeType;
import io.github.tribuollm.runtime.Execution;
import io.github.tribuollm.runtime.ExecutionProvider;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/** The precisions that are checked. */
enum Precision {
    /** Float32 without TF32: sums are rounded otherwise on a GPU than on a processor. */
    FP32(ComputeType.FLOAT32, false, 0x1p-18),
    /** Float32, products of matrices with 11 significant bits. */
    TF32(ComputeType.FLOAT32, true, 0x1p-11),
    /** Half precision. */
    FP16(ComputeType.FLOAT16, false, 0x1p-11),
    /** Brain float. */
    BF16(ComputeType.BFLOAT16, false, 0x1p-8);

    /**
     * How far figures may be from float32 on the CPU, in units of roundoff: two to three times what emulation on the
     * CPU differs at worst.
     */
    enum Bound {
        /** Of a logit, relative to the largest. */
        LOGIT(25),
        /** Of a token's loss, relative to 1 nat or to the loss, whichever is more. */
        LOSS(20),
        /** The norm of the difference of all gradients, relative to the norm of the gradients. */
        GRADIENT(40),
        /** Of the loss of a step or of a pass, relative. */
        MEAN_LOSS(5),
        /** Of the norm of a step's gradients, relative, at the worst of 20 steps. */
        NORM(25),
        /** Of a token's uncertainty, in nats. */
        UNCERTAINTY(12);

        private final double units;

        Bound(double units) {
            this.units = units;
        }
    }

    private final ComputeType computeType;
    private final boolean tf32;
    private final double roundoff;

    Precision(ComputeType computeType, boolean tf32, double roundoff) {
        this.computeType = computeType;
        this.tf32 = tf32;
        this.roundoff = roundoff;
    }

    /** A figure that must be within a bound. */
    Figure figure(String name, double value, Bound bound) {
        return Figure.atMost(name, value, bound.units * roundoff);
    }

    /** {@return its name in tables and options} */
    String label() {
        return name().toLowerCase(Locale.ROOT);
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
