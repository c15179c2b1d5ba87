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

import io.github.tribuollm.llm.checkpoint.CheckpointConfig;

/**
 * YaRN (Peng et al., "Efficient context window extension of large language models"): pairs that turn often within the
 * original length keep their frequency, those that turn seldom are slowed down by a factor, and between the two a ramp
 * mixes both. Cosines and sines are multiplied by an amplitude.
 */
final class Yarn {
    private final CheckpointConfig section;
    private final double factor;
    private final int originalLength;

    /**
     * Reads a section.
     *
     * @param section rope_parameters or rope_scaling
     * @param factor by how much positions are stretched
     * @param originalLength the longest document before, in tokens
     */
    Yarn(CheckpointConfig section, double factor, int originalLength) {
        this.section = section;
        this.factor = factor;
        this.originalLength = originalLength;
    }

    /** The factor of cosines and sines: attention_factor, or what the paper recommends, 0.1 ln(factor) + 1. */
    float amplitude() {
        double mscale = section.number("mscale", 0);
        double ofAllComponents = section.number("mscale_all_dim", 0);
        double recommended =
                mscale != 0 && ofAllComponents != 0 ? magnitude(mscale) / magnitude(ofAllComponents) : magnitude(1);
        double amplitude = section.number("attention_factor", recommended);
        section.require("attention_factor", amplitude > 0);
        return (float) amplitude;
    }

    private double magnitude(double scale) {
        return factor <= 1 ? 1 : 0.1 * scale * Math.log(factor) + 1;
    }

    /**
     * The frequencies.
     *
     * @param periods tokens a radian without scaling, of each pair
     * @param theta the base of their geometric series, above 1
     * @return radians a token, of each pair
     */
    float[] frequencies(float[] periods, double theta) {
        double fast = turns("beta_fast", 32);
        double slow = turns("beta_slow", 1);
        int size = 2 * periods.length;
        boolean truncated = section.flag("truncate", true);
        double first = pairThatTurns(fast, size, theta);
        double last = pairThatTurns(slow, size, theta);
        double low = Math.max(truncated ? Math.floor(first) : first, 0);
        double high = Math.min(truncated ? Math.ceil(last) : last, size - 1);
        float width = (float) (low == high ? 0.001 : high - low);
        float[] frequencies = new float[periods.length];
        for (int i = 0; i < frequencies.length; i++) {
            float ramp = Math.min(Math.max((i - (float) low) / width, 0), 1);
            float kept = 1 - ramp;
            frequencies[i] = 1 / ((float) factor * periods[i]) * (1 - kept) + 1 / periods[i] * kept;
        }
        return frequencies;
    }

    private double turns(String field, double fallback) {
        double turns = section.number(field, fallback);
        section.require(field, turns > 0);
        return turns;
    }

    /** The index, not a whole number, of the pair that turns so many times within the original length. */
    private double pairThatTurns(double turns, int size, double theta) {
        return size * Math.log(originalLength / (turns * 2 * Math.PI)) / (2 * Math.log(theta));
    }
}
