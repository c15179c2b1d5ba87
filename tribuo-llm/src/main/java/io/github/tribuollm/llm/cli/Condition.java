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
package io.github.tribuollm.llm.cli;

import java.util.List;

/**
 * When options act.
 *
 * @param holds whether they do, beside what else is given
 * @param when they do, in words that follow "acts only"
 * @param options by name
 */
record Condition(boolean holds, String when, List<String> options) {
    static Condition of(boolean holds, String when, String... options) {
        return new Condition(holds, when, List.of(options));
    }

    /** Whether an option that was given cannot act. */
    boolean refuses(String option) {
        return !holds && options.contains(option);
    }

    UsageError refusal(String option) {
        return new UsageError("--" + option + " acts only " + when + "; change that, or leave --" + option + " out");
    }
}
