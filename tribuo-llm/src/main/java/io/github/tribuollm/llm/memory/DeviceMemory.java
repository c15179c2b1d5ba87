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

import static io.github.tribuollm.llm.memory.MemoryPlan.gigabytes;

import java.util.Locale;

/**
 * The memory of a run on a GPU at its peak. Sessions share no weights there.
 *
 * @param sessions how many are open at a time
 * @param weights bytes of the weights of one session, in the compute type
 * @param parameters bytes of adapters, or of all parameters where they are trained, of their gradients and of dropout
 *     masks
 * @param activations bytes of the activations of the largest session
 * @param scoring bytes of the activations of a scoring pass beside them
 * @param holes bytes that lie unused between activations
 */
public record DeviceMemory(int sessions, long weights, long parameters, long activations, long scoring, long holes) {
    /** What CUDA's context, its libraries and their workspaces take: an allowance. */
    private static final long CONTEXT = 1L << 30;

    /** {@return the most bytes that one session takes, which a memory limit bounds} */
    long session() {
        return weights + parameters + activations + holes;
    }

    /** {@return the most bytes that are taken at any time} */
    long peak() {
        return CONTEXT + (sessions - 1) * weights + session() + scoring;
    }

    /** {@return one line: the peak and what it is made of} */
    String summary() {
        return String.format(
                Locale.ROOT,
                "about %s on the GPU: weights %s in each of %d sessions, parameters %s, activations %s, scoring %s, holes"
                        + " %s, CUDA %s",
                gigabytes(peak()),
                gigabytes(weights),
                sessions,
                gigabytes(parameters),
                gigabytes(activations),
                gigabytes(scoring),
                gigabytes(holes),
                gigabytes(CONTEXT));
    }
}
