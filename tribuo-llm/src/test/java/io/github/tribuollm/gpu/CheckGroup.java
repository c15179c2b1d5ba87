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

import java.util.List;
import java.util.function.Function;

/** The groups of checks, each run in processes of its own. */
enum CheckGroup {
    /** Logits, losses and gradients of each architecture. */
    PARITY(ParityChecks::of),
    /** Twenty steps of AdamW. */
    TRAJECTORIES(TrajectoryChecks::of),
    /** Uncertainties under the same dropout masks. */
    DROPOUT(DropoutChecks::of),
    /** That no session copies between the GPU and the processor. */
    MEMCPY(MemcpyChecks::of),
    /** The command line and its pages. */
    REPORTS(ReportChecks::of),
    /** Speed and memory beside PyTorch and PEFT. */
    BENCHMARK(BenchmarkChecks::of);

    private final Function<CheckOptions, List<Check>> checks;

    CheckGroup(Function<CheckOptions, List<Check>> checks) {
        this.checks = checks;
    }

    String label() {
        return CheckOptions.label(this);
    }

    /** The checks that are asked for, in order; nothing runs yet. */
    List<Check> checks(CheckOptions options) {
        return checks.apply(options);
    }
}
