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

import io.github.tribuollm.llm.data.TokenSequence;
import io.github.tribuollm.llm.graphs.MicroBatch;
import io.github.tribuollm.llm.uncertainty.estimation.BatchPredictions;
import io.github.tribuollm.llm.uncertainty.estimation.UncertaintyEstimator;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** All samples of a batch in one run measure what they do in groups. */
final class DropoutTogetherTest {
    static List<String> names() {
        return DropoutTogether.names();
    }

    @ParameterizedTest
    @MethodSource("names")
    void measuresTheSame(String name) {
        double worst = DropoutTogether.worst(name, 5);
        assertTrue(worst <= 1e-6, name + ": " + worst);
    }

    @Test
    void aBatchWithoutCompletionTokensHasNoMeasures() {
        try (DropoutGolden golden = DropoutGolden.of("llama");
                UncertaintyEstimator.Estimation run = golden.dropout().together(golden.model())) {
            TokenSequence document = new TokenSequence(new int[] {5, 6, 7}, new BitSet(), 1, "a prompt");
            MicroBatch prompts = MicroBatch.of(List.of(document), new int[] {0});
            run.of(new BatchPredictions(prompts, unused -> Map.of()))
                    .forEach((measure, values) -> assertEquals(0, values.length, measure.label()));
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 4, 100})
    void groupsMayHaveAnySize(int atOnce) {
        double worst = DropoutTogether.worst("llama", atOnce);
        assertTrue(worst <= 1e-6, atOnce + ": " + worst);
    }
}
