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

import io.github.tribuollm.evidence.FixtureTraffic;
import io.github.tribuollm.evidence.FixtureUncertainties;
import io.github.tribuollm.runtime.Backend;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** That no node of any session copies between the GPU and the processor, and what crosses the bus in a step instead. */
final class MemcpyChecks {
    private static final Duration LIMIT = Duration.ofMinutes(2);
    private static final List<String> CHECKPOINTS = List.of(
            "llama-untied-gqa",
            "gemma-untied-bias",
            "gemma2-tied",
            "gemma3-tied",
            "mistral-window",
            "phi3-longrope-window",
            "qwen2-tied-windows",
            "qwen3-untied-bias-windows");

    private MemcpyChecks() {}

    static List<Check> of(CheckOptions options) {
        List<Check> checks = new ArrayList<>();
        for (Precision precision : options.precisions()) {
            for (String name : options.brief() ? CHECKPOINTS.subList(0, 1) : CHECKPOINTS) {
                for (int microBatch : new int[] {4, 3}) {
                    checks.add(check(
                            name + " masked_mle_distill, " + microBatch + " at a time",
                            precision,
                            options,
                            backend -> FixtureTraffic.step(name, "masked_mle_distill", microBatch, backend)));
                }
                checks.add(check(name + " score", precision, options, backend -> FixtureTraffic.score(name, backend)));
            }
            for (String name : options.brief() ? List.of("llama") : FixtureUncertainties.names()) {
                checks.add(check(name + " dropout", precision, options, backend -> {
                    FixtureUncertainties.of(name, backend, 1);
                    return FixtureTraffic.UNKNOWN;
                }));
            }
        }
        return checks;
    }

    /** Work that tells what it moved. */
    private interface Work {
        FixtureTraffic on(Backend backend);
    }

    private static Check check(String name, Precision precision, CheckOptions options, Work work) {
        return new Check(name, precision, LIMIT, backend -> figures(options, backend, work));
    }

    private static List<Figure> figures(CheckOptions options, Backend backend, Work work) throws Exception {
        FixtureTraffic[] traffic = new FixtureTraffic[1];
        Path directory = options.output().resolve("traces");
        SessionTrace trace = SessionTrace.of(directory, () -> traffic[0] = work.on(backend));
        String expected = backend.onDevice() ? "CUDAExecutionProvider" : "CPUExecutionProvider";
        List<Figure> figures = new ArrayList<>(List.of(
                Figure.atMost("copying nodes", trace.copies(), 0),
                Figure.atMost("no node on " + expected, trace.nodes().containsKey(expected) ? 0 : 1, 0),
                Figure.told("sessions", trace.sessions()),
                Figure.told("nodes on it", trace.nodes().getOrDefault(expected, 0)),
                Figure.told("nodes elsewhere", elsewhere(trace, expected)),
                Figure.told("its share of their time", trace.share(expected))));
        if (traffic[0] != FixtureTraffic.UNKNOWN) {
            figures.add(Figure.told("bytes in", traffic[0].in()));
            figures.add(Figure.told("bytes out", traffic[0].out()));
        }
        return figures;
    }

    private static int elsewhere(SessionTrace trace, String provider) {
        return trace.nodes().entrySet().stream()
                .filter(entry -> !entry.getKey().equals(provider))
                .mapToInt(java.util.Map.Entry::getValue)
                .sum();
    }
}
