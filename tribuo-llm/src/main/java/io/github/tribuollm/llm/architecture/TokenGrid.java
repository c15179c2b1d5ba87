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

import io.github.tribuollm.graph.Dim;
import io.github.tribuollm.graph.Graph;
import io.github.tribuollm.graph.Tensor;
import java.util.Optional;

/**
 * The tokens of one forward pass, as a grid of B rows and T columns, right-padded.
 *
 * @param tokens ids, int64 [B, T]
 * @param positions the position of each token in its document, int64 [B, T], below {@code maxLength};
 *     0 for padding
 * @param documents which document of its row each token belongs to, int64 [B, T]; empty if a row holds one document
 * @param earlier what the tokens see beside each other; empty if they are all there is
 * @param maxLength the longest document, in tokens
 */
public record TokenGrid(
        Tensor tokens, Tensor positions, Optional<Tensor> documents, Optional<KeyValueCache> earlier, int maxLength) {
    /** Whole documents. */
    public TokenGrid(Tensor tokens, Tensor positions, Optional<Tensor> documents, int maxLength) {
        this(tokens, positions, documents, Optional.empty(), maxLength);
    }

    /**
     * Tokens that go on from earlier ones, whose keys and values are kept.
     *
     * @param tokens ids, int64 [B, T]
     * @param positions the position of each token in its document, int64 [B, T]
     * @param earlier what is kept
     * @param maxLength the longest document, in tokens
     */
    public static TokenGrid after(KeyValueCache earlier, Tensor tokens, Tensor positions, int maxLength) {
        return new TokenGrid(tokens, positions, Optional.empty(), Optional.of(earlier), maxLength);
    }

    Graph graph() {
        return tokens.graph();
    }

    /** B. */
    Dim batch() {
        return tokens.shape().dim(0);
    }

    /** T. */
    Dim time() {
        return tokens.shape().dim(1);
    }
}
