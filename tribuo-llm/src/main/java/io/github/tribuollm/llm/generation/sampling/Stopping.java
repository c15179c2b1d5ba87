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
package io.github.tribuollm.llm.generation.sampling;

import com.oracle.labs.mlrg.olcut.config.Config;
import com.oracle.labs.mlrg.olcut.config.Configurable;
import com.oracle.labs.mlrg.olcut.config.PropertyException;
import com.oracle.labs.mlrg.olcut.provenance.ConfiguredObjectProvenance;
import com.oracle.labs.mlrg.olcut.provenance.Provenancable;
import io.github.tribuollm.runtime.Settings;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;

/**
 * When an answer ends, with transformers' names. What is not set is what the checkpoint says in generation_config.json;
 * where that says nothing either, an answer has at most 256 tokens (transformers: 20 with the prompt). The text of an
 * answer is cut where the first stop string begins; its tokens are kept, the end token and those of the stop string
 * included. Immutable.
 */
public final class Stopping implements Configurable, Provenancable<ConfiguredObjectProvenance> {
    static final int DEFAULT_NEW_TOKENS = 256;

    @Config(description = "The tokens one of which comes last where the length ends an answer.")
    private List<Integer> forcedEosTokenId = null;

    @Config(description = "The tokens that end an answer. Default: those of the checkpoint.")
    private List<Integer> eosTokenId = null;

    @Config(description = "Texts that end an answer, which is cut where the first of them begins.")
    private List<String> stopStrings = null;

    @Config(description = "The fewest tokens of prompt and answer before an end token.")
    private Integer minLength = null;

    @Config(description = "The fewest tokens of the answer before an end token.")
    private Integer minNewTokens = null;

    @Config(description = "The most tokens of prompt and answer; maxNewTokens takes its place.")
    private Integer maxLength = null;

    @Config(description = "The most tokens of the answer. Default: 256.")
    private Integer maxNewTokens = null;

    /** What the checkpoint says. */
    public Stopping() {}

    private Stopping with(Consumer<Stopping> change) {
        Stopping changed = Unset.filled(new Stopping(), this);
        change.accept(changed);
        changed.postConfig();
        return changed;
    }

    /**
     * The same with these tokens one of which comes last where the length ends an answer, in place of others.
     *
     * @param tokens their ids
     * @throws PropertyException if one is negative
     */
    public Stopping withForcedEosTokenId(int... tokens) {
        return with(stopping -> stopping.forcedEosTokenId = TokenIds.list("forcedEosTokenId", tokens));
    }

    /**
     * The same with these end tokens, in place of others.
     *
     * @param tokens their ids
     * @throws PropertyException if one is negative
     */
    public Stopping withEosTokenId(int... tokens) {
        return with(stopping -> stopping.eosTokenId = TokenIds.list("eosTokenId", tokens));
    }

    /**
     * The same with these stop strings, in place of others.
     *
     * @param texts texts that end an answer, which is cut where the first of them begins; one may lie across the borders
     *     of tokens
     * @throws PropertyException if one is empty
     */
    public Stopping withStopStrings(String... texts) {
        return with(stopping -> stopping.stopStrings = Arrays.asList(Settings.requireGiven("stopStrings", texts)));
    }

    /**
     * The same with another min length.
     *
     * @param number at least 0; the fewest tokens of prompt and answer before an end token
     * @throws PropertyException if it is out of range
     */
    public Stopping withMinLength(int number) {
        return with(stopping -> stopping.minLength = number);
    }

    /**
     * The same with another min new tokens.
     *
     * @param number at least 0; the fewest tokens of the answer before an end token
     * @throws PropertyException if it is out of range
     */
    public Stopping withMinNewTokens(int number) {
        return with(stopping -> stopping.minNewTokens = number);
    }

    /**
     * The same with another max length.
     *
     * @param number at least 1; the most tokens of prompt and answer
     * @throws PropertyException if it is out of range
     */
    public Stopping withMaxLength(int number) {
        return with(stopping -> stopping.maxLength = number);
    }

    /**
     * The same with another max new tokens.
     *
     * @param number at least 1; the most tokens of the answer
     * @throws PropertyException if it is out of range
     */
    public Stopping withMaxNewTokens(int number) {
        return with(stopping -> stopping.maxNewTokens = number);
    }

    /**
     * Checks the fields.
     *
     * @throws PropertyException naming the field that is out of range
     */
    @Override
    public void postConfig() {
        Unset.require("minLength", minLength, n -> n >= 0, "must be at least 0");
        Unset.require("minNewTokens", minNewTokens, n -> n >= 0, "must be at least 0");
        Unset.require("maxLength", maxLength, n -> n >= 1, "must be at least 1");
        Unset.require("maxNewTokens", maxNewTokens, n -> n >= 1, "must be at least 1");
        stopStrings = Unset.copied("stopStrings", stopStrings, text -> !text.isEmpty(), "must not be empty");
        eosTokenId = Unset.copied("eosTokenId", eosTokenId, id -> id >= 0, "must be token ids");
        forcedEosTokenId = Unset.copied("forcedEosTokenId", forcedEosTokenId, id -> id >= 0, "must be token ids");
        boolean room = maxNewTokens == null || minNewTokens == null || minNewTokens <= maxNewTokens;
        Settings.require("minNewTokens", room, "is " + minNewTokens + ", more than maxNewTokens, " + maxNewTokens);
    }

    /** What is not set here as a checkpoint says; a length that is set takes the place of both of the checkpoint's. */
    Stopping over(Stopping published) {
        Stopping rest = published.with(same -> {
            boolean longest = maxLength != null || maxNewTokens != null;
            same.maxLength = longest ? null : same.maxLength;
            same.maxNewTokens = longest ? null : same.maxNewTokens;
            boolean shortest = minLength != null || minNewTokens != null || maxNewTokens != null;
            same.minLength = shortest ? null : same.minLength;
            same.minNewTokens = shortest ? null : same.minNewTokens;
        });
        Stopping whole = Unset.filled(with(same -> {}), rest);
        whole.postConfig();
        return whole;
    }

    /** Refuses ids that are those of no token. */
    void requireTokensBelow(int vocabulary) {
        TokenIds.requireBelow(vocabulary, "eosTokenId", eosTokenId);
        TokenIds.requireBelow(vocabulary, "forcedEosTokenId", forcedEosTokenId);
    }

    /** The end tokens; those given where none is set. */
    int[] ends(Set<Integer> otherwise) {
        return eosTokenId != null
                ? TokenIds.array(eosTokenId)
                : otherwise.stream().mapToInt(Integer::intValue).toArray();
    }

    List<String> stopStrings() {
        return stopStrings == null ? List.of() : stopStrings;
    }

    /** Whether the most tokens are set. */
    boolean saysLongest() {
        return maxNewTokens != null || maxLength != null;
    }

    /** The most tokens that a prompt and its answer have. */
    int longest(int promptLength) {
        if (maxNewTokens != null || maxLength == null) {
            return atMost(promptLength + (maxNewTokens == null ? DEFAULT_NEW_TOKENS : (long) maxNewTokens));
        }
        return maxLength;
    }

    /** The fewest tokens that a prompt and its answer have before an end token. */
    int shortest(int promptLength) {
        return Math.max(
                minLength == null ? 0 : minLength, atMost(promptLength + (minNewTokens == null ? 0L : minNewTokens)));
    }

    private static int atMost(long length) {
        return (int) Math.min(Integer.MAX_VALUE, length);
    }

    /** What keeps an answer from ending early. */
    NoEndBefore noEndBefore(int[] ends) {
        return new NoEndBefore(minLength == null ? 0 : minLength, minNewTokens == null ? 0 : minNewTokens, ends);
    }

    /** The tokens one of which is the last; empty if any may be. */
    int[] forcedEnds() {
        return forcedEosTokenId == null ? new int[0] : TokenIds.array(forcedEosTokenId);
    }

    @Override
    public ConfiguredObjectProvenance getProvenance() {
        return Unset.provenance("Stopping", this);
    }

    /** {@return what is set, in a line} */
    @Override
    public String toString() {
        return Unset.text("stopping", this);
    }
}
