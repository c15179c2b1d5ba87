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
import com.oracle.labs.mlrg.olcut.provenance.ConfiguredObjectProvenance;
import com.oracle.labs.mlrg.olcut.provenance.impl.ConfiguredObjectProvenanceImpl;
import io.github.tribuollm.llm.checkpoint.Checkpoint;
import io.github.tribuollm.llm.lora.PeftFiles;
import io.github.tribuollm.llm.scoring.ScoredModel;
import io.github.tribuollm.llm.uncertainty.estimation.BatchPredictions;
import io.github.tribuollm.llm.uncertainty.estimation.ModelPass;
import io.github.tribuollm.llm.uncertainty.estimation.UncertaintyEstimator;
import io.github.tribuollm.uncertainty.Measure;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Reducible hold-out loss (Mindermann et al.): a token's loss minus its loss under a reference that was trained on data
 * held out. The reference is the base of the model, or another checkpoint of the same vocabulary, with an adapter or
 * without.
 */
public final class ReducibleHoldOutLoss implements UncertaintyEstimator {
    @Config(description = "The directory of the reference's checkpoint. Default: the base of the model.")
    private Path checkpoint;

    @Config(description = "The directory of the reference's adapter in PEFT's format. Default: none.")
    private Path adapter;

    /** The base of the model, without an adapter, as the reference. */
    public ReducibleHoldOutLoss() {}

    /**
     * A reference.
     *
     * @param checkpoint the directory of its checkpoint; empty for the base of the model
     * @param adapter the directory of its adapter in PEFT's format; empty for none
     */
    public ReducibleHoldOutLoss(Optional<Path> checkpoint, Optional<Path> adapter) {
        this.checkpoint = checkpoint.orElse(null);
        this.adapter = adapter.orElse(null);
    }

    @Override
    public Set<Measure> measures() {
        return Set.of(Measure.EXCESS_LOSS);
    }

    @Override
    public Estimation start(ScoredModel model) {
        return new Reference(model);
    }

    private final class Reference implements Estimation {
        private final Optional<Checkpoint> opened =
                Optional.ofNullable(checkpoint).map(Checkpoint::open);
        private final ModelPass pass;

        private Reference(ScoredModel model) {
            ScoredModel base = opened.map(other -> ScoredModel.of(other, Optional.empty(), model.maxLength())
                            .on(model.backend())
                            .inBatchesOf(model.shape().maxSequences()))
                    .orElse(model);
            int vocabulary = base.architecture().vocabularySize();
            if (vocabulary != model.architecture().vocabularySize()) {
                close(opened);
                throw new IllegalArgumentException("The reference " + checkpoint + " has " + vocabulary
                        + " tokens, the model " + model.architecture().vocabularySize()
                        + "; take a reference with the model's tokenizer");
            }
            pass = new ModelPass(
                    base.with(Optional.ofNullable(adapter).map(directory -> PeftFiles.load(directory, base.base()))));
        }

        @Override
        public Map<Measure, float[]> of(BatchPredictions predictions) {
            float[] excess = predictions.measures().get(Measure.LOSS).clone();
            float[] reference = pass.of(predictions.batch()).get(Measure.LOSS);
            for (int i = 0; i < excess.length; i++) {
                excess[i] -= reference[i];
            }
            return Map.of(Measure.EXCESS_LOSS, excess);
        }

        private static void close(Optional<Checkpoint> opened) {
            opened.ifPresent(Checkpoint::close);
        }

        @Override
        public void close() {
            pass.close();
            close(opened);
        }
    }

    @Override
    public String toString() {
        return "ReducibleHoldOutLoss(reference " + (checkpoint == null ? "" : checkpoint + " ")
                + (adapter == null ? "" : adapter) + ")";
    }

    @Override
    public ConfiguredObjectProvenance getProvenance() {
        return new ConfiguredObjectProvenanceImpl(this, "UncertaintyEstimator");
    }
}
