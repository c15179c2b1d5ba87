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

import java.util.Optional;

/**
 * At which rates the pairs of a vector's components rotate with the position (Su et al., "RoFormer"), in radians a
 * token. Components beyond twice their number stay.
 */
public final class RotaryFrequencies {
    private final float[] usual;
    private final float amplitude;
    private final Optional<Extension> extension;

    /** Other rates for documents of more than a number of tokens. */
    record Extension(float[] frequencies, int originalLength) {}

    /** One set of rates for all documents. */
    RotaryFrequencies(float[] frequencies) {
        this(frequencies, 1, Optional.empty());
    }

    /**
     * Rates that may depend on a document's length.
     *
     * @param usual the rates
     * @param amplitude the factor of cosines and sines
     * @param extension the rates for long documents, as many
     */
    RotaryFrequencies(float[] usual, float amplitude, Optional<Extension> extension) {
        this.usual = usual;
        this.amplitude = amplitude;
        this.extension = extension;
    }

    float[] usual() {
        return usual;
    }

    float amplitude() {
        return amplitude;
    }

    Optional<Extension> extension() {
        return extension;
    }
}
