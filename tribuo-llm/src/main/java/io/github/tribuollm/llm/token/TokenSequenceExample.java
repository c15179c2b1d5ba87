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
import com.google.protobuf.ByteString;
import com.google.protobuf.BytesValue;
import com.google.protobuf.CodedInputStream;
import com.google.protobuf.CodedOutputStream;
import com.google.protobuf.InvalidProtocolBufferException;
import io.github.tribuollm.llm.checkpoint.CheckpointException;
import io.github.tribuollm.llm.data.TokenSequence;
import io.github.tribuollm.llm.progress.Numbers;
import java.io.IOException;
import java.io.Serializable;
import java.io.UncheckedIOException;
import java.util.AbstractList;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.RandomAccess;
import java.util.TreeMap;
import org.tribuo.Example;
import org.tribuo.Feature;
import org.tribuo.FeatureMap;
import org.tribuo.protos.core.SequenceExampleProto;
import org.tribuo.sequence.SequenceExample;
import org.tribuo.util.Merger;

/**
 * A {@link TokenSequence} as a Tribuo sequence of n - 1 positions, where n is the number of tokens. Position i has
 * token i as its feature, token i + 1 as its output, and the weight 1 where the loss of token i + 1 counts, else 0.
 *
 * <p>The positions are made as they are asked for; code that trains reads {@link #sequence()} instead. Unmodifiable.
 */
public final class TokenSequenceExample extends SequenceExample<TokenOutput> {
    private static final long serialVersionUID = 1L;

    /** The version of the serialised form. */
    public static final int CURRENT_VERSION = 1;

    private final TokenSequence sequence;
    private final transient TokenDecoder decoder;

    /**
     * Creates a view of a sequence, which shows ids as its text.
     *
     * @param sequence the sequence, which is not copied
     */
    public TokenSequenceExample(TokenSequence sequence) {
        this(sequence, TokenDecoder.IDS);
    }

    /**
     * Creates a view of a sequence.
     *
     * @param sequence the sequence, which is not copied
     * @param decoder gives its text; no part of the example's identity, and not serialised
     */
    public TokenSequenceExample(TokenSequence sequence, TokenDecoder decoder) {
        super(new Positions(sequence), sequence.weight());
        this.sequence = sequence;
        this.decoder = decoder;
    }

    /**
     * {@return all of the text, with the learned parts between \u27e6 and \u27e7; ids where no tokenizer is known}
     *
     * @throws io.github.tribuollm.llm.checkpoint.CheckpointException if the tokenizer cannot be read
     */
    public String text() {
        return marked(decoder()).whole();
    }

    private TokenDecoder decoder() {
        return decoder == null ? TokenDecoder.IDS : decoder; // null after Java's own deserialisation
    }

    private MarkedText marked(TokenDecoder texts) {
        return new MarkedText(texts.texts(sequence.tokens()), sequence.completion());
    }

    /** The text in one line; ids where the tokenizer cannot be read any more or is another model's. */
    private String brief() {
        try {
            return marked(decoder()).brief();
        } catch (CheckpointException | IllegalArgumentException e) {
            return marked(TokenDecoder.IDS).brief();
        }
    }

    /**
     * {@return the tokens and the mask themselves}
     */
    public TokenSequence sequence() {
        return sequence;
    }

    @Override
    public boolean validateExample() {
        return true;
    }

    @Override
    public void canonicalise(FeatureMap map) {}

    @Override
    public void reduceByName(Merger merger) {}

    /**
     * Refuses: the document's weight is part of its sequence.
     *
     * @param weight ignored
     * @throws UnsupportedOperationException always
     */
    @Override
    public void setWeight(float weight) {
        throw new UnsupportedOperationException("Make another TokenSequence with the weight " + weight);
    }

    /**
     * Refuses: a token sequence has no other features than its tokens.
     *
     * @param features ignored
     * @throws UnsupportedOperationException always
     */
    @Override
    public void removeFeatures(List<Feature> features) {
        throw new UnsupportedOperationException("Tokens cannot be removed; make another TokenSequence");
    }

    /**
     * {@return a view of the same sequence, which is immutable}
     */
    @Override
    public SequenceExample<TokenOutput> copy() {
        return new TokenSequenceExample(sequence, decoder());
    }

    /**
     * Reads the serialised form.
     *
     * @param version the version of the form
     * @param className the class that wrote it
     * @param message a {@link BytesValue} with the origin, the weight, the tokens, since version 1 the columns, and the
     *     lengths of the mask's runs
     * @return the sequence
     * @throws InvalidProtocolBufferException if the message cannot be parsed
     * @throws IllegalArgumentException if the version is unknown or the sequence is not valid
     */
    public static TokenSequenceExample deserializeFromProto(int version, String className, Any message)
            throws InvalidProtocolBufferException {
        SerializedVersion.check(version, CURRENT_VERSION, className);
        ByteString bytes = message.unpack(BytesValue.class).getValue();
        try {
            return new TokenSequenceExample(read(bytes.newCodedInput(), bytes.size(), version));
        } catch (InvalidProtocolBufferException e) {
            throw e;
        } catch (IOException e) {
            throw new InvalidProtocolBufferException(e);
        }
    }

    private static TokenSequence read(CodedInputStream in, int bytes, int version) throws IOException {
        String origin = in.readString();
        float weight = in.readFloat();
        int length = in.readUInt32();
        if (length < 0 || length > bytes) { // a token takes at least a byte
            throw new IllegalArgumentException("Invalid protobuf, " + length + " tokens in " + bytes + " bytes");
        }
        int[] tokens = new int[length];
        for (int i = 0; i < length; i++) {
            tokens[i] = in.readUInt32();
        }
        Map<String, float[]> columns = version == 0 ? Map.of() : columns(in, length);
        BitSet completion = new BitSet(length);
        int at = 0;
        for (boolean set = false; !in.isAtEnd(); set = !set) {
            int end = Math.addExact(at, in.readUInt32());
            if (end < at || end > length) {
                throw new IllegalArgumentException("Invalid protobuf, the mask of " + origin + " is out of its tokens");
            }
            completion.set(at, end, set);
            at = end;
        }
        return new TokenSequence(tokens, completion, weight, origin, columns);
    }

    private static Map<String, float[]> columns(CodedInputStream in, int length) throws IOException {
        Map<String, float[]> columns = new TreeMap<>();
        for (int left = in.readUInt32(); left != 0; left--) {
            String name = in.readString();
            float[] values = new float[length];
            for (int i = 0; i < length; i++) {
                values[i] = in.readFloat();
            }
            columns.put(name, values);
        }
        return columns;
    }

    @Override
    public SequenceExampleProto serialize() {
        ByteString.Output bytes = ByteString.newOutput();
        CodedOutputStream out = CodedOutputStream.newInstance(bytes);
        try {
            write(out);
            out.flush();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return SequenceExampleProto.newBuilder()
                .setVersion(CURRENT_VERSION)
                .setClassName(TokenSequenceExample.class.getName())
                .setSerializedData(Any.pack(BytesValue.of(bytes.toByteString())))
                .build();
    }

    private void write(CodedOutputStream out) throws IOException {
        out.writeStringNoTag(sequence.origin());
        out.writeFloatNoTag(sequence.weight());
        out.writeUInt32NoTag(sequence.length());
        for (int token : sequence.tokens()) {
            out.writeUInt32NoTag(token);
        }
        out.writeUInt32NoTag(sequence.columns().size());
        for (Map.Entry<String, float[]> column : sequence.columns().entrySet()) {
            out.writeStringNoTag(column.getKey());
            for (float value : column.getValue()) {
                out.writeFloatNoTag(value);
            }
        }
        BitSet completion = sequence.completion();
        int at = 0;
        for (boolean set = false; at < completion.length(); set = !set) {
            int end = set ? completion.nextClearBit(at) : completion.nextSetBit(at);
            out.writeUInt32NoTag(end - at);
            at = end;
        }
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof TokenSequenceExample that && sequence.equals(that.sequence);
    }

    @Override
    public int hashCode() {
        return sequence.hashCode();
    }

    /** {@return where it comes from, its counts, and its text with the learned parts marked, shortened to a line} */
    @Override
    public String toString() {
        return sequence.origin() + " (" + Numbers.counted(sequence.length(), "token") + ", "
                + Numbers.grouped(sequence.completionTokens()) + " learned"
                + (sequence.weight() == 1 ? "" : ", weight " + sequence.weight())
                + (sequence.columns().isEmpty()
                        ? ""
                        : ", columns " + String.join(", ", sequence.columns().keySet()))
                + "): " + brief();
    }

    private static final class Positions extends AbstractList<Example<TokenOutput>>
            implements RandomAccess, Serializable {
        private static final long serialVersionUID = 1L;

        private final TokenSequence sequence;

        Positions(TokenSequence sequence) {
            this.sequence = sequence;
        }

        @Override
        public Example<TokenOutput> get(int i) {
            int[] tokens = sequence.tokens();
            return new TokenExample(
                    tokens[i], tokens[i + 1], sequence.completion().get(i + 1) ? 1 : 0);
        }

        @Override
        public int size() {
            return sequence.length() - 1;
        }
    }
}
