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
package io.github.tribuollm.graph;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class ElementTypeTest {
    /** Within a block of numbers that are looked at together, at its ends, and in a last one without a neighbour. */
    private static final int[] PLACES = {0, 1, 65_535, 65_536, 100_001, 131_072};

    private static ByteBuffer numbers(int bytes) {
        return ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
    }

    @ParameterizedTest
    @EnumSource(names = {"FLOAT16", "BFLOAT16"})
    void everyPatternOfSixteenBitsIsFiniteOrFound(ElementType type) {
        for (int bits = 0; bits < 1 << 16; bits++) {
            ByteBuffer three = numbers(6).putShort(2, (short) bits).putShort(4, (short) 0x8001);
            boolean finite = Float.isFinite(type.number((short) bits));
            assertEquals(finite ? OptionalLong.empty() : OptionalLong.of(1), type.firstNotFinite(three));
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"FLOAT", "FLOAT16", "BFLOAT16"})
    void theFirstIsFound(ElementType type) {
        int count = PLACES[PLACES.length - 1] + 1;
        ByteBuffer all = numbers(count * type.bytes());
        assertEquals(OptionalLong.empty(), type.firstNotFinite(all));
        for (int i = PLACES.length - 1; i >= 0; i--) {
            put(type, all, PLACES[i], i % 2 == 0 ? Float.NaN : Float.NEGATIVE_INFINITY);
            assertEquals(OptionalLong.of(PLACES[i]), type.firstNotFinite(all));
        }
    }

    private static void put(ElementType type, ByteBuffer numbers, int index, float value) {
        if (type == ElementType.FLOAT) {
            numbers.putFloat(index * type.bytes(), value);
        } else {
            numbers.putShort(index * type.bytes(), type.bits(value));
        }
    }

    @Test
    void extremesAreFinite() {
        float[] extremes = {Float.MAX_VALUE, -Float.MAX_VALUE, Float.MIN_VALUE, -0f, 1};
        ByteBuffer numbers = numbers(4 * extremes.length);
        numbers.asFloatBuffer().put(extremes);
        assertEquals(OptionalLong.empty(), ElementType.FLOAT.firstNotFinite(numbers));
    }

    @Test
    void integersAlwaysAre() {
        assertEquals(
                OptionalLong.empty(),
                ElementType.INT64.firstNotFinite(numbers(16).putLong(0, -1)));
    }
}
