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
package io.github.tribuollm.llm.evaluation;

import java.util.HashSet;
import java.util.Set;
import java.util.stream.IntStream;
import org.apache.commons.math3.random.MersenneTwister;

/**
 * The numbers that Python's {@code random.Random} draws from a seed, for benchmarks that are defined by them. Not safe
 * for use by several threads.
 */
public final class PythonRandom {
    private final MersenneTwister words;
    private double gauss = Double.NaN;

    private PythonRandom(int[] key) {
        words = new MersenneTwister(key);
    }

    /**
     * Seeds with an integer.
     *
     * @param seed any number; Python ignores its sign
     */
    public static PythonRandom of(long seed) {
        long size = Math.abs(seed);
        return new PythonRandom(
                size >>> 32 == 0 ? new int[] {(int) size} : new int[] {(int) size, (int) (size >>> 32)});
    }

    private int bits(int count) {
        return words.nextInt() >>> (Integer.SIZE - count);
    }

    /** {@return a uniform number in [0, 1), of 53 bits} */
    private double uniform() {
        long high = bits(27);
        return (high * (1L << 26) + bits(26)) * 0x1p-53;
    }

    /** {@return a number of the standard normal distribution} */
    public double gauss() {
        double next = gauss;
        gauss = Double.NaN;
        if (Double.isNaN(next)) {
            double angle = uniform() * 2 * Math.PI;
            double radius = Math.sqrt(-2 * Math.log(1 - uniform()));
            next = Math.cos(angle) * radius;
            gauss = Math.sin(angle) * radius;
        }
        return next;
    }

    /**
     * Draws an index.
     *
     * @param bound positive
     * @return a number from 0 to below the bound
     */
    public int below(int bound) {
        int count = Integer.SIZE - Integer.numberOfLeadingZeros(bound);
        int drawn = bits(count);
        while (drawn >= bound) {
            drawn = bits(count);
        }
        return drawn;
    }

    /**
     * Draws without replacement.
     *
     * @param population how many there are, at least 1
     * @param count how many are drawn, at most the population
     * @return their indices, in the order in which they were drawn
     */
    public int[] sample(int population, int count) {
        if (count < 0 || count > population) {
            throw new IllegalArgumentException("Cannot draw " + count + " of " + population);
        }
        return population <= largestPool(count) ? ofPool(population, count) : ofAll(population, count);
    }

    /** {@return up to which population Python copies it, rather than remember what was drawn} */
    private static double largestPool(int count) {
        return count <= 5 ? 21 : 21 + Math.pow(4, Math.ceil(Math.log(count * 3.0) / Math.log(4)));
    }

    private int[] ofPool(int population, int count) {
        int[] pool = IntStream.range(0, population).toArray();
        int[] drawn = new int[count];
        for (int i = 0; i < count; i++) {
            int j = below(population - i);
            drawn[i] = pool[j];
            pool[j] = pool[population - i - 1];
        }
        return drawn;
    }

    private int[] ofAll(int population, int count) {
        Set<Integer> seen = new HashSet<>();
        int[] drawn = new int[count];
        for (int i = 0; i < count; i++) {
            int next = below(population);
            while (!seen.add(next)) {
                next = below(population);
            }
            drawn[i] = next;
        }
        return drawn;
    }
}
