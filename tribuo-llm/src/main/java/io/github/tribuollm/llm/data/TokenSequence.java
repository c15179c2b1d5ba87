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
package io.github.tribuollm.llm.data;

import java.io.Serializable;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Collections;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;

/**
 * One document as tokens, with the mask that says which of them are learned.
 *
 * <p>The array and the bits are not copied, because data sets are large: who makes a sequence must not change them
 * afterwards, nor may anyone who reads them.
 *
 * @param tokens the token ids, at least two
 * @param completion bit i is set where token i is a target whose loss counts; never bit 0, which nothing precedes
 * @param weight how much the document counts; finite and at least 0
 * @param origin where the row comes from, for error messages
 * @param columns numbers that the data gives for each token, such as an advantage, by name; as long as the tokens,
 *     NaN for a token without one
 */
public record TokenSequence(int[] tokens, BitSet completion, float weight, String origin, Map<String, float[]> columns)
        implements Serializable {
    private static final long serialVersionUID = 1L;

    /**
     * Creates a sequence.
     *
     * @param tokens the token ids, not copied
     * @param completion the marks, not copied
     * @param weight how much the document counts
     * @param origin where the row comes from
     * @param columns numbers for each token by name, the arrays not copied
     * @throws IllegalArgumentException if a component is out of its range
     */
    public TokenSequence {
        Objects.requireNonNull(origin, "origin");
        if (tokens.length < 2) {
            throw new IllegalArgumentException(
                    origin + ": a sequence needs two tokens, one to read and one to predict, not " + tokens.length);
        }
        if (completion.get(0) || completion.length() > tokens.length) {
            throw new IllegalArgumentException(origin + ": the completion marks must lie on tokens 1 to "
                    + (tokens.length - 1) + ", not from " + completion.nextSetBit(0) + " to "
                    + (completion.length() - 1));
        }
        if (!(weight >= 0) || Float.isInfinite(weight)) {
            throw new IllegalArgumentException(origin + ": weight " + weight + " is not a finite number of at least 0");
        }
        columns.forEach((name, values) -> {
            if (values.length != tokens.length) {
                throw new IllegalArgumentException(origin + ": column " + name + " has " + values.length
                        + " values for " + tokens.length + " tokens");
            }
        });
        columns = columns.isEmpty() ? Map.of() : Collections.unmodifiableMap(new TreeMap<>(columns));
    }

    /**
     * Creates a sequence without columns.
     *
     * @param tokens the token ids, not copied
     * @param completion the marks, not copied
     * @param weight how much the document counts
     * @param origin where the row comes from
     * @throws IllegalArgumentException if a component is out of its range
     */
    public TokenSequence(int[] tokens, BitSet completion, float weight, String origin) {
        this(tokens, completion, weight, origin, Map.of());
    }

    /**
     * The same sequence with one more column.
     *
     * @param name the column's name, which replaces one of the same name
     * @param values as long as the tokens, not copied
     * @return a sequence over the same tokens
     */
    public TokenSequence with(String name, float[] values) {
        Map<String, float[]> more = new TreeMap<>(columns);
        more.put(name, values);
        return new TokenSequence(tokens, completion, weight, origin, more);
    }

    /**
     * Checks that a model knows all tokens.
     *
     * @param size how many tokens the model knows
     * @throws DataException naming the first token that it does not
     */
    public void requireVocabulary(int size) {
        for (int token : tokens) {
            if (token < 0 || token >= size) {
                throw new DataException(origin + ": token " + token + " is not in the vocabulary of " + size
                        + "; take the tokenizer from the model's own checkpoint");
            }
        }
    }

    /**
     * {@return how many tokens there are}
     */
    public int length() {
        return tokens.length;
    }

    /**
     * {@return how many tokens are targets whose loss counts}
     */
    public int completionTokens() {
        return completion.cardinality();
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof TokenSequence that
                && Arrays.equals(tokens, that.tokens)
                && completion.equals(that.completion)
                && Float.compare(weight, that.weight) == 0
                && origin.equals(that.origin)
                && columns.keySet().equals(that.columns.keySet())
                && columns.keySet().stream().allMatch(c -> Arrays.equals(columns.get(c), that.columns.get(c)));
    }

    @Override
    public int hashCode() {
        return Objects.hash(Arrays.hashCode(tokens), completion, weight, origin, columns.keySet());
    }

    @Override
    public String toString() {
        return "TokenSequence(origin=" + origin + ",tokens=" + tokens.length + ",completion=" + completionTokens()
                + ",weight=" + weight + (columns.isEmpty() ? "" : ",columns=" + columns.keySet()) + ")";
    }
}
