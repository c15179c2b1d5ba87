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

import com.google.protobuf.Any;
import com.google.protobuf.InvalidProtocolBufferException;
import io.github.tribuollm.llm.data.DataException;
import io.github.tribuollm.llm.data.EncodingReport;
import io.github.tribuollm.llm.data.TokenSequence;
import io.github.tribuollm.llm.progress.Numbers;
import java.util.AbstractList;
import java.util.ArrayList;
import java.util.List;
import java.util.RandomAccess;
import org.tribuo.Tribuo;
import org.tribuo.impl.DatasetDataCarrier;
import org.tribuo.protos.core.ImmutableSequenceDatasetProto;
import org.tribuo.protos.core.SequenceDatasetProto;
import org.tribuo.protos.core.SequenceExampleProto;
import org.tribuo.provenance.DataProvenance;
import org.tribuo.sequence.ImmutableSequenceDataset;
import org.tribuo.sequence.SequenceDataset;
import org.tribuo.sequence.SequenceExample;

/**
 * Token sequences as a Tribuo data set that takes four to five bytes a token: Tribuo's examples are views over the
 * arrays. Its domains are the model's vocabulary. Immutable.
 *
 * <p>Code that trains reads {@link #sequences()}; reading the same tokens as features is hundreds of times slower.
 */
public final class TokenSequenceDataset extends ImmutableSequenceDataset<TokenOutput> {
    private static final long serialVersionUID = 1L;

    /** The version of the serialised form. */
    public static final int CURRENT_VERSION = 0;

    private transient EncodingReport report;

    /**
     * Encodes the rows of a source.
     *
     * @param source the source
     * @throws DataException if a row cannot be used
     */
    public TokenSequenceDataset(TokenSource source) {
        this(
                examples(source.sequences(), source.vocabularySize(), source.decoder()),
                source.vocabularySize(),
                source.getProvenance(),
                Tribuo.VERSION);
        report = source.report();
    }

    /**
     * Creates a data set over sequences, which are not copied.
     *
     * @param sequences the sequences, at least one
     * @param vocabularySize how many tokens the model knows
     * @param provenance where the sequences came from
     * @throws DataException if a token is not in the vocabulary or there is no sequence
     */
    public TokenSequenceDataset(List<TokenSequence> sequences, int vocabularySize, DataProvenance provenance) {
        this(examples(sequences, vocabularySize, decoder(provenance)), vocabularySize, provenance, Tribuo.VERSION);
    }

    private TokenSequenceDataset(
            List<SequenceExample<TokenOutput>> examples,
            int vocabularySize,
            DataProvenance provenance,
            String version) {
        super(
                provenance,
                new TokenFactory(),
                version,
                new VocabularyFeatureMap(vocabularySize),
                new TokenInfo(vocabularySize),
                examples);
    }

    /**
     * Any data set of token examples as one of token sequences: position i has token i as its feature, the next token
     * as its output, and the weight 1 where the loss of the next token counts, else 0.
     *
     * @param data the data set, which is returned itself if it is one of token sequences
     * @param vocabularySize how many tokens the model knows, for data sets that do not say
     * @throws DataException naming the example that is no token sequence
     */
    public static TokenSequenceDataset of(SequenceDataset<TokenOutput> data, int vocabularySize) {
        if (data instanceof TokenSequenceDataset own) {
            return own;
        }
        List<TokenSequence> sequences = new ArrayList<>(data.size());
        for (SequenceExample<TokenOutput> example : data) {
            sequences.add(TokenExamples.sequence(example, "example " + sequences.size()));
        }
        return new TokenSequenceDataset(sequences, vocabularySize, data.getSourceProvenance());
    }

    /** The tokenizer that the sequences were made with, where it still is in a local directory. */
    private static TokenDecoder decoder(DataProvenance provenance) {
        return provenance instanceof TokenSequenceSourceProvenance source
                ? source.localTokenizer().map(TokenDecoder::of).orElse(TokenDecoder.IDS)
                : TokenDecoder.IDS;
    }

    private static List<SequenceExample<TokenOutput>> examples(
            List<TokenSequence> sequences, int vocabularySize, TokenDecoder decoder) {
        if (sequences.isEmpty()) {
            throw new DataException("A data set needs at least one sequence");
        }
        List<SequenceExample<TokenOutput>> examples = new ArrayList<>(sequences.size());
        for (TokenSequence sequence : sequences) {
            sequence.requireVocabulary(vocabularySize);
            examples.add(new TokenSequenceExample(sequence, decoder));
        }
        return examples;
    }

    /**
     * {@return the sequences themselves, in order: an unmodifiable view}
     */
    public List<TokenSequence> sequences() {
        return new Sequences();
    }

    /**
     * {@return how many tokens the sequences have}
     */
    public long tokens() {
        return sequences().stream().mapToLong(TokenSequence::length).sum();
    }

    /**
     * {@return how many tokens are targets whose loss counts}
     */
    public long completionTokens() {
        return sequences().stream().mapToLong(TokenSequence::completionTokens).sum();
    }

    /**
     * {@return how many tokens the model knows}
     */
    public int vocabularySize() {
        return outputIDInfo.size();
    }

    /**
     * Reads the serialised form.
     *
     * @param version the version of the form
     * @param className the class that wrote it
     * @param message an {@link ImmutableSequenceDatasetProto} whose examples are token sequences
     * @return the data set
     * @throws InvalidProtocolBufferException if the message cannot be parsed
     * @throws IllegalArgumentException if the version is unknown
     * @throws IllegalStateException if the message holds something else than token sequences
     */
    public static TokenSequenceDataset deserializeFromProto(int version, String className, Any message)
            throws InvalidProtocolBufferException {
        SerializedVersion.check(version, CURRENT_VERSION, className);
        ImmutableSequenceDatasetProto proto = message.unpack(ImmutableSequenceDatasetProto.class);
        DatasetDataCarrier<?> carrier = DatasetDataCarrier.deserialize(proto.getMetadata());
        if (!(carrier.outputDomain() instanceof TokenInfo info)) {
            throw new IllegalStateException("Invalid protobuf, the output domain is no vocabulary: "
                    + carrier.outputDomain().getClass());
        }
        List<TokenSequence> sequences = new ArrayList<>(proto.getExamplesCount());
        for (SequenceExampleProto example : proto.getExamplesList()) {
            if (!(SequenceExample.deserialize(example) instanceof TokenSequenceExample tokens)) {
                throw new IllegalStateException("Invalid protobuf, example " + sequences.size() + " has no tokens");
            }
            sequences.add(tokens.sequence());
        }
        DataProvenance provenance = carrier.provenance();
        return new TokenSequenceDataset(
                examples(sequences, info.size(), decoder(provenance)),
                info.size(),
                provenance,
                carrier.tribuoVersion());
    }

    @Override
    public SequenceDatasetProto serialize() {
        ImmutableSequenceDatasetProto.Builder proto = ImmutableSequenceDatasetProto.newBuilder()
                .setMetadata(createDataCarrier(featureIDMap, outputIDInfo).serialize());
        data.forEach(example -> proto.addExamples(example.serialize()));
        return SequenceDatasetProto.newBuilder()
                .setVersion(CURRENT_VERSION)
                .setClassName(TokenSequenceDataset.class.getName())
                .setSerializedData(Any.pack(proto.build()))
                .build();
    }

    /** {@return how many tokens the longest sequence has} */
    public int longest() {
        return sequences().stream().mapToInt(TokenSequence::length).max().orElse(0);
    }

    /** {@return the counts in a line, and in another those of the rows that were truncated or dropped, where known} */
    @Override
    public String toString() {
        String counts = "TokenSequenceDataset: " + Numbers.counted(size(), "sequence") + ", "
                + Numbers.counted(tokens(), "token") + ", " + Numbers.grouped(completionTokens())
                + " of them learned, the longest sequence has " + Numbers.grouped(longest()) + ", vocabulary of "
                + Numbers.grouped(vocabularySize());
        return report == null ? counts : counts + "\n" + rows(report);
    }

    private static String rows(EncodingReport report) {
        return "of " + Numbers.counted(report.rows(), "row") + " " + Numbers.grouped(report.truncated())
                + " truncated, " + Numbers.grouped(report.dropped()) + " dropped"
                + (report.dropped() == 0
                        ? ""
                        : " (" + Numbers.grouped(report.tooLong()) + " too long, "
                                + Numbers.grouped(report.completionLost()) + " whose answer was truncated away, "
                                + Numbers.grouped(report.withoutCompletion()) + " without an answer)");
    }

    private final class Sequences extends AbstractList<TokenSequence> implements RandomAccess {
        @Override
        public TokenSequence get(int i) {
            return ((TokenSequenceExample) data.get(i)).sequence();
        }

        @Override
        public int size() {
            return data.size();
        }
    }
}
