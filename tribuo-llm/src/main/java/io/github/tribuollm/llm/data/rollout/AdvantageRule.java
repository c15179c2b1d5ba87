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
package io.github.tribuollm.llm.data.rollout;

import io.github.tribuollm.llm.data.DataException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** How the advantages of rollouts come from what their rows say. */
public enum AdvantageRule {
    // No constant has a body: OLCUT cannot read such a constant's provenance.
    /** The field {@code advantage} as it is. */
    GIVEN,
    /** The reward itself: REINFORCE without a baseline. */
    REWARD,
    /** The reward minus the mean of its group: Liu et al., "Understanding R1-Zero-Like Training" (Dr. GRPO). */
    GROUP_MEAN,
    /**
     * The reward minus the mean of its group over the group's standard deviation plus 1e-4: Shao et al.,
     * "DeepSeekMath" (GRPO). The deviation is that of a sample, with n - 1.
     */
    GROUP_STANDARD;

    private static final double SMALLEST_DEVIATION = 1e-4;

    /**
     * The advantages.
     *
     * @param rollouts the rollouts, whole groups
     * @return one for each rollout
     * @throws DataException naming the row that lacks what the rule needs
     */
    List<Rollout.Credit> advantages(List<Rollout> rollouts) {
        return switch (this) {
            case GIVEN ->
                rollouts.stream()
                        .map(r -> r.advantage().orElseThrow(() -> lacks(r, "advantage")))
                        .toList();
            case REWARD ->
                rollouts.stream()
                        .map(r -> r.reward().orElseThrow(() -> lacks(r, "reward")))
                        .toList();
            case GROUP_MEAN, GROUP_STANDARD -> withinGroups(rollouts);
        };
    }

    private List<Rollout.Credit> withinGroups(List<Rollout> rollouts) {
        Map<String, List<Rollout>> groups = new LinkedHashMap<>();
        rollouts.forEach(r -> groups.computeIfAbsent(
                        r.group().orElseThrow(() -> lacks(r, "group")), g -> new ArrayList<>())
                .add(r));
        Map<String, double[]> moments = new LinkedHashMap<>();
        groups.forEach((group, members) -> moments.put(group, moments(members)));
        return rollouts.stream()
                .map(r -> {
                    double[] moment = moments.get(r.group().orElseThrow());
                    double centred = reward(r) - moment[0];
                    double advantage = this == GROUP_MEAN ? centred : centred / (moment[1] + SMALLEST_DEVIATION);
                    return Rollout.Credit.ofCompletion((float) advantage);
                })
                .toList();
    }

    private double[] moments(List<Rollout> members) {
        if (members.size() < 2) {
            Rollout alone = members.get(0);
            throw new DataException(alone.origin() + ": field \"group\" names a group of one, '"
                    + alone.group().orElseThrow() + "'; " + this + " compares the rewards of several completions of a"
                    + " prompt");
        }
        double mean =
                members.stream().mapToDouble(AdvantageRule::reward).average().orElseThrow();
        double squares = members.stream()
                .mapToDouble(AdvantageRule::reward)
                .map(r -> (r - mean) * (r - mean))
                .sum();
        return new double[] {mean, Math.sqrt(squares / (members.size() - 1))};
    }

    private static double reward(Rollout rollout) {
        Rollout.Credit reward = rollout.reward().orElseThrow(() -> lacks(rollout, "reward"));
        if (reward.perToken()) {
            throw new DataException(rollout.origin() + ": field \"reward\" is an array; comparing within a group takes"
                    + " one reward a completion");
        }
        return reward.values()[0];
    }

    private static DataException lacks(Rollout rollout, String field) {
        return new DataException(rollout.origin() + ": field \"" + field
                + "\" is missing; add it, or choose another rule for advantages");
    }
}
