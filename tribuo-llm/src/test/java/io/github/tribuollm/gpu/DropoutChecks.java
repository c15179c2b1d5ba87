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

import io.github.tribuollm.evidence.FixtureUncertainties;
import io.github.tribuollm.gpu.Precision.Bound;
import io.github.tribuollm.uncertainty.Measure;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;

/** Ten samples of Monte Carlo dropout under the same masks against the CPU in float32. */
final class DropoutChecks {
    private static final Duration LIMIT = Duration.ofMinutes(2);
    private static final List<String> BRIEF = List.of("llama-lora");

    private DropoutChecks() {}

    static List<Check> of(CheckOptions options) {
        return (options.brief() ? BRIEF : FixtureUncertainties.names())
                .stream()
                        .flatMap(name -> Check.againstCpu(
                                name,
                                LIMIT,
                                options,
                                (backend, scale) -> FixtureUncertainties.of(name, backend, scale),
                                DropoutChecks::figures))
                        .toList();
    }

    private static List<Figure> figures(
            FixtureUncertainties found, FixtureUncertainties expected, Precision precision) {
        return Stream.of(Measure.TOTAL, Measure.ALEATORIC, Measure.EPISTEMIC)
                .map(measure ->
                        precision.figure(measure.label(), found.differenceFrom(expected, measure), Bound.UNCERTAINTY))
                .toList();
    }
}
