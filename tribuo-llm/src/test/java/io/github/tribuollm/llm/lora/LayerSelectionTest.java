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
package io.github.tribuollm.llm.lora;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class LayerSelectionTest {
    private static final String Q = "model.layers.10.self_attn.q_proj";

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "q_proj | true",
                "self_attn.q_proj | true",
                "model.layers.10.self_attn.q_proj | true",
                "proj | false",
                "self_attn | false",
            })
    void namesAreWholePathsOrTheirEnds(String name, boolean taken) {
        assertEquals(taken, ModuleNames.of(List.of(name)).name(Q));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '~',
            value = {
                ".*q_proj ~ true",
                "q_proj ~ false",
                ".*layers\\.1\\..* ~ false",
                ".*\\.(?P<kind>q|v)_proj ~ true",
                "(?i).*Q_PROJ ~ true",
                "(?:.*?(?:self_attn|mlp).*?(?:q_proj|k_proj).*?)|(?:\\bmodel\\.layers\\.[\\d]{1,}\\.mlp) ~ true",
            })
    void expressionsAreOfWholePaths(String expression, boolean taken) {
        assertEquals(taken, ModuleNames.matching(expression).name(Q));
    }

    @ParameterizedTest
    @ValueSource(strings = {"(", "(?P<a>q)(?P=a)", "(q)\\1", "\\Qq\\E", "[a&&b]", "[[a]]", "(?#c)q", "\\p{Alpha}q"})
    void whatJavaReadsOtherwiseIsRefused(String expression) {
        assertThrows(IllegalArgumentException.class, () -> ModuleNames.matching(expression));
    }

    @ParameterizedTest
    @ValueSource(strings = {"(.*)*(.*)*(.*)*x", "((((.+)+)+)+)+x"})
    void aMatchTakesBoundedTime(String expression) {
        ModuleNames names = ModuleNames.matching(expression);
        String message = assertTimeoutPreemptively(
                        Duration.ofSeconds(20),
                        () -> assertThrows(IllegalArgumentException.class, () -> names.name(Q.repeat(20))))
                .getMessage();
        assertTrue(message.contains("takes too long"), message);
    }

    @Test
    void largeExpressionsAreRefused() {
        assertThrows(IllegalArgumentException.class, () -> ModuleNames.matching("q".repeat(10_000)));
        assertThrows(
                IllegalArgumentException.class, () -> ModuleNames.matching("(".repeat(100) + "q" + ")".repeat(100)));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            nullValues = "-",
            value = {
                "10 | - | true",
                "1 | - | false",
                "0 | - | false",
                "10 | layers | true",
                "10 | lay.rs | true",
                "10 | h | false",
            })
    void layersAreTheFirstNumbers(int layer, String pattern, boolean taken) {
        List<String> patterns = pattern == null ? List.of() : List.of(pattern);
        LayerSelection selection =
                new LayerSelection(ModuleNames.of(List.of("q_proj")), ModuleNames.none(), List.of(layer), patterns);
        assertEquals(taken, selection.takes(Q));
    }

    @Test
    void aWholePathIsTakenWhateverItsLayer() {
        LayerSelection selection =
                new LayerSelection(ModuleNames.of(List.of(Q)), ModuleNames.none(), List.of(3), List.of());
        assertTrue(selection.takes(Q));
    }

    @Test
    void theFirstPatternThatMatchesCounts() {
        Map<String, Integer> ranks = new LinkedHashMap<>();
        ranks.put("q", 2);
        ranks.put("10.*q_proj", 3);
        ranks.put("q_proj", 4);
        LoraConfig config = new LoraConfig(
                8,
                16,
                0,
                LayerSelection.of(ModuleNames.allLinear()),
                new LoraScale(true, ranks, Map.of("^model.layers.10.self_attn.q_proj", 5.0)));
        assertEquals(3, config.rank(Q));
        assertEquals(4, config.rank("model.layers.2.self_attn.q_proj"));
        assertEquals(8, config.rank("model.layers.10.self_attn.k_proj"));
        assertEquals(5 / Math.sqrt(3), config.scale(Q), 1e-15);
        assertEquals(16 / Math.sqrt(4), config.scale("model.layers.2.self_attn.q_proj"), 1e-15);
    }
}
