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

import com.oracle.labs.mlrg.olcut.provenance.ListProvenance;
import com.oracle.labs.mlrg.olcut.util.Pair;
import io.github.tribuollm.llm.CausalLMModel;
import io.github.tribuollm.llm.token.TokenOutput;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.tribuo.Prediction;
import org.tribuo.ensemble.EnsembleCombiner;
import org.tribuo.provenance.EnsembleModelProvenance;
import org.tribuo.provenance.ModelProvenance;
import org.tribuo.sequence.SequenceExample;
import org.tribuo.sequence.SequenceModel;

/**
 * Several adapters of one checkpoint as one Tribuo model. What of Tribuo's ensembles fits sequences is used: the
 * combiner and the provenance of the members. {@code WeightedEnsembleModel} and {@code BaggingTrainer} take single
 * examples only. The uncertainty of each token is a matter of the library's {@code DeepEnsemble}, whose members' whole
 * predictions meet in one graph.
 */
public final class TokenEnsemble extends SequenceModel<TokenOutput> implements AutoCloseable {
    private static final long serialVersionUID = 1;

    private final transient List<CausalLMModel> members;
    private final EnsembleCombiner<TokenOutput> combiner;

    /**
     * An ensemble of members that count alike.
     *
     * @param members models of one vocabulary, at least one; closed with this
     * @param combiner makes one prediction of theirs
     * @throws IllegalArgumentException if there is no member
     */
    public TokenEnsemble(List<CausalLMModel> members, EnsembleCombiner<TokenOutput> combiner) {
        super(
                "TokenEnsemble",
                provenance(members),
                members.get(0).getFeatureIDMap(),
                members.get(0).getOutputIDInfo());
        this.members = List.copyOf(members);
        this.combiner = combiner;
    }

    private static EnsembleModelProvenance provenance(List<CausalLMModel> members) {
        if (members.isEmpty()) {
            throw new IllegalArgumentException("An ensemble needs a member");
        }
        ModelProvenance first = members.get(0).getProvenance();
        return new EnsembleModelProvenance(
                TokenEnsemble.class.getName(),
                OffsetDateTime.now(),
                first.getDatasetProvenance(),
                first.getTrainerProvenance(),
                new ListProvenance<>(
                        members.stream().map(CausalLMModel::getProvenance).toList()));
    }

    @Override
    public List<Prediction<TokenOutput>> predict(SequenceExample<TokenOutput> example) {
        List<List<Prediction<TokenOutput>>> all =
                members.stream().map(member -> member.predict(example)).toList();
        List<Prediction<TokenOutput>> combined = new ArrayList<>();
        for (int i = 0; i < example.size(); i++) {
            int position = i;
            combined.add(combiner.combine(
                    getOutputIDInfo(),
                    all.stream().map(predictions -> predictions.get(position)).toList()));
        }
        return combined;
    }

    /** Nothing: the features of a language model are the tokens themselves. */
    @Override
    public Map<String, List<Pair<String, Double>>> getTopFeatures(int n) {
        return Map.of();
    }

    @Override
    public String toString() {
        return "TokenEnsemble of " + members.size() + " adapters, combined by " + combiner;
    }

    @Override
    public void close() {
        members.forEach(CausalLMModel::close);
    }
}
