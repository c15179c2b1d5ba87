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
import io.github.tribuollm.llm.generation.Generation;
import io.github.tribuollm.uncertainty.statistics.Calibration;
import java.util.List;
import java.util.Optional;

/**
 * What a model did on a benchmark.
 *
 * @param result its points, scores and samples
 * @param answers what it answered, with every token, in the order of the prompts; none where it was not asked
 * @param calibration of its confidence in tokens, where that was measured
 */
public record Measurement(TaskResult result, List<Generation> answers, Optional<Calibration> calibration) {
    /** Copies the list. */
    public Measurement {
        answers = List.copyOf(answers);
    }
}
