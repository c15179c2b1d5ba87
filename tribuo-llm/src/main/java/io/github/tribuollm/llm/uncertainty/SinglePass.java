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

import com.oracle.labs.mlrg.olcut.provenance.ConfiguredObjectProvenance;
import com.oracle.labs.mlrg.olcut.provenance.impl.ConfiguredObjectProvenanceImpl;
import io.github.tribuollm.llm.scoring.ScoredModel;
import io.github.tribuollm.llm.uncertainty.estimation.BatchPredictions;
import io.github.tribuollm.llm.uncertainty.estimation.UncertaintyEstimator;
import io.github.tribuollm.uncertainty.Measure;
import java.util.Map;
import java.util.Set;

/** What one forward pass tells: the loss of the token that came, the entropy and the margin of the prediction. */
public final class SinglePass implements UncertaintyEstimator {
    /** Has no settings. */
    public SinglePass() {}

    @Override
    public Set<Measure> measures() {
        return Set.of(Measure.LOSS, Measure.ENTROPY, Measure.MARGIN);
    }

    @Override
    public Estimation start(ScoredModel model) {
        return new Estimation() {
            @Override
            public Map<Measure, float[]> of(BatchPredictions predictions) {
                return predictions.measures();
            }

            @Override
            public void close() {}
        };
    }

    @Override
    public String toString() {
        return "SinglePass";
    }

    @Override
    public ConfiguredObjectProvenance getProvenance() {
        return new ConfiguredObjectProvenanceImpl(this, "UncertaintyEstimator");
    }
}
