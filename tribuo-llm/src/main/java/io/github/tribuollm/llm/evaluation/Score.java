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

import java.util.Locale;

/**
 * How a model did on a task by one metric.
 *
 * @param metric what was asked of the answers, such as {@code exact_match}
 * @param filter the way in which they were read
 * @param value the score; of verdicts the share of favourable ones, in [0, 1]
 * @param standardError of the score over prompts; NaN for a single prompt, or where it is not known
 * @param count how many verdicts, preferences or tokens it is the mean of
 * @param higherIsBetter whether a larger score is better
 */
public record Score(
        String metric, String filter, double value, double standardError, long count, boolean higherIsBetter) {
    @Override
    public String toString() {
        return String.format(Locale.ROOT, "%s (%s) %.4f ± %.4f", metric, filter, value, standardError);
    }
}
