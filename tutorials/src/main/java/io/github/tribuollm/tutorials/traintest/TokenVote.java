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
package io.github.tribuollm.tutorials.traintest;

import com.google.protobuf.Any;
import com.oracle.labs.mlrg.olcut.provenance.ConfiguredObjectProvenance;
import com.oracle.labs.mlrg.olcut.provenance.impl.ConfiguredObjectProvenanceImpl;
import io.github.tribuollm.llm.token.TokenOutput;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.tribuo.Example;
import org.tribuo.ImmutableOutputInfo;
import org.tribuo.Prediction;
import org.tribuo.ensemble.EnsembleCombiner;
import org.tribuo.protos.core.EnsembleCombinerProto;

/**
 * Combines the predictions of several language models of one token, in Tribuo's own type. A prediction holds the
 * probability of the most probable token and of the example's own, not of the whole vocabulary. So the example's token
 * gets the exact mean of its probabilities, the likelihood of the mixture, while the predicted token is voted for: each
 * member's vote weighs as much as its probability. What the members that voted otherwise give that token is not known and
 * counts as nothing.
 */
public final class TokenVote implements EnsembleCombiner<TokenOutput> {
    /** The version of the serialised form. */
    public static final int CURRENT_VERSION = 0;

    private static final long serialVersionUID = 1;

    /** Has no settings. */
    public TokenVote() {}

    @Override
    public Prediction<TokenOutput> combine(
            ImmutableOutputInfo<TokenOutput> outputs, List<Prediction<TokenOutput>> predictions) {
        float[] alike = new float[predictions.size()];
        Arrays.fill(alike, 1);
        return combine(outputs, predictions, alike);
    }

    /**
     * Combines predictions of members that count differently.
     *
     * @param outputs the vocabulary
     * @param predictions one a member, of the same example
     * @param weights how much each member counts, at least 0; only their ratios matter
     * @return the vote, with the log-probability of the example's token in the mixture
     * @throws IllegalArgumentException if there is no prediction, or not one weight for each
     */
    @Override
    public Prediction<TokenOutput> combine(
            ImmutableOutputInfo<TokenOutput> outputs, List<Prediction<TokenOutput>> predictions, float[] weights) {
        if (predictions.isEmpty() || predictions.size() != weights.length) {
            throw new IllegalArgumentException(
                    predictions.size() + " predictions have " + weights.length + " weights; give one for each");
        }
        double sum =
                IntStream.range(0, weights.length).mapToDouble(i -> weights[i]).sum();
        Map<TokenOutput, Double> votes = new LinkedHashMap<>();
        double label = 0;
        Example<TokenOutput> example = predictions.get(0).getExample();
        for (int i = 0; i < weights.length; i++) {
            Prediction<TokenOutput> prediction = predictions.get(i);
            double share = weights[i] / sum;
            votes.merge(prediction.getOutput(), share * probability(prediction.getOutput()), Double::sum);
            TokenOutput target =
                    prediction.getOutputScores().get(example.getOutput().name());
            label += target == null ? Double.NaN : share * probability(target);
        }
        TokenOutput best = votes.entrySet().stream()
                .max(Comparator.comparingDouble(Map.Entry::getValue))
                .map(Map.Entry::getKey)
                .orElseThrow();
        Map<String, TokenOutput> scores = new LinkedHashMap<>();
        votes.forEach((token, vote) -> scores.put(token.name(), new TokenOutput(token.id(), Math.log(vote))));
        scores.put(
                example.getOutput().name(), new TokenOutput(example.getOutput().id(), Math.log(label)));
        return new Prediction<>(
                scores.get(best.name()), scores, predictions.get(0).getNumActiveFeatures(), example, false);
    }

    private static double probability(TokenOutput token) {
        return Math.exp(token.logProbability());
    }

    /**
     * Reads the serialised form.
     *
     * @param version the version of the form
     * @param className the class that was serialised
     * @param message empty
     * @return the combiner
     * @throws IllegalArgumentException if the version is not known here
     */
    public static TokenVote deserializeFromProto(int version, String className, Any message) {
        if (version != CURRENT_VERSION) {
            throw new IllegalArgumentException(
                    className + " of version " + version + " is not known; this library reads " + CURRENT_VERSION);
        }
        return new TokenVote();
    }

    @Override
    public EnsembleCombinerProto serialize() {
        return EnsembleCombinerProto.newBuilder()
                .setVersion(CURRENT_VERSION)
                .setClassName(TokenVote.class.getName())
                .build();
    }

    @Override
    public ConfiguredObjectProvenance getProvenance() {
        return new ConfiguredObjectProvenanceImpl(this, "EnsembleCombiner");
    }

    @Override
    public String toString() {
        return "TokenVote";
    }
}
