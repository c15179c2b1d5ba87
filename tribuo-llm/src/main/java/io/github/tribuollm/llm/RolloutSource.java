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
package io.github.tribuollm.llm;

import com.oracle.labs.mlrg.olcut.config.Config;
import com.oracle.labs.mlrg.olcut.config.PropertyException;
import io.github.tribuollm.llm.checkpoint.Tokenizer;
import io.github.tribuollm.llm.data.AdvantageRule;
import io.github.tribuollm.llm.data.EncodedConversations;
import io.github.tribuollm.llm.data.EncodingReport;
import io.github.tribuollm.llm.data.RolloutEncoder;
import io.github.tribuollm.llm.data.RolloutFile;
import io.github.tribuollm.llm.data.TokenSequence;
import io.github.tribuollm.llm.data.TruncationPolicy;
import io.github.tribuollm.llm.hub.CheckpointLocation;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Rollouts as token sequences with their advantages and log-probabilities: data for policy gradients. */
public final class RolloutSource implements TokenSource {
    @Config(
            mandatory = true,
            description =
                    "The Hugging Face checkpoint whose tokenizer is used: a directory or hf://owner/name@revision.")
    private String checkpoint;

    @Config(mandatory = true, description = "Where the rollouts come from.")
    private RolloutFile rollouts;

    @Config(description = "How advantages are computed: GIVEN, REWARD, GROUP_MEAN or GROUP_STANDARD.")
    private AdvantageRule advantages = AdvantageRule.GIVEN;

    @Config(description = "The most tokens a sequence may have.")
    private int maxLength = 1024;

    @Config(description = "What happens to longer rows: TRUNCATE_END, DROP or FAIL.")
    private TruncationPolicy truncation = TruncationPolicy.FAIL;

    private Path directory;
    private EncodedConversations encoded;
    private TokenSequenceSourceProvenance provenance;

    private RolloutSource() {}

    /**
     * Creates a source.
     *
     * @param checkpoint where the checkpoint is whose tokenizer is used: a directory, or {@code hf://owner/name@revision}
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
        this.checkpoint = checkpoint;
        this.rollouts = rollouts;
        this.advantages = advantages;
        this.maxLength = maxLength;
        this.truncation = truncation;
        postConfig();
    }

    /**
     * Finds the checkpoint, downloading it where need be, and checks the configuration. From then on a revision in a hub
     * is its commit.
     *
     * @throws PropertyException if the checkpoint has no tokenizer or the length is too small
     * @throws io.github.tribuollm.llm.checkpoint.CheckpointException if a hub does not give the checkpoint
     */
    @Override
    public void postConfig() {
        CheckpointLocation location = CheckpointLocation.of(checkpoint);
        checkpoint = location.name();
        directory = location.directory();
        if (!Files.isRegularFile(directory.resolve("tokenizer.json"))) {
            throw new PropertyException(
                    "",
                    "checkpoint",
                    "There is no file " + directory.resolve("tokenizer.json").toAbsolutePath());
        }
        if (maxLength < 2) {
            throw new PropertyException("", "maxLength", "A sequence has at least 2 tokens, not " + maxLength);
        }
    }

    @Override
    public Path checkpoint() {
        return directory;
    }

    @Override
    public List<TokenSequence> sequences() {
        return encoded().sequences();
    }

    @Override
    public EncodingReport report() {
        return encoded().report();
    }

    private synchronized EncodedConversations encoded() {
        if (encoded == null) {
            try (Tokenizer tokenizer = Tokenizer.open(directory)) {
                encoded = new RolloutEncoder(tokenizer, vocabularySize(), advantages, maxLength, truncation)
                        .encode(rollouts);
            }
        }
        return encoded;
    }

    @Override
    public synchronized TokenSequenceSourceProvenance getProvenance() {
        if (provenance == null) {
            provenance = new TokenSequenceSourceProvenance(this);
        }
        return provenance;
    }

    @Override
    public String toString() {
        return "RolloutSource(checkpoint=" + checkpoint + ",rollouts=" + rollouts + ",advantages=" + advantages
                + ",maxLength=" + maxLength + ",truncation=" + truncation + ")";
    }
}
