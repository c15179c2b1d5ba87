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
import com.google.protobuf.Int32Value;
import com.google.protobuf.InvalidProtocolBufferException;
import com.oracle.labs.mlrg.olcut.util.Pair;
import java.util.AbstractSet;
import java.util.Iterator;
import java.util.Set;
import java.util.stream.IntStream;
import org.tribuo.ImmutableOutputInfo;
import org.tribuo.MutableOutputInfo;
import org.tribuo.OutputInfo;
import org.tribuo.protos.core.OutputDomainProto;

/**
 * The output domain of a language model: every token of a vocabulary, whose id is its output id.
 *
 * <p>The domain comes from the model and not from data, so each token counts as observed once, as Tribuo does for
 * external models. Nothing is stored but the size, and that is also the serialised form. Immutable.
 */
public final class TokenInfo implements ImmutableOutputInfo<TokenOutput> {
    private static final long serialVersionUID = 1L;

    /** The version of the serialised form. */
    public static final int CURRENT_VERSION = 0;

    private final int size;

    /**
     * Creates the domain of a vocabulary.
     *
     * @param vocabularySize how many tokens the model knows, at least 1
     * @throws IllegalArgumentException if the size is not positive
     */
    public TokenInfo(int vocabularySize) {
        if (vocabularySize < 1) {
            throw new IllegalArgumentException("A vocabulary has at least one token, not " + vocabularySize);
        }
        this.size = vocabularySize;
    }

    @Override
    public int getID(TokenOutput output) {
        return output.id() < size ? output.id() : -1;
    }

    @Override
    public TokenOutput getOutput(int id) {
        return id < 0 || id >= size ? null : new TokenOutput(id);
    }

    @Override
    public long getTotalObservations() {
        return size;
    }

    @Override
    public boolean domainAndIDEquals(ImmutableOutputInfo<TokenOutput> other) {
        return equals(other);
    }

    /**
     * {@return the tokens, made as they are asked for}
     */
    @Override
    public Set<TokenOutput> getDomain() {
        return new Domain();
    }

    @Override
    public int size() {
        return size;
    }

    @Override
    public int getUnknownCount() {
        return 0;
    }

    @Override
    public ImmutableOutputInfo<TokenOutput> generateImmutableOutputInfo() {
        return this;
    }

    /**
     * {@return a mutable domain that has observed every token once; it takes memory for each of them}
     */
    @Override
    public MutableOutputInfo<TokenOutput> generateMutableOutputInfo() {
        MutableTokenInfo info = new MutableTokenInfo();
        getDomain().forEach(info::observe);
        return info;
    }

    @Override
    public OutputInfo<TokenOutput> copy() {
        return this;
    }

    @Override
    public String toReadableString() {
        return toString();
    }

    @Override
    public Iterable<Pair<String, Long>> outputCountsIterable() {
        return () -> IntStream.range(0, size)
                .mapToObj(id -> new Pair<>(Integer.toString(id), 1L))
                .iterator();
    }

    @Override
    public Iterator<Pair<Integer, TokenOutput>> iterator() {
        return IntStream.range(0, size)
                .mapToObj(id -> new Pair<>(id, new TokenOutput(id)))
                .iterator();
    }

    /**
     * Reads the serialised form.
     *
     * @param version the version of the form
     * @param className the class that wrote it
     * @param message an {@link Int32Value} with the vocabulary's size
     * @return the domain
     * @throws InvalidProtocolBufferException if the message cannot be parsed
     * @throws IllegalArgumentException if the version is unknown or the size is not positive
     */
    public static TokenInfo deserializeFromProto(int version, String className, Any message)
            throws InvalidProtocolBufferException {
        SerializedVersion.check(version, CURRENT_VERSION, className);
        return new TokenInfo(message.unpack(Int32Value.class).getValue());
    }

    @Override
    public OutputDomainProto serialize() {
        return OutputDomainProto.newBuilder()
                .setVersion(CURRENT_VERSION)
                .setClassName(TokenInfo.class.getName())
                .setSerializedData(Any.pack(Int32Value.of(size)))
                .build();
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof TokenInfo that && size == that.size;
    }

    @Override
    public int hashCode() {
        return Integer.hashCode(size);
    }

    @Override
    public String toString() {
        return "TokenInfo(vocabularySize=" + size + ")";
    }

    private final class Domain extends AbstractSet<TokenOutput> {
        @Override
        public Iterator<TokenOutput> iterator() {
            return IntStream.range(0, size).mapToObj(TokenOutput::new).iterator();
        }

        @Override
        public boolean contains(Object o) {
            return o instanceof TokenOutput token && getID(token) >= 0;
        }

        @Override
        public int size() {
            return size;
        }
    }
}
