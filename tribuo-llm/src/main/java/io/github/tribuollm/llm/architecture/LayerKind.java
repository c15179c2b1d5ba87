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
package io.github.tribuollm.llm.architecture;

import java.util.OptionalInt;

/**
 * What tells the layers of a model apart. Layers of one kind compute the same function of their parameters, so that
 * their graphs differ only in names.
 *
 * @param name transformers' name, such as {@code full_attention}
 * @param window how many tokens a token sees, itself included; empty for all
 * @param frequencies how positions turn into angles
 */
public record LayerKind(String name, OptionalInt window, RotaryFrequencies frequencies) {
    static final String FULL = "full_attention";
    static final String SLIDING = "sliding_attention";

    /** A kind, named by whether it has a window. */
    static LayerKind of(OptionalInt window, RotaryFrequencies frequencies) {
        return new LayerKind(window.isPresent() ? SLIDING : FULL, window, frequencies);
    }

    /**
     * Which rates a document's positions turn at: two lengths of one number have the same rates.
     *
     * @param length of the document, in tokens
     * @return 0 for the usual rates
     */
    public int ratesOf(int length) {
        return frequencies
                .extension()
                .map(extension -> extension.ratesOf(length))
                .orElse(0);
    }

    /**
     * Mask and rotations for the layers of this kind.
     *
     * @param grid the tokens of a forward pass
     * @return what the layers share
     */
    public AttentionContext context(TokenGrid grid) {
        RotaryPositions rotary = RotaryPositions.of(grid, frequencies);
        return new AttentionContext(grid, AttentionMask.causal(grid, window), window, rotary);
    }
}
