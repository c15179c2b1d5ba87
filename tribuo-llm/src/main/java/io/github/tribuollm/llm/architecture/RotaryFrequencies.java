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
import java.util.function.IntFunction;

/**
 * At which rates the pairs of a vector's components rotate with the position (Su et al., "RoFormer"), in radians a
 * token. Components beyond twice their number stay.
 */
public final class RotaryFrequencies {
    /** No component rotates: a token does not know where it stands, but for what the mask hides. */
    static final RotaryFrequencies NONE = new RotaryFrequencies(new float[0]);

    private final float[] usual;
    private final float amplitude;
    private final Optional<Extension> extension;

    /** Other rates for documents of more than a number of tokens. */
    sealed interface Extension {
        /** The longest document with the usual rates. */
        int originalLength();

        /** 0 for the usual rates, else a number that two lengths share if they have the same rates. */
        default int ratesOf(int length) {
            return length > originalLength() ? numberBeyond(length) : 0;
        }

        int numberBeyond(int length);
    }

    /** The same rates for all long documents. */
    record Switched(float[] frequencies, int originalLength) implements Extension {
        @Override
        public int numberBeyond(int length) {
            return 1;
        }
    }

    /** Rates that follow from a long document's length. */
    record Growing(IntFunction<float[]> frequencies, int originalLength) implements Extension {
        @Override
        public int numberBeyond(int length) {
            return length;
        }
    }

    /** One set of rates for all documents. */
    RotaryFrequencies(float[] frequencies) {
        this(frequencies, 1);
    }

    /**
     * One set of rates for all documents.
     *
     * @param frequencies the rates
     * @param amplitude the factor of cosines and sines
     */
    RotaryFrequencies(float[] frequencies, float amplitude) {
        this(frequencies, amplitude, Optional.empty());
    }

    private RotaryFrequencies(float[] usual, float amplitude, Optional<Extension> extension) {
        this.usual = usual;
        this.amplitude = amplitude;
        this.extension = extension;
    }

    /** The same rates, with others, as many, for long documents. */
    RotaryFrequencies extendedBy(Extension other) {
        return new RotaryFrequencies(usual, amplitude, Optional.of(other));
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
