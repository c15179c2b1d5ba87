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
package io.github.tribuollm.evidence;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.tribuollm.runtime.Backend;
import io.github.tribuollm.runtime.ComputeType;
import io.github.tribuollm.uncertainty.Measure;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Uncertainties are those of transformers under the same masks. */
final class DropoutExactnessTest {
    static Stream<String> names() {
        return DropoutGolden.names().stream();
    }

    @ParameterizedTest
    @MethodSource("names")
    void agreesWithTransformers(String name) {
        DropoutExactness.Result result = DropoutExactness.of(name);
        assertTrue(result.holds(), result.toString());
    }

    @ParameterizedTest
    @MethodSource("names")
    void halfPrecisionMeasuresTheSame(String name) {
        FixtureUncertainties exact = FixtureUncertainties.of(name, Backend.cpu(), 1);
        FixtureUncertainties half = FixtureUncertainties.of(name, Backend.cpu(ComputeType.FLOAT16), 1);
        for (Measure measure : List.of(Measure.TOTAL, Measure.ALEATORIC, Measure.EPISTEMIC)) {
            assertEquals(0, half.differenceFrom(exact, measure), 8 * 0x1p-11, measure.label());
        }
    }
}
