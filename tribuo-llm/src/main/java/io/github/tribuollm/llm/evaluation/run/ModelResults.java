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
package io.github.tribuollm.llm.evaluation.run;

import io.github.tribuollm.llm.evaluation.TaskResult;
import java.util.List;

/**
 * What one model did on all benchmarks.
 *
 * @param model its name
 * @param measurements one for each benchmark, in their order
 */
public record ModelResults(String model, List<Measurement> measurements) {
    /** Copies the list. */
    public ModelResults {
        measurements = List.copyOf(measurements);
    }

    /** {@return the results, in the order of the benchmarks} */
    public List<TaskResult> results() {
        return measurements.stream().map(Measurement::result).toList();
    }
}
