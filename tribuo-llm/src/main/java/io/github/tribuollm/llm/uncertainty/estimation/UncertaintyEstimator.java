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
package io.github.tribuollm.llm.uncertainty.estimation;

import com.oracle.labs.mlrg.olcut.config.Configurable;
import com.oracle.labs.mlrg.olcut.provenance.ConfiguredObjectProvenance;
import com.oracle.labs.mlrg.olcut.provenance.Provenancable;
import io.github.tribuollm.llm.scoring.ScoredModel;
import io.github.tribuollm.uncertainty.Measure;
import java.util.Map;
import java.util.Set;

/** A way to tell how sure a model is about each token. */
public interface UncertaintyEstimator extends Configurable, Provenancable<ConfiguredObjectProvenance> {
    /** {@return what it measures} */
    Set<Measure> measures();

    /**
     * {@return how many forward passes it makes over a batch, beside the model's own, by which its progress is told}
     */
    default int passes() {
        return 1;
    }

    /**
     * Gets ready for a model.
     *
     * @param model the model
     * @return what measures its batches, one after another; to be closed
     * @throws IllegalArgumentException if the model cannot be measured in this way
     */
    Estimation start(ScoredModel model);

    /** An estimator at work on one model. Not thread-safe. */
    interface Estimation extends AutoCloseable {
        /**
         * Measures a batch.
         *
         * @param predictions the batch and what the model itself predicts
         * @return for each measure a number for each completion token, [N]
         */
        Map<Measure, float[]> of(BatchPredictions predictions);

        @Override
        void close();
    }
}
