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

import io.github.tribuollm.evidence.FixtureAnswers;
import io.github.tribuollm.gpu.Precision.Bound;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** Logits, losses and LoRA gradients of each small checkpoint against the CPU in float32. */
final class ParityChecks {
    private static final Duration LIMIT = Duration.ofMinutes(2);
    private static final List<String> BRIEF = List.of("gemma2-tied", "llama-untied-gqa", "phi3-longrope-window");

    private ParityChecks() {}

    static List<Check> of(CheckOptions options) {
        return FixtureAnswers.names()
                .filter(name -> !options.brief() || BRIEF.contains(name))
                .flatMap(name -> Check.againstCpu(
                        name,
                        LIMIT,
                        options,
                        (backend, scale) -> FixtureAnswers.of(name, backend, scale),
                        ParityChecks::figures))
                .toList();
    }

    private static List<Figure> figures(FixtureAnswers found, FixtureAnswers expected, Precision precision) {
        List<Figure> figures = new ArrayList<>(List.of(
                precision.figure("logits", found.logitsFrom(expected), Bound.LOGIT),
                precision.figure("losses", found.lossesFrom(expected), Bound.LOSS),
                precision.figure("gradients", found.gradientsFrom(expected), Bound.GRADIENT)));
        if (precision.computeType().element().isNarrow()) {
            figures.add(Figure.atMost("nothing was rounded", found.sameLogits(expected) ? 1 : 0, 0));
        }
        return figures;
    }
}
