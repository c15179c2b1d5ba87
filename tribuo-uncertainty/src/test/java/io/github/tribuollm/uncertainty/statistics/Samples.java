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

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.github.tribuollm.uncertainty.TokenMeasures;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/** Samples for tests, and SciPy's answers; test-resources/reference/make_statistics.py wrote them. */
final class Samples {
    static final JsonObject SCIPY = scipy();

    private Samples() {}

    private static JsonObject scipy() {
        Path file = Path.of(System.getProperty("test.resources", "test-resources"), "fixtures/statistics.json");
        try {
            return JsonParser.parseString(Files.readString(file)).getAsJsonObject();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static double[] numbers(JsonElement array) {
        return ((JsonArray) array)
                .asList().stream().mapToDouble(JsonElement::getAsDouble).toArray();
    }

    static int[] integers(JsonElement array) {
        return Arrays.stream(numbers(array)).mapToInt(v -> (int) v).toArray();
    }

    /** {@return a document of which every token is completion} */
    static TokenMeasures document(String title, Map<String, double[]> measures) {
        int length = measures.values().iterator().next().length;
        BitSet completion = new BitSet();
        completion.set(0, length);
        return new TokenMeasures(title, Collections.nCopies(length, "t"), completion, measures, new BitSet());
    }

    /** {@return a sample of measures x and y, documents of these lengths one after the other} */
    static MeasureSample pairs(int[] lengths, double[] x, double[] y) {
        MeasureSample.Builder builder = MeasureSample.of("x", "y");
        int from = 0;
        for (int length : lengths) {
            Map<String, double[]> measures = new LinkedHashMap<>();
            measures.put("x", Arrays.copyOfRange(x, from, from + length));
            measures.put("y", Arrays.copyOfRange(y, from, from + length));
            builder.accept(document("d", measures));
            from += length;
        }
        return builder.build();
    }

    static int[] ones(int length) {
        int[] ones = new int[length];
        Arrays.fill(ones, 1);
        return ones;
    }
}
