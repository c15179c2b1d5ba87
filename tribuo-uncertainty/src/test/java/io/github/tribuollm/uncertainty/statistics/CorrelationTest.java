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
package io.github.tribuollm.uncertainty.statistics;

import static io.github.tribuollm.uncertainty.statistics.Samples.integers;
import static io.github.tribuollm.uncertainty.statistics.Samples.numbers;
import static io.github.tribuollm.uncertainty.statistics.Samples.ones;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import java.util.stream.Stream;
import org.apache.commons.math3.stat.correlation.PearsonsCorrelation;
import org.apache.commons.math3.stat.correlation.SpearmansCorrelation;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

class CorrelationTest {

    static Stream<JsonObject> cases() {
        return Samples.SCIPY.getAsJsonArray("correlations").asList().stream().map(JsonElement::getAsJsonObject);
    }

    @ParameterizedTest
    @MethodSource("cases")
    void agreesWithSciPyAndCommonsMath(JsonObject expected) {
        int[] lengths = integers(expected.get("lengths"));
        double[] x = numbers(expected.get("x"));
        double[] y = numbers(expected.get("y"));
        MeasureSample sample = Samples.pairs(lengths, x, y);
        int[] once = ones(lengths.length);
        double pearson = Correlation.PEARSON.of(sample, "x", "y").of(once);
        double spearman = Correlation.SPEARMAN.of(sample, "x", "y").of(once);
        assertEquals(expected.get("pearson").getAsDouble(), pearson, 1e-12);
        assertEquals(expected.get("spearman").getAsDouble(), spearman, 1e-12);
        assertEquals(new PearsonsCorrelation().correlation(x, y), pearson, 1e-9);
        assertEquals(new SpearmansCorrelation().correlation(x, y), spearman, 1e-12);
    }

    @ParameterizedTest
    @MethodSource("cases")
    void aResampleIsTheCorrelationOfItsCopies(JsonObject expected) {
        MeasureSample sample = Samples.pairs(
                integers(expected.get("lengths")), numbers(expected.get("x")), numbers(expected.get("y")));
        int[] copies = integers(expected.get("copies"));
        assertEquals(
                expected.get("resampled_pearson").getAsDouble(),
                Correlation.PEARSON.of(sample, "x", "y").of(copies),
                1e-12);
        assertEquals(
                expected.get("resampled_spearman").getAsDouble(),
                Correlation.SPEARMAN.of(sample, "x", "y").of(copies),
                1e-12);
    }

    @Test
    void negativeZeroIsZero() {
        int[] documents = {1, 1, 1};
        Ranking ranking = new Ranking(new double[] {0.0, 1, -0.0}, new int[] {0, 1, 2});
        assertArrayEquals(new double[] {1.5, 3, 1.5}, ranking.ranks(documents));
    }

    @ParameterizedTest
    @EnumSource(Correlation.class)
    void theLawsHold(Correlation method) {
        double[] x = {3, -1, 4, 1, 5};
        double[] twice = {6, -2, 8, 2, 10};
        double[] opposite = {-3, 1, -4, -1, -5};
        int[] documents = {2, 1, 2};
        int[] once = ones(3);
        assertEquals(1, method.of(Samples.pairs(documents, x, twice), "x", "y").of(once), 1e-15);
        assertEquals(
                -1, method.of(Samples.pairs(documents, x, opposite), "x", "y").of(once), 1e-15);
        MeasureSample constant = Samples.pairs(documents, x, new double[] {0.1, 0.1, 0.1, 0.1, 0.1});
        assertTrue(Double.isNaN(method.of(constant, "x", "y").of(once)));
        assertTrue(Double.isNaN(
                method.of(Samples.pairs(documents, x, twice), "x", "y").of(new int[3])));
    }
}
