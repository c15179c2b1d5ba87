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
package io.github.tribuollm.llm.training;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.github.tribuollm.objectives.token.CounterRandom;
import io.github.tribuollm.runtime.ComputeType;
import java.io.IOException;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class LossScaleTest {
    private static final int ELEMENTS = 64;

    static Stream<JsonObject> gradScaler() throws IOException {
        Path file = Path.of(System.getProperty("test.resources", "test-resources"), "fixtures/loss-scale.json");
        return StreamSupport.stream(
                        JsonParser.parseString(Files.readString(file))
                                .getAsJsonArray()
                                .spliterator(),
                        false)
                .map(JsonElement::getAsJsonObject);
    }

    @ParameterizedTest
    @MethodSource("gradScaler")
    void fallsAndGrowsAsPyTorchs(JsonObject golden) {
        Set<Integer> overflows = new HashSet<>();
        golden.getAsJsonArray("overflows").forEach(step -> overflows.add(step.getAsInt()));
        int steps = golden.get("steps").getAsInt();
        LossScale scale = new LossScale(golden.get("initial").getAsFloat(), 0, 0);
        List<List<Double>> changes = new ArrayList<>();
        for (int s = 0; s < steps; s++) {
            LossScale next = overflows.contains(s) ? scale.afterOverflow() : scale.afterGoodStep();
            if (next.value() != scale.value()) {
                changes.add(List.of((double) s, (double) next.value()));
            }
            scale = next;
        }
        List<List<Double>> expected = new ArrayList<>();
        golden.getAsJsonArray("changes")
                .forEach(change -> expected.add(List.of(
                        change.getAsJsonArray().get(0).getAsDouble(),
                        change.getAsJsonArray().get(1).getAsDouble())));
        assertEquals(expected, changes);
        assertEquals(golden.get("taken").getAsInt(), steps - scale.skippedSteps());
    }

    @Test
    void onlyFloat16IsScaled() {
        assertEquals(Optional.of(new LossScale(65536, 0, 0)), LossScale.initial(ComputeType.FLOAT16));
        assertEquals(Optional.empty(), LossScale.initial(ComputeType.FLOAT32));
        assertEquals(Optional.empty(), LossScale.initial(ComputeType.BFLOAT16));
    }

    /** With clipping and without: a gradient's norm is about 4. */
    @ParameterizedTest
    @ValueSource(doubles = {1, 100})
    void powersOfTwoChangeNoBitOfATrajectory(double clipNorm) {
        float[] plain = trajectory(1, clipNorm);
        for (int exponent : new int[] {1, 16, 40, 100}) {
            assertArrayEquals(plain, trajectory(Math.scalb(1f, exponent), clipNorm), "2^" + exponent);
        }
        assertFalse(Arrays.equals(plain, trajectory(3, clipNorm)), "the law would hold for any factor");
    }

    /** Parameters and moments after ten steps. */
    private static float[] trajectory(float scale, double clipNorm) {
        Map<String, FloatBuffer> theta = Map.of("w", FloatBuffer.allocate(ELEMENTS));
        Map<String, FloatBuffer> gradients = Map.of("w", FloatBuffer.allocate(ELEMENTS));
        AdamW adam = new AdamW(theta, 0.9, 0.999, 0.01);
        for (int s = 0; s < 10; s++) {
            for (int i = 0; i < ELEMENTS; i++) {
                gradients.get("w").put(i, scale * (CounterRandom.uniform(1, s, i) - 0.5f));
            }
            double norm = GradientNorm.of(gradients) / scale;
            adam.step(theta, gradients, GradientNorm.clip(norm, clipNorm) / scale, 0.1);
        }
        float[] state = new float[3 * ELEMENTS];
        theta.get("w").get(0, state, 0, ELEMENTS);
        System.arraycopy(adam.firstMoments().get("w"), 0, state, ELEMENTS, ELEMENTS);
        System.arraycopy(adam.secondMoments().get("w"), 0, state, 2 * ELEMENTS, ELEMENTS);
        return state;
    }
}
