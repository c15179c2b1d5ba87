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

import io.github.tribuollm.graph.Tensor;
import java.util.Map;
import java.util.Optional;

/**
 * The norms of attention or of a feed-forward network.
 *
 * @param before of what enters; empty for none
 * @param after of what is added to the hidden states; empty for none
 */
record BlockNorms(Optional<Norm> before, Optional<Norm> after) {
    static BlockNorms before(Norm norm) {
        return new BlockNorms(Optional.of(norm), Optional.empty());
    }

    static BlockNorms after(Norm norm) {
        return new BlockNorms(Optional.empty(), Optional.of(norm));
    }

    static BlockNorms around(Norm before, Norm after) {
        return new BlockNorms(Optional.of(before), Optional.of(after));
    }

    /** What the block computes with, in the compute type. */
    Tensor entering(Tensor h, Parameters parameters) {
        return before.map(norm -> norm.apply(h, parameters)).orElse(h).toCompute();
    }

    /** What leaves the block, in float32. */
    Tensor leaving(Tensor x, Parameters parameters) {
        return after.map(norm -> norm.apply(x, parameters)).orElseGet(x::toFloat);
    }

    void addShapes(Map<String, long[]> shapes) {
        before.ifPresent(norm -> norm.addShapes(shapes));
        after.ifPresent(norm -> norm.addShapes(shapes));
    }
}
