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
import com.oracle.labs.mlrg.olcut.util.Pair;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.tribuo.ImmutableOutputInfo;
import org.tribuo.MutableOutputInfo;
import org.tribuo.OutputInfo;
import org.tribuo.protos.core.CategoricalInfoProto;
import org.tribuo.protos.core.OutputDomainProto;

/**
 * Counts observed tokens, for Tribuo's own mutable data sets. Its immutable form is the smallest vocabulary that holds
 * them all, so that ids stay token ids.
 */
final class MutableTokenInfo implements MutableOutputInfo<TokenOutput> {
    private static final long serialVersionUID = 1L;
    static final int CURRENT_VERSION = 0;

    private final TreeMap<Integer, Long> counts = new TreeMap<>();
    private int unknown;

    MutableTokenInfo() {}

    private MutableTokenInfo(MutableTokenInfo other) {
        counts.putAll(other.counts);
        unknown = other.unknown;
    }

    @Override
    public void observe(TokenOutput output) {
        if (output.id() == TokenOutput.UNKNOWN_ID) {
            unknown++;
        } else {
            counts.merge(output.id(), 1L, Long::sum);
        }
    }

    @Override
    public void clear() {
        counts.clear();
        unknown = 0;
    }

    @Override
    public Set<TokenOutput> getDomain() {
        Set<TokenOutput> domain = new HashSet<>();
        counts.keySet().forEach(id -> domain.add(new TokenOutput(id)));
        return domain;
    }

    @Override
    public int size() {
        return counts.size();
    }

    @Override
    public int getUnknownCount() {
        return unknown;
    }

    @Override
    public ImmutableOutputInfo<TokenOutput> generateImmutableOutputInfo() {
        if (counts.isEmpty()) {
            throw new IllegalStateException("No token was observed, so there is no vocabulary");
        }
        return new TokenInfo(counts.lastKey() + 1);
    }

    @Override
    public MutableOutputInfo<TokenOutput> generateMutableOutputInfo() {
        return new MutableTokenInfo(this);
    }

    @Override
    public OutputInfo<TokenOutput> copy() {
        return new MutableTokenInfo(this);
    }

    @Override
    public String toReadableString() {
        return counts.toString();
    }

    @Override
    public Iterable<Pair<String, Long>> outputCountsIterable() {
        return counts.entrySet().stream()
                .map(e -> new Pair<>(Integer.toString(e.getKey()), e.getValue()))
                .toList();
    }

    static MutableTokenInfo deserializeFromProto(int version, String className, Any message)
            throws InvalidProtocolBufferException {
        SerializedVersion.check(version, CURRENT_VERSION, className);
        CategoricalInfoProto proto = message.unpack(CategoricalInfoProto.class);
        if (proto.getKeyCount() != proto.getValueCount()) {
            throw new IllegalStateException(
                    "Invalid protobuf, " + proto.getKeyCount() + " tokens have " + proto.getValueCount() + " counts");
        }
        MutableTokenInfo info = new MutableTokenInfo();
        info.unknown = proto.getCount();
        for (int i = 0; i < proto.getKeyCount(); i++) {
            info.counts.put(new TokenOutput((int) proto.getKey(i)).id(), proto.getValue(i));
        }
        return info;
    }

    /** The message holds the ids as keys, how often each was seen as values, and the unknown tokens as the count. */
    @Override
    public OutputDomainProto serialize() {
        CategoricalInfoProto.Builder proto = CategoricalInfoProto.newBuilder().setCount(unknown);
        for (Map.Entry<Integer, Long> entry : counts.entrySet()) {
            proto.addKey(entry.getKey()).addValue(entry.getValue());
        }
        return OutputDomainProto.newBuilder()
                .setVersion(CURRENT_VERSION)
                .setClassName(MutableTokenInfo.class.getName())
                .setSerializedData(Any.pack(proto.build()))
                .build();
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof MutableTokenInfo that && unknown == that.unknown && counts.equals(that.counts);
    }

    @Override
    public int hashCode() {
        return counts.hashCode() * 31 + unknown;
    }

    @Override
    public String toString() {
        return "MutableTokenInfo(observed=" + counts.size() + ",unknown=" + unknown + ")";
    }
}
