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
import com.oracle.labs.mlrg.olcut.config.Configurable;
import com.oracle.labs.mlrg.olcut.config.PropertyException;
import io.github.tribuollm.llm.checkpoint.CheckpointConfig;
import io.github.tribuollm.llm.checkpoint.CheckpointFiles;
import io.github.tribuollm.llm.checkpoint.Tokenizer;
import io.github.tribuollm.llm.data.DataException;
import io.github.tribuollm.llm.data.EncodedConversations;
import io.github.tribuollm.llm.data.EncodingReport;
import io.github.tribuollm.llm.data.TokenSequence;
import io.github.tribuollm.llm.data.TruncationPolicy;
import io.github.tribuollm.llm.hub.CheckpointLocation;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.List;
import org.tribuo.OutputFactory;
import org.tribuo.sequence.SequenceDataSource;
import org.tribuo.sequence.SequenceExample;

/**
 * Token sequences of a checkpoint's vocabulary. A subclass says how its rows are encoded.
 *
 * <p>The rows are encoded once, on the first call that needs them, and kept.
 */
public abstract class TokenSource implements SequenceDataSource<TokenOutput>, Configurable {
    @Config(
            mandatory = true,
            description =
                    "The Hugging Face checkpoint whose tokenizer is used: a directory or hf://owner/name@revision.")
    private String checkpoint;

    @Config(description = "The most tokens a sequence may have.")
    private int maxLength = 1024;

    @Config(description = "What happens to longer rows: TRUNCATE_END, DROP, FAIL or SPLIT.")
    private TruncationPolicy truncation;

    private Path directory;
    private EncodedConversations encoded;
    private TokenSequenceSourceProvenance provenance;
    private TokenDecoder decoder;

    /**
     * For OLCUT, which sets the fields and calls {@link #postConfig()}.
     *
     * @param truncation what happens to longer rows, if the configuration does not say
     */
    protected TokenSource(TruncationPolicy truncation) {
        this.truncation = truncation;
    }

    /**
     * Creates a source; the subclass's constructor ends with {@link #postConfig()}.
     *
     * @param checkpoint where the checkpoint is whose tokenizer is used: a directory, or {@code
     *     hf://owner/name@revision}
     * @param maxLength the most tokens a sequence may have, at least 2
     * @param truncation what happens to longer rows
     */
    protected TokenSource(String checkpoint, int maxLength, TruncationPolicy truncation) {
        this.checkpoint = checkpoint;
        this.maxLength = maxLength;
        this.truncation = truncation;
    }

    /**
     * Finds the checkpoint, downloading it where need be, and checks the configuration. From then on a revision in a
     * hub is its commit.
     *
     * @throws PropertyException if the checkpoint has no tokenizer or the length is too small
     * @throws io.github.tribuollm.llm.checkpoint.CheckpointException if a hub does not give the checkpoint
     */
    @Override
    public void postConfig() {
        CheckpointLocation location = CheckpointLocation.of(checkpoint);
        checkpoint = location.name();
        directory = location.place();
        CheckpointFiles files = CheckpointFiles.of(directory);
        if (!files.has(Tokenizer.FILE)) {
            throw new PropertyException(
                    "",
                    "checkpoint",
                    "There is no file " + files.path(Tokenizer.FILE).toAbsolutePath());
        }
        if (maxLength < 2) {
            throw new PropertyException("", "maxLength", "A sequence has at least 2 tokens, not " + maxLength);
        }
    }

    /**
     * Encodes the rows.
     *
     * @param tokenizer the checkpoint's, closed afterwards
     * @param maxLength the most tokens a sequence may have
     * @param truncation what happens to longer rows
     * @return the sequences, in the order of their rows
     * @throws DataException if a row cannot be used or no row is left
     */
    protected abstract EncodedConversations encode(Tokenizer tokenizer, int maxLength, TruncationPolicy truncation);

    /**
     * Encodes rows until there are enough sequences. By default all are encoded.
     *
     * @param tokenizer the checkpoint's, closed afterwards
     * @param maxLength the most tokens a sequence may have
     * @param truncation what happens to longer rows
     * @param count how many sequences are enough
     * @return at least so many sequences, if there are
     * @throws DataException if a row cannot be used or no row is left
     */
    protected EncodedConversations encodeFirst(
            Tokenizer tokenizer, int maxLength, TruncationPolicy truncation, int count) {
        return encode(tokenizer, maxLength, truncation);
    }

    private synchronized EncodedConversations encoded() {
        if (encoded == null) {
            try (Tokenizer tokenizer = Tokenizer.open(directory)) {
                encoded = encode(tokenizer, maxLength, truncation);
            }
        }
        return encoded;
    }

    /**
     * The checkpoint by the name that finds it again, and what is done with long rows: what a similar source is made
     * with.
     */
    record Encoding(String checkpoint, int maxLength, TruncationPolicy truncation) {}

    /** Whether rows may be left out that cannot be used, so that provenance counts them. */
    boolean mayLeaveOutRows() {
        return false;
    }

    /** What happens to longer rows. */
    final TruncationPolicy truncation() {
        return truncation;
    }

    final Encoding encoding() {
        return new Encoding(checkpoint, maxLength, truncation);
    }

    /** {@return the checkpoint's tokenizer, to show texts} */
    public final synchronized TokenDecoder decoder() {
        if (decoder == null) {
            decoder = TokenDecoder.of(directory);
        }
        return decoder;
    }

    /** {@return the checkpoint directory whose tokenizer is used} */
    public final Path checkpoint() {
        return directory;
    }

    /**
     * {@return the sequences, in the order of their rows}
     *
     * @throws DataException if a row cannot be used or no row is left
     * @throws io.github.tribuollm.llm.checkpoint.CheckpointException if the tokenizer cannot be read
     */
    public final List<TokenSequence> sequences() {
        return encoded().sequences();
    }

    /**
     * The first sequences, for which no more rows are encoded than it takes, where the source can.
     *
     * @param count how many
     * @return at most so many sequences, in the order of their rows
     * @throws DataException if a row cannot be used or no row is left
     */
    public final synchronized List<TokenSequence> first(int count) {
        if (encoded != null) {
            return encoded.sequences().stream().limit(count).toList();
        }
        try (Tokenizer tokenizer = Tokenizer.open(directory)) {
            return encodeFirst(tokenizer, maxLength, truncation, count).sequences().stream()
                    .limit(count)
                    .toList();
        }
    }

    /**
     * {@return what became of the rows}
     *
     * @throws DataException if a row cannot be used or no row is left
     * @throws io.github.tribuollm.llm.checkpoint.CheckpointException if the tokenizer cannot be read
     */
    public final EncodingReport report() {
        return encoded().report();
    }

    /**
     * {@return how many tokens the checkpoint's model knows, by its config.json}
     *
     * @throws io.github.tribuollm.llm.checkpoint.CheckpointException if config.json cannot be read
     */
    public final int vocabularySize() {
        return CheckpointConfig.ofCheckpoint(directory).integer("vocab_size");
    }

    /** {@return the configuration, the rows' provenance and the hash of the tokenizer, computed once} */
    @Override
    public final synchronized TokenSequenceSourceProvenance getProvenance() {
        if (provenance == null) {
            provenance = new TokenSequenceSourceProvenance(this);
        }
        return provenance;
    }

    @Override
    public final OutputFactory<TokenOutput> getOutputFactory() {
        return new TokenFactory();
    }

    @Override
    public final Iterator<SequenceExample<TokenOutput>> iterator() {
        return sequences().stream()
                .<SequenceExample<TokenOutput>>map(sequence -> new TokenSequenceExample(sequence, decoder()))
                .iterator();
    }

    /**
     * The fields of all sources about those of a subclass.
     *
     * @param rows the subclass's fields
     * @return the text of {@link #toString()}
     */
    protected final String describe(String rows) {
        return getClass().getSimpleName() + "(" + rows + ", tokenizer of " + checkpoint + ", at most " + maxLength
                + " tokens, " + truncation + ")";
    }
}
