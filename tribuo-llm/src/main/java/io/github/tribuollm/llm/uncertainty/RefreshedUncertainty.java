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
import io.github.tribuollm.llm.checkpoint.Checkpoint;
import io.github.tribuollm.llm.data.TokenSequence;
import io.github.tribuollm.llm.lora.Adapter;
import io.github.tribuollm.llm.scoring.ScoredModel;
import io.github.tribuollm.llm.training.RefreshedColumns;
import io.github.tribuollm.llm.training.SelfMeasurement;
import io.github.tribuollm.runtime.Backend;
import io.github.tribuollm.runtime.Settings;
import io.github.tribuollm.uncertainty.Measure;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * Uncertainty as a score of training: Bayesian active learning of tokens. Before the first step and every so many
 * steps after it, the model in training is measured on its training data; the measures are then columns of the data
 * under their labels, such as {@code epistemic}, for {@link io.github.tribuollm.objectives.weight.ColumnScore}. A run
 * saves its state and stops only where it measures, so that it resumes without a difference.
 */
public final class RefreshedUncertainty implements SelfMeasurement {
    @Config(description = "What is measured.")
    private UncertaintyEvaluator evaluator = new UncertaintyEvaluator();

    @Config(description = "The steps between two measurements, at least 1.")
    private int interval = 50;

    private RefreshedUncertainty() {}

    /**
     * Measures of the model in training.
     *
     * @param evaluator what is measured
     * @param interval the steps between two measurements, at least 1
     * @throws PropertyException if the interval is not positive
     */
    public RefreshedUncertainty(UncertaintyEvaluator evaluator, int interval) {
        this.evaluator = evaluator;
        this.interval = interval;
        postConfig();
    }

    /** The same with other measures. */
    public RefreshedUncertainty withEvaluator(UncertaintyEvaluator other) {
        return new RefreshedUncertainty(other, interval);
    }

    /**
     * The same, measured more or less often.
     *
     * @param steps the steps between two measurements, at least 1
     * @throws PropertyException if it is not positive
     */
    public RefreshedUncertainty withInterval(int steps) {
        return new RefreshedUncertainty(evaluator, steps);
    }

    /**
     * Checks the settings.
     *
     * @throws PropertyException if the interval is not positive
     */
    @Override
    public void postConfig() {
        Settings.requireGiven("evaluator", evaluator);
        Settings.require("interval", interval >= 1, "must be at least 1, not " + interval);
    }

    @Override
    public RefreshedColumns columns(Checkpoint base, Supplier<Adapter> adapter, Backend backend) {
        return new RefreshedColumns() {
            @Override
            public int interval() {
                return interval;
            }

            @Override
            public List<TokenSequence> refresh(List<TokenSequence> data) {
                ScoredModel model = ScoredModel.of(base, Optional.of(adapter.get()), ScoredModel.longest(data))
                        .on(backend);
                List<TokenSequence> measured = new ArrayList<>(data.size());
                evaluator.measure(model, data, (document, measures) -> measured.add(with(document, measures)));
                return measured;
            }
        };
    }

    private static TokenSequence with(TokenSequence document, Map<Measure, double[]> measures) {
        TokenSequence measured = document;
        for (Map.Entry<Measure, double[]> measure : measures.entrySet()) {
            float[] column = new float[document.length()];
            for (int t = 0; t < column.length; t++) {
                column[t] = (float) measure.getValue()[t];
            }
            measured = measured.with(measure.getKey().label(), column);
        }
        return measured;
    }

    @Override
    public String toString() {
        return evaluator + " every " + interval + " steps";
    }

    @Override
    public ConfiguredObjectProvenance getProvenance() {
        return new ConfiguredObjectProvenanceImpl(this, "RefreshedUncertainty");
    }
}
