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

import java.util.Collection;
import java.util.Iterator;
import java.util.List;
import org.tribuo.Example;
import org.tribuo.Feature;
import org.tribuo.FeatureMap;
import org.tribuo.impl.ArrayExample;
import org.tribuo.protos.core.ExampleProto;
import org.tribuo.util.Merger;

/**
 * One position of a token sequence as Tribuo sees it: the feature is the token that is read, the output the token that
 * follows, the weight 1 where its loss counts and 0 elsewhere. Made on demand and unmodifiable.
 */
public final class TokenExample extends Example<TokenOutput> {
    private static final long serialVersionUID = 1L;

    private final int token;

    public TokenExample(int token, int following, float weight) {
        super(new TokenOutput(following), weight);
        this.token = token;
    }

    private Feature feature() {
        return new Feature(VocabularyFeatureMap.name(token), 1.0);
    }

    @Override
    public Iterator<Feature> iterator() {
        return List.of(feature()).iterator();
    }

    @Override
    public int size() {
        return 1;
    }

    @Override
    public boolean validateExample() {
        return true;
    }

    @Override
    public boolean isDense(FeatureMap map) {
        return map.size() == 1 && map.get(feature().getName()) != null;
    }

    @Override
    public Example<TokenOutput> copy() {
        return new TokenExample(token, output.id(), weight);
    }

    /** Serialises as one of Tribuo's own examples. */
    @Override
    public ExampleProto serialize() {
        return new ArrayExample<>(this).serialize();
    }

    @Override
    protected void sort() {}

    @Override
    public void reduceByName(Merger merger) {}

    @Override
    public void canonicalize(FeatureMap map) {}

    @Override
    public void removeFeatures(List<Feature> features) {
        if (features.contains(feature())) {
            throw unmodifiable();
        }
    }

    @Override
    public void setWeight(float weight) {
        throw unmodifiable();
    }

    @Override
    public synchronized void setMetadataValue(String key, Object value) {
        throw unmodifiable();
    }

    @Override
    public void add(Feature feature) {
        throw unmodifiable();
    }

    @Override
    public void addAll(Collection<? extends Feature> features) {
        throw unmodifiable();
    }

    @Override
    public void set(Feature feature) {
        throw unmodifiable();
    }

    @Override
    public void densify(FeatureMap map) {
        throw unmodifiable();
    }

    @Override
    protected void densify(List<String> names) {
        throw unmodifiable();
    }

    private static UnsupportedOperationException unmodifiable() {
        return new UnsupportedOperationException(
                "A position of a token sequence cannot be changed; make another TokenSequence");
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof TokenExample that
                && token == that.token
                && output.equals(that.output)
                && Float.compare(weight, that.weight) == 0;
    }

    @Override
    public int hashCode() {
        return 31 * token + output.id();
    }

    @Override
    public String toString() {
        return "token " + token + " before token " + output.id() + (weight == 0 ? "" : ", learned");
    }
}
