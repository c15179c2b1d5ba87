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
import java.util.AbstractSet;
import java.util.Iterator;
import java.util.Set;
import java.util.stream.IntStream;
import org.tribuo.FeatureMap;
import org.tribuo.ImmutableFeatureMap;
import org.tribuo.RealIDInfo;
import org.tribuo.VariableIDInfo;
import org.tribuo.VariableInfo;
import org.tribuo.protos.core.FeatureDomainProto;

/**
 * The feature domain of a language model: one feature for every token of a vocabulary, whose id is the token id.
 *
 * <p>A feature's name is {@code t:} and the id in seven digits, so that the order of the names is the order of the ids.
 * Nothing is stored but the size, and that is also the serialised form. Immutable.
 */
public final class VocabularyFeatureMap extends ImmutableFeatureMap {
    private static final long serialVersionUID = 1L;

    /** The version of the serialised form. */
    public static final int CURRENT_VERSION = 0;

    /** The most tokens a vocabulary may have, so that names have seven digits. */
    public static final int MAX_SIZE = 10_000_000;

    private static final String PREFIX = "t:";
    private static final int NAME_LENGTH = 9;

    /**
     * Creates the domain of a vocabulary.
     *
     * @param vocabularySize how many tokens the model knows, from 1 to {@link #MAX_SIZE}
     * @throws IllegalArgumentException if the size is out of its range
     */
    public VocabularyFeatureMap(int vocabularySize) {
        if (vocabularySize < 1 || vocabularySize > MAX_SIZE) {
            throw new IllegalArgumentException(
                    "A vocabulary has from 1 to " + MAX_SIZE + " tokens, not " + vocabularySize);
        }
        this.size = vocabularySize;
    }

    /**
     * Names the feature of a token.
     *
     * @param token the token id, from 0 to {@code MAX_SIZE - 1}
     * @return the name, such as {@code t:0000042}
     */
    public static String name(int token) {
        char[] name = {'t', ':', '0', '0', '0', '0', '0', '0', '0'};
        for (int i = NAME_LENGTH - 1, rest = token; rest > 0; rest /= 10, i--) {
            name[i] = (char) ('0' + rest % 10);
        }
        return new String(name);
    }

    /** The token of a feature's name; -1 if it is the name of no token. */
    static int token(String name) {
        if (name == null || name.length() != NAME_LENGTH || !name.startsWith(PREFIX)) {
            return -1;
        }
        int id = 0;
        for (int i = PREFIX.length(); i < NAME_LENGTH; i++) {
            int digit = name.charAt(i) - '0';
            if (digit < 0 || digit > 9) {
                return -1;
            }
            id = 10 * id + digit;
        }
        return id;
    }

    @Override
    public int getID(String name) {
        int id = token(name);
        return id < size ? id : -1;
    }

    @Override
    public VariableIDInfo get(int id) {
        if (id < 0 || id >= size) {
            return null;
        }
        return new RealIDInfo(name(id), 1, 1, 1, 1, 0, id); // one observation of the value 1
    }

    @Override
    public VariableIDInfo get(String name) {
        return get(getID(name));
    }

    /**
     * {@return the names in the order of the ids, made as they are asked for}
     */
    @Override
    public Set<String> keySet() {
        return new Names();
    }

    @Override
    public Iterator<VariableInfo> iterator() {
        return IntStream.range(0, size).<VariableInfo>mapToObj(this::get).iterator();
    }

    @Override
    public boolean domainEquals(FeatureMap other) {
        return other instanceof VocabularyFeatureMap
                ? other.size() == size
                : other.size() == size && keySet().stream().allMatch(name -> other.get(name) != null);
    }

    /**
     * Reads the serialised form.
     *
     * @param version the version of the form
     * @param className the class that wrote it
     * @param message an {@link Int32Value} with the vocabulary's size
     * @return the domain
     * @throws InvalidProtocolBufferException if the message cannot be parsed
     * @throws IllegalArgumentException if the version is unknown or the size is out of its range
     */
    public static VocabularyFeatureMap deserializeFromProto(int version, String className, Any message)
            throws InvalidProtocolBufferException {
        SerializedVersion.check(version, CURRENT_VERSION, className);
        return new VocabularyFeatureMap(message.unpack(Int32Value.class).getValue());
    }

    @Override
    public FeatureDomainProto serialize() {
        return FeatureDomainProto.newBuilder()
                .setVersion(CURRENT_VERSION)
                .setClassName(VocabularyFeatureMap.class.getName())
                .setSerializedData(Any.pack(Int32Value.of(size)))
                .build();
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof VocabularyFeatureMap that && size == that.size;
    }

    @Override
    public int hashCode() {
        return Integer.hashCode(size);
    }

    @Override
    public String toString() {
        return "VocabularyFeatureMap(vocabularySize=" + size + ")";
    }

    @Override
    public String toReadableString() {
        return toString();
    }

    private final class Names extends AbstractSet<String> {
        @Override
        public Iterator<String> iterator() {
            return IntStream.range(0, VocabularyFeatureMap.this.size)
                    .mapToObj(VocabularyFeatureMap::name)
                    .iterator();
        }

        @Override
        public boolean contains(Object o) {
            return o instanceof String name && getID(name) >= 0;
        }

        @Override
        public int size() {
            return VocabularyFeatureMap.this.size;
        }
    }
}
