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
package io.github.tribuollm.llm.scoring;

import java.util.List;

/**
 * What an objective does with one completion token, and why.
 *
 * @param position the token's place in its sequence
 * @param token its id
 * @param loss the model's loss -log p, nats
 * @param selections for each of {@link io.github.tribuollm.objectives.Objective#selections()}, how the token fared
 * @param terms for each term of the objective, what the token contributes
 */
public record TokenExplanation(int position, int token, double loss, List<Rank> selections, List<Share> terms) {
    /**
     * How a token fared in a selection.
     *
     * @param score what it was ranked by
     * @param threshold the lowest score that was taken among the tokens it competes with; NaN if none was
     * @param taken whether it was taken
     */
    public record Rank(double score, double threshold, boolean taken) {}

    /**
     * What a token contributes to a term.
     *
     * @param weight its normalised weight
     * @param loss its weighted loss; all contributions add up to the objective's value
     */
    public record Share(double weight, double loss) {}

    /** {@return the token's contribution to the loss over all terms} */
    public double contribution() {
        return terms.stream().mapToDouble(Share::loss).sum();
    }
}
