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
package io.github.tribuollm.llm.token;

import com.oracle.labs.mlrg.olcut.config.Config;
import com.oracle.labs.mlrg.olcut.config.PropertyException;
import io.github.tribuollm.llm.checkpoint.Tokenizer;
import io.github.tribuollm.llm.data.EncodedConversations;
import io.github.tribuollm.llm.data.TruncationPolicy;
import io.github.tribuollm.llm.data.rollout.AdvantageRule;
import io.github.tribuollm.llm.data.rollout.RolloutEncoder;
import io.github.tribuollm.llm.data.rollout.RolloutFile;

/** Rollouts as token sequences with their advantages and log-probabilities: data for policy gradients. */
public final class RolloutSource extends TokenSource {
    @Config(mandatory = true, description = "Where the rollouts come from.")
    private RolloutFile rollouts;

    @Config(description = "How advantages are computed: GIVEN, REWARD, GROUP_MEAN or GROUP_STANDARD.")
    private AdvantageRule advantages = AdvantageRule.GIVEN;

    private RolloutSource() {
        super(TruncationPolicy.FAIL);
    }

    /**
     * Creates a source.
     *
     * @param checkpoint where the checkpoint is whose tokenizer is used: a directory, or {@code
     *     hf://owner/name@revision}
     * @param rollouts where the rollouts come from
     * @param advantages how advantages are computed
     * @param maxLength the most tokens a sequence may have, at least 2
     * @param truncation what happens to longer rows
     * @throws PropertyException if the checkpoint has no tokenizer or the length is too small
     * @throws io.github.tribuollm.llm.checkpoint.CheckpointException if a hub does not give the checkpoint
     */
    public RolloutSource(
            String checkpoint,
            RolloutFile rollouts,
            AdvantageRule advantages,
            int maxLength,
            TruncationPolicy truncation) {
        super(checkpoint, maxLength, truncation);
        this.rollouts = rollouts;
        this.advantages = advantages;
        postConfig();
    }

    /**
     * Checks the configuration.
     *
     * @throws PropertyException as every source does, or if rollouts are to be split
     */
    @Override
    public void postConfig() {
        super.postConfig();
        if (truncation() == TruncationPolicy.SPLIT) {
            throw new PropertyException(
                    "",
                    "truncation",
                    "A rollout is not SPLIT, because its advantage is that of the whole; take TRUNCATE_END, DROP or"
                            + " FAIL");
        }
    }

    @Override
    protected EncodedConversations encode(Tokenizer tokenizer, int maxLength, TruncationPolicy truncation) {
        return new RolloutEncoder(tokenizer, vocabularySize(), advantages, maxLength, truncation).encode(rollouts);
    }

    @Override
    public String toString() {
        return describe(rollouts + ", advantages " + advantages);
    }
}
