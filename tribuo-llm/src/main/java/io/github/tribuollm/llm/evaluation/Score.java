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

import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/**
 * How often verdicts were favourable.
 *
 * @param metric what was asked of the answers, such as {@code exact_match}
 * @param filter the way in which they were read
 * @param value the share of favourable verdicts, in [0, 1]
 * @param standardError of the share over prompts, which are independent of each other while the verdicts of one prompt
 *     need not be; NaN for a single prompt. With one verdict a prompt it is the sample deviation over the root of the
 *     number of prompts.
 * @param verdicts the number of verdicts
 */
public record Score(String metric, String filter, double value, double standardError, int verdicts) {
    static Score of(String metric, String filter, List<List<Boolean>> byPrompt) {
        double[] favourable = byPrompt.stream()
                .mapToDouble(verdicts -> verdicts.stream().filter(v -> v).count())
                .toArray();
        double[] all = byPrompt.stream().mapToDouble(List::size).toArray();
        double verdicts = Arrays.stream(all).sum();
        double share = Arrays.stream(favourable).sum() / verdicts;
        double squares = 0;
        for (int prompt = 0; prompt < all.length; prompt++) {
            double residual = favourable[prompt] - share * all[prompt];
            squares += residual * residual;
        }
        double prompts = all.length;
        double error = Math.sqrt(squares * prompts / (prompts - 1)) / verdicts;
        return new Score(metric, filter, share, error, (int) verdicts);
    }

    @Override
    public String toString() {
        return String.format(Locale.ROOT, "%s (%s) %.4f ± %.4f", metric, filter, value, standardError);
    }
}
