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
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalInt;
import java.util.function.Consumer;

/**
 * How the tokens of an answer are chosen, with the names, the order of operations and the numbers of transformers'
 * {@code generate}. What is not set is what the checkpoint says in generation_config.json, else what transformers does
 * by default. Immutable.
 *
 * <p>The order is: repetition penalty, n-grams, bad words, minimum lengths, forced tokens, suppressed tokens, presence
 * and frequency penalties; for a draw then temperature, top k, top p, min p, typical p, epsilon and eta.
 */
public final class Sampling implements Configurable, Provenancable<ConfiguredObjectProvenance> {
    private static final int DEFAULT_TOP_K = 50;

    /** Below it, logits divided by the temperature are beyond float32. */
    private static final double LEAST_TEMPERATURE = 1e-30;

    @Config(description = "Whether tokens are drawn; if not, the likeliest comes.")
    private Boolean doSample = null;

    @Config(description = "Logits are divided by it before a draw; positive.")
    private Double temperature = null;

    @Config(description = "Draws from so many likeliest tokens; 0 from all. Default: 50, as in transformers.")
    private Integer topK = null;

    @Config(description = "Draws from the fewest likeliest tokens that have this probability; in [0, 1].")
    private Double topP = null;

    @Config(description = "Draws from tokens with this share of the likeliest one's probability; in [0, 1].")
    private Double minP = null;

    @Config(
            description =
                    "Draws from the tokens nearest to the expected information that have this probability; in (0, 1].")
    private Double typicalP = null;

    @Config(description = "Draws from tokens with at least this probability; in [0, 1), 0 from all.")
    private Double epsilonCutoff = null;

    @Config(description = "Like epsilonCutoff, lowered where the prediction is uncertain; in [0, 1), 0 from all.")
    private Double etaCutoff = null;

    @Config(
            description =
                    "Divides positive and multiplies negative logits of tokens of prompt and answer; positive, 1 does nothing.")
    private Double repetitionPenalty = null;

    @Config(description = "Lowers the logits of tokens of the answer; in [-2, 2]. transformers has no such penalty.")
    private Double presencePenalty = null;

    @Config(
            description =
                    "Lowers the logits of tokens of the answer, for each time; in [-2, 2]. transformers has no such penalty.")
    private Double frequencyPenalty = null;

    @Config(description = "No so many tokens in a row come twice in prompt and answer; 0 allows it.")
    private Integer noRepeatNgramSize = null;

    @Config(description = "Sequences of tokens that never come, each as ids separated by spaces.")
    private List<String> badWordsIds = null;

    @Config(description = "Tokens that never come.")
    private List<Integer> suppressTokens = null;

    @Config(description = "Tokens that do not come first.")
    private List<Integer> beginSuppressTokens = null;

    @Config(description = "The token that comes after a prompt of one token.")
    private Integer forcedBosTokenId = null;

    @Config(description = "How many samples are drawn for each prompt.")
    private Integer numReturnSequences = null;

    @Config(description = "Draws are a function of it, of the prompt, the sample's number and the place in the answer.")
    private long seed = 1;

    /** What the checkpoint says. */
    public Sampling() {}

    private Sampling with(Consumer<Sampling> change) {
        Sampling changed = Unset.filled(new Sampling(), this);
        changed.seed = seed;
        change.accept(changed);
        changed.postConfig();
        return changed;
    }

    /**
     * The same, drawn or not.
     *
     * @param choice whether tokens are drawn; if not, the likeliest comes
     */
    public Sampling withDoSample(boolean choice) {
        return with(sampling -> sampling.doSample = choice);
    }

    /**
     * The same with another temperature.
     *
     * @param value positive; logits are divided by it before a draw
     * @throws PropertyException if it is out of range
     */
    public Sampling withTemperature(double value) {
        return with(sampling -> sampling.temperature = value);
    }

    /**
     * The same with another top k.
     *
     * @param number how many of the likeliest tokens a draw has; 0 for all
     * @throws PropertyException if it is out of range
     */
    public Sampling withTopK(int number) {
        return with(sampling -> sampling.topK = number);
    }

    /**
     * The same with another top p.
     *
     * @param value in [0, 1]; a draw has the fewest likeliest tokens that have this probability
     * @throws PropertyException if it is out of range
     */
    public Sampling withTopP(double value) {
        return with(sampling -> sampling.topP = value);
    }

    /**
     * The same with another min p.
     *
     * @param value in [0, 1]; a draw has the tokens with this share of the likeliest one's probability
     * @throws PropertyException if it is out of range
     */
    public Sampling withMinP(double value) {
        return with(sampling -> sampling.minP = value);
    }

    /**
     * The same with another typical p.
     *
     * @param value in (0, 1]; a draw has the tokens nearest to the expected information that have this probability
     * @throws PropertyException if it is out of range
     */
    public Sampling withTypicalP(double value) {
        return with(sampling -> sampling.typicalP = value);
    }

    /**
     * The same with another epsilon cutoff.
     *
     * @param value in [0, 1); a draw has the tokens with at least this probability
     * @throws PropertyException if it is out of range
     */
    public Sampling withEpsilonCutoff(double value) {
        return with(sampling -> sampling.epsilonCutoff = value);
    }

    /**
     * The same with another eta cutoff.
     *
     * @param value in [0, 1); like the epsilon cutoff, lowered where the prediction is uncertain
     * @throws PropertyException if it is out of range
     */
    public Sampling withEtaCutoff(double value) {
        return with(sampling -> sampling.etaCutoff = value);
    }

    /**
     * The same with another repetition penalty.
     *
     * @param value positive; logits of tokens of prompt and answer are divided by it if positive, else multiplied
     * @throws PropertyException if it is out of range
     */
    public Sampling withRepetitionPenalty(double value) {
        return with(sampling -> sampling.repetitionPenalty = value);
    }

    /**
     * The same with another presence penalty.
     *
     * @param value in [-2, 2]; what is taken off the logits of tokens of the answer
     * @throws PropertyException if it is out of range
     */
    public Sampling withPresencePenalty(double value) {
        return with(sampling -> sampling.presencePenalty = value);
    }

    /**
     * The same with another frequency penalty.
     *
     * @param value in [-2, 2]; what is taken off the logit of a token of the answer for each time
     * @throws PropertyException if it is out of range
     */
    public Sampling withFrequencyPenalty(double value) {
        return with(sampling -> sampling.frequencyPenalty = value);
    }

    /**
     * The same with another no repeat ngram size.
     *
     * @param number at least 0; no so many tokens in a row come twice, 0 allows it
     * @throws PropertyException if it is out of range
     */
    public Sampling withNoRepeatNgramSize(int number) {
        return with(sampling -> sampling.noRepeatNgramSize = number);
    }

    /**
     * The same with these tokens that never come, in place of others.
     *
     * @param tokens their ids
     * @throws PropertyException if one is negative
     */
    public Sampling withSuppressTokens(int... tokens) {
        return with(sampling -> sampling.suppressTokens = TokenIds.list("suppressTokens", tokens));
    }

    /**
     * The same with these tokens that do not come first, in place of others.
     *
     * @param tokens their ids
     * @throws PropertyException if one is negative
     */
    public Sampling withBeginSuppressTokens(int... tokens) {
        return with(sampling -> sampling.beginSuppressTokens = TokenIds.list("beginSuppressTokens", tokens));
    }

    /**
     * The same with another forced bos token id.
     *
     * @param number the token that comes after a prompt of one token
     * @throws PropertyException if it is out of range
     */
    public Sampling withForcedBosTokenId(int number) {
        return with(sampling -> sampling.forcedBosTokenId = number);
    }

    /**
     * The same with another num return sequences.
     *
     * @param number at least 1; how many samples are drawn for each prompt
     * @throws PropertyException if it is out of range
     */
    public Sampling withNumReturnSequences(int number) {
        return with(sampling -> sampling.numReturnSequences = number);
    }

    /**
     * The same with these sequences banned, in place of others.
     *
     * @param sequences token ids; the last of a sequence does not come where those before it were just there
     * @throws PropertyException if one is empty or has a negative id
     */
    public Sampling withBadWordsIds(int[]... sequences) {
        List<String> written = Arrays.stream(Settings.requireGiven("badWordsIds", sequences))
                .map(TokenIds::written)
                .toList();
        return with(sampling -> sampling.badWordsIds = written);
    }

    /**
     * The same with another seed.
     *
     * @param number any number
     */
    public Sampling withSeed(long number) {
        return with(sampling -> sampling.seed = number);
    }

    /**
     * Checks the fields.
     *
     * @throws PropertyException naming the field that is out of range
     */
    @Override
    public void postConfig() {
        Unset.require(
                "temperature",
                temperature,
                t -> t >= LEAST_TEMPERATURE && t <= Float.MAX_VALUE,
                "must lie in [" + LEAST_TEMPERATURE
                        + ", 3.4e38]; the likeliest token comes each time without doSample");
        Unset.require("topK", topK, k -> k >= 0, "must be at least 0");
        Unset.require("topP", topP, p -> p >= 0 && p <= 1, "must lie in [0, 1]");
        Unset.require("minP", minP, p -> p >= 0 && p <= 1, "must lie in [0, 1]");
        Unset.require("typicalP", typicalP, p -> p > 0 && p <= 1, "must lie in (0, 1]");
        Unset.require("epsilonCutoff", epsilonCutoff, p -> p >= 0 && p < 1, "must lie in [0, 1)");
        Unset.require("etaCutoff", etaCutoff, p -> p >= 0 && p < 1, "must lie in [0, 1)");
        Unset.require("repetitionPenalty", repetitionPenalty, p -> p > 0 && Double.isFinite(p), "must be positive");
        Unset.require("presencePenalty", presencePenalty, p -> Math.abs(p) <= 2, "must lie in [-2, 2]");
        Unset.require("frequencyPenalty", frequencyPenalty, p -> Math.abs(p) <= 2, "must lie in [-2, 2]");
        Unset.require("noRepeatNgramSize", noRepeatNgramSize, n -> n >= 0, "must be at least 0");
        Unset.require("forcedBosTokenId", forcedBosTokenId, id -> id >= 0, "must be a token id");
        Unset.require("numReturnSequences", numReturnSequences, n -> n >= 1, "must be at least 1");
        badWordsIds = Unset.copied("badWordsIds", badWordsIds, TokenIds::areWritten, "must be ids separated by spaces");
        suppressTokens = Unset.copied("suppressTokens", suppressTokens, id -> id >= 0, "must be token ids");
        beginSuppressTokens =
                Unset.copied("beginSuppressTokens", beginSuppressTokens, id -> id >= 0, "must be token ids");
    }

    /** What is not set here as a checkpoint says. */
    Sampling over(Sampling published) {
        Sampling whole = Unset.filled(with(same -> {}), published);
        whole.postConfig();
        return whole;
    }

    /** Refuses ids that are those of no token. */
    void requireTokensBelow(int vocabulary) {
        TokenIds.requireBelow(vocabulary, "suppressTokens", suppressTokens);
        TokenIds.requireBelow(vocabulary, "beginSuppressTokens", beginSuppressTokens);
        TokenIds.requireBelow(
                vocabulary, "forcedBosTokenId", forcedBos().stream().boxed().toList());
        List<String> sequences = badWordsIds == null ? List.of() : badWordsIds;
        sequences.forEach(sequence -> TokenIds.requireBelow(
                vocabulary,
                "badWordsIds",
                Arrays.stream(TokenIds.read(sequence)).boxed().toList()));
    }

    /** Whether tokens are drawn. */
    boolean draws() {
        return Boolean.TRUE.equals(doSample);
    }

    /** The number of samples of each prompt. */
    int samples() {
        return numReturnSequences == null ? 1 : numReturnSequences;
    }

    long seed() {
        return seed;
    }

    /** Refuses what is set here and cannot act. */
    void requireActing(boolean draws) {
        if (!draws) {
            requireDraw("temperature", temperature, 1);
            requireDraw("topK", topK, 0);
            requireDraw("topP", topP, 1);
            requireDraw("minP", minP, 0);
            requireDraw("typicalP", typicalP, 1);
            requireDraw("epsilonCutoff", epsilonCutoff, 0);
            requireDraw("etaCutoff", etaCutoff, 0);
            requireDraw("numReturnSequences", numReturnSequences, 1);
            requireDraw("seed", seed, 1);
        }
    }

    private static void requireDraw(String field, Number value, double without) {
        boolean acts = value != null && value.doubleValue() != without;
        Settings.require(field, !acts, "acts on draws only; draw with doSample, or leave it out: " + value);
    }

    /** Penalties and bans that look at prompt and answer, which come before those of {@link Stopping}. */
    List<LogitsProcessor> penalties(int[] ends) {
        List<LogitsProcessor> penalties = new ArrayList<>();
        if (repetitionPenalty != null && repetitionPenalty != 1) {
            penalties.add(new RepetitionPenalty(repetitionPenalty.floatValue()));
        }
        if (noRepeatNgramSize != null && noRepeatNgramSize > 0) {
            penalties.add(new NoRepeatNgrams(noRepeatNgramSize));
        }
        if (badWordsIds != null) {
            penalties.add(BadWords.of(badWordsIds.stream().map(TokenIds::read).toList(), ends));
        }
        return penalties;
    }

    /** The token that is forced after a prompt of one token. */
    OptionalInt forcedBos() {
        return forcedBosTokenId == null ? OptionalInt.empty() : OptionalInt.of(forcedBosTokenId);
    }

    /** Bans and penalties that come after the forced tokens. */
    List<LogitsProcessor> suppressions() {
        List<LogitsProcessor> suppressions = new ArrayList<>();
        if (suppressTokens != null) {
            suppressions.add(new SuppressedTokens(history -> true, TokenIds.array(suppressTokens)));
        }
        if (beginSuppressTokens != null) {
            suppressions.add(new SuppressedTokens(this::begins, TokenIds.array(beginSuppressTokens)));
        }
        double presence = presencePenalty == null ? 0 : presencePenalty;
        double frequency = frequencyPenalty == null ? 0 : frequencyPenalty;
        if (presence != 0 || frequency != 0) {
            suppressions.add(new CountPenalties(presence, frequency));
        }
        return suppressions;
    }

    /** A forced first token is not the one that begins. */
    private boolean begins(TokenHistory history) {
        boolean forcedBefore = history.promptLength() == 1 && forcedBosTokenId != null;
        return history.generatedLength() == (forcedBefore ? 1 : 0);
    }

    /** What restricts a draw. */
    List<LogitsProcessor> warpers() {
        List<LogitsProcessor> warpers = new ArrayList<>();
        if (temperature != null && temperature != 1) {
            float divisor = temperature.floatValue();
            warpers.add((candidates, history) -> candidates.divideBy(divisor));
        }
        int k = topK == null ? DEFAULT_TOP_K : topK;
        if (k > 0) {
            warpers.add(new TopK(k));
        }
        if (topP != null && topP < 1) {
            warpers.add(new TopP(topP));
        }
        if (minP != null) {
            warpers.add(new MinP(minP));
        }
        if (typicalP != null && typicalP < 1) {
            warpers.add(new TypicalP(typicalP));
        }
        if (epsilonCutoff != null && epsilonCutoff > 0) {
            warpers.add(Cutoff.epsilon(epsilonCutoff));
        }
        if (etaCutoff != null && etaCutoff > 0) {
            warpers.add(Cutoff.eta(etaCutoff));
        }
        return warpers;
    }

    @Override
    public ConfiguredObjectProvenance getProvenance() {
        return Unset.provenance("Sampling", this);
    }

    /** {@return what is set, in a line} */
    @Override
    public String toString() {
        return Unset.text("sampling", this);
    }
}
