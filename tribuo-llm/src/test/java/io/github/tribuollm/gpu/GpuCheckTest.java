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
package io.github.tribuollm.gpu;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.tribuollm.gpu.Precision.Bound;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class GpuCheckTest {
    private static final Check CHECK = new Check("llama", Precision.BF16, Duration.ofSeconds(1), backend -> List.of());

    private static CheckOptions options(String... arguments) {
        return CheckOptions.of(List.of(arguments));
    }

    @Test
    void everythingIsCheckedByDefault() {
        CheckOptions options = options();
        assertEquals(List.of(CheckGroup.values()), options.groups());
        assertEquals(List.of(Precision.values()), options.precisions());
        assertEquals(
                List.of(Precision.FP32, Precision.FP16, Precision.BF16),
                options("--provider", "cpu").precisions());
    }

    @Test
    void somethingElseIsRefused() {
        for (String[] wrong : new String[][] {{"speed"}, {"--provider", "tpu"}, {"--precisions", "fp8"}, {"--fast"}}) {
            String message = assertThrows(IllegalArgumentException.class, () -> options(wrong))
                    .getMessage();
            assertTrue(message.contains(wrong[wrong.length - 1]), message);
        }
    }

    @Test
    void eachGroupHasChecksOfEachPrecision() {
        for (CheckGroup group : CheckGroup.values()) {
            List<Check> checks = group.checks(options("--brief"));
            for (Precision precision : Precision.values()) {
                assertTrue(checks.stream().anyMatch(check -> check.precision() == precision), group + " " + precision);
            }
        }
    }

    @Test
    void aFigureBeyondItsBoundFailsItsRow() {
        Figure within = Precision.BF16.figure("logits", 0.01, Bound.LOGIT);
        assertTrue(row(within).passed());
        for (double wrong : new double[] {0.2, Double.NaN, Double.POSITIVE_INFINITY}) {
            assertFalse(row(within, Precision.BF16.figure("logits", wrong, Bound.LOGIT))
                    .passed());
        }
        assertTrue(row(within, Figure.told("tokens/s", 3)).passed());
        assertFalse(row().passed(), "a row that found nothing");
    }

    @Test
    void rowsSurviveJson() {
        for (Row row : List.of(
                row(Figure.atMost("loss", 1, 2), Figure.told("tokens/s", Double.NaN)),
                Row.failed(CheckGroup.PARITY, CHECK, "The process ended with status 139: run 3", 4))) {
            assertEquals(row, Row.of(row.json()));
        }
    }

    private static Row row(Figure... figures) {
        return Row.of(CheckGroup.PARITY, CHECK, Arrays.asList(figures), 1);
    }
}
