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
package io.github.tribuollm.llm.generation;

import java.util.List;

/**
 * A prompt and the answers to it.
 *
 * @param prompt what was asked
 * @param answers in the order of their numbers, at least one
 */
public record Generation(Prompt prompt, List<Answer> answers) {
    /** Copies the list. */
    public Generation {
        answers = List.copyOf(answers);
    }

    /** {@return the text of the first answer} */
    public String text() {
        return answers.get(0).text();
    }

    /**
     * A score of how unsure the model is of what to answer.
     *
     * @param score which
     * @return its value, larger if less sure; NaN for a single answer, or where it was not measured
     */
    public double score(SampleScore score) {
        return score.of(answers);
    }
}
