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
package io.github.tribuollm.llm.evaluation;

import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * What lm-evaluation-harness writes of a run beside scores.
 *
 * @param model the name of the model, such as its directory or {@code owner/name}
 * @param arguments how the model was opened, by name
 * @param batchSize how many prompts were answered at once
 * @param started when the run began
 * @param took how long it took
 * @param layout how prompts were laid out
 */
public record HarnessRun(
        String model, Map<String, String> arguments, int batchSize, Instant started, Duration took, Layout layout) {
    /**
     * How prompts were laid out.
     *
     * @param chatTemplate the layout of conversations; empty where prompts were texts
     * @param turns whether shots were turns of a conversation
     * @param systemPrompt what every prompt begins with; empty for nothing
     */
    public record Layout(Optional<String> chatTemplate, boolean turns, Optional<String> systemPrompt) {
        /** Prompts that are texts, as they are. */
        public static final Layout TEXT = new Layout(Optional.empty(), false, Optional.empty());
    }

    /**
     * Creates it from a copy of the arguments.
     *
     * @param model the name of the model
     * @param arguments how the model was opened
     * @param batchSize how many prompts were answered at once
     * @param started when the run began
     * @param took how long it took
     * @param layout how prompts were laid out
     */
    public HarnessRun {
        arguments = new TreeMap<>(arguments);
    }
}
