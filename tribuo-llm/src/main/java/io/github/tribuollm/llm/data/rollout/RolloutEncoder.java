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

import io.github.tribuollm.llm.checkpoint.Tokenizer;
import io.github.tribuollm.llm.data.DataException;
import io.github.tribuollm.llm.data.EncodedConversations;
import io.github.tribuollm.llm.data.EncodingReport;
import io.github.tribuollm.llm.data.TokenSequence;
import io.github.tribuollm.llm.data.TruncationPolicy;
import io.github.tribuollm.objectives.token.ColumnNames;
import io.github.tribuollm.objectives.weight.ColumnScore;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;

/**
 * Turns rollouts into token sequences with the columns of {@link ColumnScore}: advantage, the log-probability when
 * sampled, and the reference model's loss.
 */
public final class RolloutEncoder {
    private final Tokenizer tokenizer;
    private final int vocabularySize;
    private final AdvantageRule rule;
    private final int maxLength;
    private final TruncationPolicy truncation;

    /**
     * An encoder.
     *
     * @param tokenizer the model's tokenizer, for rows of text
     * @param vocabularySize how many tokens the model knows
     * @param rule how advantages are computed
     * @param maxLength the most tokens a sequence may have, at least 2
     * @param truncation what happens to longer rows
     */
    public RolloutEncoder(
            Tokenizer tokenizer, int vocabularySize, AdvantageRule rule, int maxLength, TruncationPolicy truncation) {
        this.tokenizer = tokenizer;
        this.vocabularySize = vocabularySize;
        this.rule = rule;
        this.maxLength = maxLength;
        this.truncation = truncation;
    }

    /**
     * Encodes rollouts. Advantages are computed before any row is dropped.
     *
     * @param rows the rollouts
     * @return the sequences in the order of their rows, and the counts
     * @throws DataException naming the row and field that cannot be used; or if no row is left
     */
    public EncodedConversations encode(Iterable<Rollout> rows) {
        List<Rollout> rollouts = new ArrayList<>();
        rows.forEach(rollouts::add);
        List<Rollout.Credit> advantages = rule.advantages(rollouts);
        List<TokenSequence> kept = new ArrayList<>();
        int truncated = 0;
        int tooLong = 0;
        int lost = 0;
        for (int i = 0; i < rollouts.size(); i++) {
            TokenSequence sequence = sequence(rollouts.get(i), advantages.get(i));
            if (sequence.length() <= maxLength) {
                kept.add(sequence);
            } else if (truncation == TruncationPolicy.FAIL) {
                throw new DataException(sequence.origin() + ": the row has " + sequence.length()
                        + " tokens, more than maxLength " + maxLength + "; raise it, or choose TRUNCATE_END or DROP");
            } else if (truncation == TruncationPolicy.DROP) {
                tooLong++;
            } else if (sequence.completion().nextSetBit(0) >= maxLength) {
                lost++;
            } else {
                truncated++;
                kept.add(truncated(sequence));
            }
        }
        EncodingReport report = new EncodingReport(
                rollouts.size(),
                kept.size(),
                truncated,
                tooLong,
                lost,
                0,
                0,
                kept.stream().mapToLong(TokenSequence::length).sum(),
                kept.stream().mapToLong(TokenSequence::completionTokens).sum());
        if (kept.isEmpty()) {
            throw new DataException("No rollout fits maxLength " + maxLength + ": " + report + "; raise maxLength");
        }
        return new EncodedConversations(kept, report);
    }

    private TokenSequence sequence(Rollout rollout, Rollout.Credit advantage) {
        int[] prompt = withBos(ids(rollout, "prompt", rollout.prompt()), rollout.prompt());
        int[] completion = ids(rollout, "completion", rollout.completion());
        if (prompt.length == 0 || completion.length == 0) {
            throw wrong(rollout, prompt.length == 0 ? "prompt" : "completion", "has no token");
        }
        int[] tokens = Arrays.copyOf(prompt, prompt.length + completion.length);
        System.arraycopy(completion, 0, tokens, prompt.length, completion.length);
        BitSet trained = new BitSet(tokens.length);
        trained.set(prompt.length, tokens.length);
        Map<String, float[]> columns = new TreeMap<>();
        float[] each =
                advantage.perToken() ? advantage.values() : repeated(advantage.values()[0], completion.length);
        columns.put(ColumnNames.ADVANTAGE, aligned(rollout, "advantage", each, tokens, prompt));
        rollout.oldLogProbabilities()
                .ifPresent(p -> columns.put(
                        ColumnNames.OLD_LOG_PROBABILITY, aligned(rollout, "old_log_probabilities", p, tokens, prompt)));
        rollout.referenceLogProbabilities()
                .ifPresent(p -> columns.put(
                        ColumnNames.REFERENCE_LOSS,
                        aligned(rollout, "reference_log_probabilities", negated(p), tokens, prompt)));
        return new TokenSequence(tokens, trained, 1, rollout.origin(), columns);
    }

    private int[] ids(Rollout rollout, String field, Rollout.Span span) {
        int[] ids = span instanceof Rollout.Ids given ? given.ids() : tokenizer.encode(((Rollout.Text) span).text());
        for (int i = 0; i < ids.length; i++) {
            if (ids[i] >= vocabularySize) {
                throw wrong(
                        rollout,
                        field + "[" + i + "]",
                        "is " + ids[i] + ", not in the vocabulary of " + vocabularySize
                                + "; the rollouts are of another model");
            }
        }
        return ids;
    }

    /** Text gets the token that begins a sequence where the tokenizer adds one; ids are taken as they are. */
    private int[] withBos(int[] prompt, Rollout.Span span) {
        if (span instanceof Rollout.Ids || !tokenizer.addsBos()) {
            return prompt;
        }
        int bos = tokenizer.bos().getAsInt();
        return prompt.length > 0 && prompt[0] == bos
                ? prompt
                : IntStream.concat(IntStream.of(bos), IntStream.of(prompt)).toArray();
    }

    /** One value for each completion token becomes one for each token, NaN for the prompt's. */
    private static float[] aligned(Rollout rollout, String field, float[] values, int[] tokens, int[] prompt) {
        int completion = tokens.length - prompt.length;
        if (values.length != completion) {
            String remedy = rollout.completion() instanceof Rollout.Text
                    ? "; give the completion as token ids, so that the tokens are those that were sampled"
                    : "";
            throw wrong(
                    rollout,
                    field,
                    "has " + values.length + " numbers for " + completion + " completion tokens" + remedy);
        }
        float[] column = new float[tokens.length];
        Arrays.fill(column, 0, prompt.length, Float.NaN);
        System.arraycopy(values, 0, column, prompt.length, completion);
        return column;
    }

    private static float[] repeated(float value, int times) {
        float[] values = new float[times];
        Arrays.fill(values, value);
        return values;
    }

    private static float[] negated(float[] values) {
        float[] negated = values.clone();
        for (int i = 0; i < negated.length; i++) {
            negated[i] = -negated[i];
        }
        return negated;
    }

    private TokenSequence truncated(TokenSequence sequence) {
        Map<String, float[]> columns = new TreeMap<>();
        sequence.columns().forEach((name, values) -> columns.put(name, Arrays.copyOf(values, maxLength)));
        return new TokenSequence(
                Arrays.copyOf(sequence.tokens(), maxLength),
                sequence.completion().get(0, maxLength),
                sequence.weight(),
                sequence.origin(),
                columns);
    }

    private static DataException wrong(Rollout rollout, String field, String problem) {
        return new DataException(rollout.origin() + ": field \"" + field + "\" " + problem);
    }
}
