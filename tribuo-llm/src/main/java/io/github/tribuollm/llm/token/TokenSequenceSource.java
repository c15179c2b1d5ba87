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
import io.github.tribuollm.llm.data.ConversationSource;
import io.github.tribuollm.llm.data.ConversationSplit;
import io.github.tribuollm.llm.data.ConversationSplit.Part;
import io.github.tribuollm.llm.data.DataException;
import io.github.tribuollm.llm.data.EncodedConversations;
import io.github.tribuollm.llm.data.EncodingRules;
import io.github.tribuollm.llm.data.PromptTemplate;
import io.github.tribuollm.llm.data.SequenceEncoder;
import io.github.tribuollm.llm.data.TokenColumnFile;
import io.github.tribuollm.llm.data.TokenSequence;
import io.github.tribuollm.llm.data.TruncationPolicy;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Conversations as token sequences of a checkpoint's vocabulary. Its provenance holds all that it takes to make the
 * same sequences again.
 */
public final class TokenSequenceSource extends TokenSource {
    @Config(mandatory = true, description = "Where the conversations come from.")
    private ConversationSource conversations;

    @Config(mandatory = true, description = "How a conversation is laid out as text.")
    private PromptTemplate template;

    @Config(description = "Numbers for each token from files, which the objective may ask for by name.")
    private List<TokenColumnFile> columns = new ArrayList<>();

    @Config(
            description =
                    "How much a token of the prompt counts beside one of the answer, in [0, 1]: 0 learns answers only,"
                            + " 1 learns prompts alike.")
    private double promptWeight = 0;

    @Config(description = "Whether rows that cannot be used are left out and counted; otherwise the first one stops.")
    private boolean skipBadRows = false;

    private TokenSequenceSource() {
        super(TruncationPolicy.TRUNCATE_END);
    }

    /**
     * Creates a source.
     *
     * @param checkpoint the checkpoint directory whose tokenizer is used
     * @param conversations where the conversations come from
     * @param template how a conversation is laid out as text
     * @param maxLength the most tokens a sequence may have, at least 2
     * @param truncation what happens to longer rows
     * @throws PropertyException if the directory has no tokenizer or the length is too small
     */
    public TokenSequenceSource(
            Path checkpoint,
            ConversationSource conversations,
            PromptTemplate template,
            int maxLength,
            TruncationPolicy truncation) {
        this(checkpoint.toString(), conversations, template, maxLength, truncation);
    }

    /**
     * Creates a source.
     *
     * @param checkpoint where the checkpoint is whose tokenizer is used: a directory, or {@code
     *     hf://owner/name@revision}
     * @param conversations where the conversations come from
     * @param template how a conversation is laid out as text
     * @param maxLength the most tokens a sequence may have, at least 2
     * @param truncation what happens to longer rows
     * @throws PropertyException if the checkpoint has no tokenizer or the length is too small
     * @throws io.github.tribuollm.llm.checkpoint.CheckpointException if a hub does not give the checkpoint
     */
    public TokenSequenceSource(
            String checkpoint,
            ConversationSource conversations,
            PromptTemplate template,
            int maxLength,
            TruncationPolicy truncation) {
        super(checkpoint, maxLength, truncation);
        this.conversations = conversations;
        this.template = template;
        postConfig();
    }

    /**
     * {@return how a conversation is laid out as text}
     */
    public PromptTemplate template() {
        return template;
    }

    /**
     * The two parts of a source.
     *
     * @param train the rows to train on
     * @param heldOut the rows that are held out
     */
    public record Split(TokenSequenceSource train, TokenSequenceSource heldOut) {}

    /**
     * Splits the rows at random, see {@link ConversationSplit}. Each part can be configured, and be made again, by
     * itself.
     *
     * @param heldOut the fraction of the rows that is held out, in (0, 1); rounded to a row, at least one
     * @param seed the seed of the split
     * @return the parts
     * @throws PropertyException if the fraction is out of its range
     * @throws DataException if the source has columns from files, which are in the order of all rows
     */
    public Split split(double heldOut, long seed) {
        if (!columns.isEmpty()) {
            throw new DataException("A source with columns from files cannot be split, because a file has one row for"
                    + " each sequence; split the conversations, and make a file of columns for each part");
        }
        return new Split(
                of(new ConversationSplit(conversations, heldOut, seed, Part.TRAIN)),
                of(new ConversationSplit(conversations, heldOut, seed, Part.HELD_OUT)));
    }

    /** A copy with other rows. */
    private TokenSequenceSource of(ConversationSource rows) {
        Encoding same = encoding();
        TokenSequenceSource copy =
                new TokenSequenceSource(same.checkpoint(), rows, template, same.maxLength(), same.truncation());
        copy.columns = columns;
        copy.promptWeight = promptWeight;
        copy.skipBadRows = skipBadRows;
        return copy;
    }

    private SequenceEncoder encoder(Tokenizer tokenizer, int maxLength, TruncationPolicy truncation) {
        return new SequenceEncoder(
                tokenizer, template, new EncodingRules(maxLength, truncation, promptWeight, skipBadRows));
    }

    /**
     * This source with prompts that are learned too, more or less. Between 0 and 1 each sequence has a column {@link
     * io.github.tribuollm.objectives.token.ColumnNames#TOKEN_WEIGHT}, which every objective honours: a token of weight
     * 1/2 is half a token in its sums and in the numbers that they are divided by. Selections rank prompts like answers.
     *
     * @param newPromptWeight how much a token of the prompt counts beside one of the answer, in [0, 1]
     * @return the same source but for this
     * @throws PropertyException if the weight is out of its range
     */
    public TokenSequenceSource withPromptWeight(double newPromptWeight) {
        TokenSequenceSource copy = of(conversations);
        copy.promptWeight = newPromptWeight;
        copy.postConfig();
        return copy;
    }

    /**
     * This source with another treatment of rows that cannot be used, because they are no JSON, lack a field, or have
     * something that the layout has no place for.
     *
     * @param newSkipBadRows whether they are left out and counted; otherwise the first one stops
     * @return the same source but for this
     */
    public TokenSequenceSource withSkipBadRows(boolean newSkipBadRows) {
        TokenSequenceSource copy = of(conversations);
        copy.skipBadRows = newSkipBadRows;
        return copy;
    }

    /**
     * Checks the configuration.
     *
     * @throws PropertyException as every source does, or if the weight of prompts is out of its range
     */
    @Override
    public void postConfig() {
        super.postConfig();
        if (!(promptWeight >= 0 && promptWeight <= 1)) {
            throw new PropertyException(
                    "", "promptWeight", "The weight of prompts must lie in [0, 1], not " + promptWeight);
        }
    }

    @Override
    boolean mayLeaveOutRows() {
        return skipBadRows;
    }

    @Override
    protected EncodedConversations encode(Tokenizer tokenizer, int maxLength, TruncationPolicy truncation) {
        return withColumns(encoder(tokenizer, maxLength, truncation).encode(conversations));
    }

    @Override
    protected EncodedConversations encodeFirst(
            Tokenizer tokenizer, int maxLength, TruncationPolicy truncation, int count) {
        return columns.isEmpty()
                ? encoder(tokenizer, maxLength, truncation).encode(conversations, count)
                : encode(tokenizer, maxLength, truncation);
    }

    private EncodedConversations withColumns(EncodedConversations plain) {
        List<TokenSequence> sequences = plain.sequences();
        for (TokenColumnFile file : columns) {
            sequences = file.addTo(sequences);
        }
        return new EncodedConversations(sequences, plain.report());
    }

    @Override
    public String toString() {
        return describe(conversations + " as " + template + (columns.isEmpty() ? "" : ", columns of " + columns));
    }
}
