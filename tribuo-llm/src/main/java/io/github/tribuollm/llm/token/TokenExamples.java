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

import io.github.tribuollm.llm.data.DataException;
import io.github.tribuollm.llm.data.TokenSequence;
import java.util.BitSet;
import org.tribuo.Example;
import org.tribuo.Feature;
import org.tribuo.sequence.SequenceExample;

/** Reads tokens from Tribuo's examples, whoever made them. */
public final class TokenExamples {
    private TokenExamples() {}

    /**
     * The tokens of an example of n positions, n + 1 of them: the features, and the output of the last position.
     *
     * @param origin what the example is called in messages
     * @throws DataException naming the position that has no token, or does not go on where the one before ends
     */
    static TokenSequence sequence(SequenceExample<TokenOutput> example, String origin) {
        if (example instanceof TokenSequenceExample own) {
            return own.sequence();
        }
        require(example.size() > 0, origin, "has no position");
        int[] tokens = new int[example.size() + 1];
        BitSet completion = new BitSet();
        for (int i = 0; i < example.size(); i++) {
            Example<TokenOutput> position = example.get(i);
            String where = origin + ", position " + i;
            int token = token(position, where);
            require(
                    i == 0 || token == tokens[i],
                    where,
                    "reads token " + token + ", but the output before it is " + tokens[i]
                            + "; the output of a position is the token that the next one reads");
            tokens[i] = token;
            tokens[i + 1] = position.getOutput().id();
            require(tokens[i + 1] != TokenOutput.UNKNOWN_ID, where, "has no output to learn");
            float weight = position.getWeight();
            require(
                    weight == 0 || weight == 1,
                    where,
                    "has the weight " + weight + "; a position has the weight 1 where its loss counts, else 0");
            completion.set(i + 1, weight == 1);
        }
        return new TokenSequence(tokens, completion, example.getWeight(), origin);
    }

    /**
     * The token that a position reads.
     *
     * @param where what the position is called in messages
     * @throws DataException if the position has another feature than one token
     */
    public static int token(Example<TokenOutput> position, String where) {
        int found = -1;
        for (Feature feature : position) {
            int token = VocabularyFeatureMap.token(feature.getName());
            require(
                    token >= 0 && found < 0,
                    where,
                    "has the feature '" + feature.getName()
                            + "'; a position has one feature, the token that it reads, such as "
                            + VocabularyFeatureMap.name(42));
            found = token;
        }
        require(found >= 0, where, "has no feature, so that it reads no token");
        return found;
    }

    private static void require(boolean holds, String where, String problem) {
        if (!holds) {
            throw new DataException(where + " " + problem);
        }
    }
}
