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
package io.github.tribuollm.objectives.token;

/**
 * Random numbers that are a pure function of their key: the same on every machine, in any order, on any number of
 * threads.
 */
public final class CounterRandom {
    private CounterRandom() {}

    /**
     * 64 random bits.
     *
     * @param key what identifies the number
     * @return bits that pass for independent between keys
     */
    public static long bits(long... key) {
        long state = 0x9E3779B97F4A7C15L;
        for (long part : key) {
            state = extended(state, part);
        }
        return state;
    }

    /**
     * The bits of a longer key.
     *
     * @param bits those of a key
     * @param part what follows in the longer key
     * @return its bits
     */
    public static long extended(long bits, long part) {
        return mix(bits ^ mix(part + 0x9E3779B97F4A7C15L));
    }

    /**
     * A name as part of a key.
     *
     * @param name any text
     * @return bits that pass for independent between names
     */
    public static long bits(String name) {
        long bits = 0;
        for (int i = 0; i < name.length(); i++) {
            bits = bits(bits, name.charAt(i));
        }
        return bits;
    }

    /** The finaliser of SplitMix64. */
    private static long mix(long z) {
        long a = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
        long b = (a ^ (a >>> 27)) * 0x94D049BB133111EBL;
        return b ^ (b >>> 31);
    }

    /**
     * A uniform number.
     *
     * @param key what identifies the number
     * @return a multiple of 2^-24 in [0, 1)
     */
    public static float uniform(long... key) {
        return (bits(key) >>> 40) * 0x1p-24f;
    }
}
