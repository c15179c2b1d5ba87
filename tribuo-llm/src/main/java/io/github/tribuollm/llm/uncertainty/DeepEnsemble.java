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
package io.github.tribuollm.llm.uncertainty;

import com.oracle.labs.mlrg.olcut.config.Config;
import com.oracle.labs.mlrg.olcut.config.PropertyException;
import com.oracle.labs.mlrg.olcut.provenance.ConfiguredObjectProvenance;
import com.oracle.labs.mlrg.olcut.provenance.impl.ConfiguredObjectProvenanceImpl;
import io.github.tribuollm.llm.graphs.ParameterSet;
import io.github.tribuollm.llm.lora.Adapter;
import io.github.tribuollm.llm.lora.AdapterForm;
import io.github.tribuollm.llm.lora.PeftFiles;
import io.github.tribuollm.llm.scoring.ScoredModel;
import io.github.tribuollm.llm.uncertainty.estimation.AdapterEnsemble;
import io.github.tribuollm.llm.uncertainty.estimation.BatchPredictions;
import io.github.tribuollm.llm.uncertainty.estimation.ForwardPass;
import io.github.tribuollm.llm.uncertainty.estimation.RunningMeans;
import io.github.tribuollm.runtime.GraphSession;
import io.github.tribuollm.runtime.Settings;
import io.github.tribuollm.uncertainty.Measure;
import io.github.tribuollm.uncertainty.PredictionMeans;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * A deep ensemble (Lakshminarayanan et al.): several adapters on the base of the model, trained with different seeds or
 * data. The model's own adapter is no member unless it is named.
 */
public final class DeepEnsemble implements AdapterEnsemble {
    @Config(mandatory = true, description = "The directories of the members' adapters in PEFT's format, at least 2.")
    private List<Path> members = new ArrayList<>();

    private DeepEnsemble() {}

    /**
     * An ensemble.
     *
     * @param members the directories of the members' adapters in PEFT's format, at least 2
     * @throws PropertyException if there are fewer
     */
    public DeepEnsemble(List<Path> members) {
        this.members = new ArrayList<>(members);
        postConfig();
    }

    /**
     * Checks the settings.
     *
     * @throws PropertyException if there are fewer than two members
     */
    @Override
    public void postConfig() {
        Settings.require(
                "members", members.size() >= 2, "must be at least two directories of adapters, not " + members);
    }

    @Override
    public Set<Measure> measures() {
        Set<Measure> measures = EnumSet.copyOf(PredictionMeans.DECOMPOSITION);
        measures.addAll(PredictionMeans.PAIRWISE);
        return measures;
    }

    @Override
    public int passes() {
        return members.size();
    }

    @Override
    public Estimation start(ScoredModel model) {
        return new Ensemble(model, adapters(model));
    }

    @Override
    public List<Adapter> adapters(ScoredModel model) {
        return members.stream()
                .map(member -> PeftFiles.load(member, model.base()))
                .toList();
    }

    private record Member(ForwardPass pass, ParameterSet adapter) {}

    private static final class Ensemble implements Estimation {
        private final Map<AdapterForm, ForwardPass> passes = new HashMap<>();
        private final List<Member> members = new ArrayList<>();
        private final RunningMeans means;

        private Ensemble(ScoredModel model, List<Adapter> adapters) {
            means = RunningMeans.ofMembers(model, adapters);
            for (Adapter adapter : adapters) {
                ScoredModel member = model.with(Optional.of(adapter));
                ForwardPass pass = passes.computeIfAbsent(adapter.form(), form -> new ForwardPass(member));
                members.add(new Member(pass, member.adapterTensors()));
            }
        }

        @Override
        public Map<Measure, float[]> of(BatchPredictions predictions) {
            means.start(predictions.batch().completionTokens());
            for (Member member : members) {
                try (GraphSession.Outputs states = member.pass.run(predictions.batch(), member.adapter)) {
                    means.add(states.tensor(ForwardPass.STATES), 1, member.adapter);
                    predictions.passed(1);
                }
            }
            return means.measures();
        }

        @Override
        public void close() {
            passes.values().forEach(ForwardPass::close);
            members.forEach(member -> member.adapter.close());
            means.close();
        }
    }

    @Override
    public String toString() {
        return "DeepEnsemble(" + members + ")";
    }

    @Override
    public ConfiguredObjectProvenance getProvenance() {
        return new ConfiguredObjectProvenanceImpl(this, "UncertaintyEstimator");
    }
}
