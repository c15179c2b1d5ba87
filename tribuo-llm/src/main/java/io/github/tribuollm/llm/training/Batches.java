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
package io.github.tribuollm.llm.training;

import com.oracle.labs.mlrg.olcut.config.Config;
import com.oracle.labs.mlrg.olcut.config.Configurable;
import com.oracle.labs.mlrg.olcut.config.PropertyException;
import com.oracle.labs.mlrg.olcut.provenance.ConfiguredObjectProvenance;
import com.oracle.labs.mlrg.olcut.provenance.Provenancable;
import com.oracle.labs.mlrg.olcut.provenance.impl.ConfiguredObjectProvenanceImpl;
import io.github.tribuollm.llm.graphs.Batching;
import io.github.tribuollm.objectives.Objective;
import io.github.tribuollm.objectives.weight.Granularity;
import io.github.tribuollm.objectives.weight.Scope;
import io.github.tribuollm.runtime.Settings;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * How the data are cut into steps, and steps into micro-batches. By default a step takes 32 sequences of like length at
 * once, padded. Immutable.
 */
public final class Batches implements Configurable, Provenancable<ConfiguredObjectProvenance> {
    @Config(description = "Sequences in an optimiser step.")
    private int batchSize = 32;

    @Config(description = "Sequences that are processed together; 0 takes the whole step at once.")
    private int microBatchSize = 0;

    @Config(
            description = "How a step is laid out in micro-batches: PADDED, BUCKETED or PACKED; the result is the same"
                    + " to rounding.")
    private Batching batching = Batching.PADDED;

    @Config(
            description =
                    "Whether sequences of like length share a step, which saves padding, but changes what each step learns from.")
    private boolean bucketByLength = true;

    /** The paper's setting. */
    public Batches() {}

    private Batches(Batches other) {
        batchSize = other.batchSize;
        microBatchSize = other.microBatchSize;
        batching = other.batching;
        bucketByLength = other.bucketByLength;
    }

    private Batches with(Consumer<Batches> change) {
        Batches changed = new Batches(this);
        change.accept(changed);
        changed.postConfig();
        return changed;
    }

    /**
     * The same with steps of another size.
     *
     * @param sequences at least 1, and at least the micro-batch
     * @throws PropertyException if it is out of range
     */
    public Batches withBatchSize(int sequences) {
        return with(b -> b.batchSize = sequences);
    }

    /**
     * The same with fewer sequences in memory at a time, which saves memory and changes the result to rounding only.
     *
     * @param sequences from 1 to the batch size; 0 takes the whole step at once
     * @throws PropertyException if it is out of range
     */
    public Batches withMicroBatchSize(int sequences) {
        return with(b -> b.microBatchSize = sequences);
    }

    /** The same with another layout of the micro-batches, which changes the result to rounding only. */
    public Batches withBatching(Batching layout) {
        return with(b -> b.batching = layout);
    }

    /**
     * The same with steps of like or of mixed lengths.
     *
     * @param like true if sequences of like length share a step, which saves padding, but changes what each step learns
     *     from
     */
    public Batches withBucketByLength(boolean like) {
        return with(b -> b.bucketByLength = like);
    }

    /**
     * Checks the fields.
     *
     * @throws PropertyException naming the field that is out of range
     */
    @Override
    public void postConfig() {
        Settings.require("batchSize", batchSize >= 1, "must be at least 1: " + batchSize);
        Settings.require(
                "microBatchSize",
                microBatchSize >= 0 && microBatchSize <= batchSize,
                "must lie between 0 and batchSize: " + microBatchSize);
        Settings.requireGiven("batching", batching);
    }

    /**
     * Checks that an objective can select among what a step and a micro-batch hold.
     *
     * @throws PropertyException naming the field that is too small, or the layout that would change a selection
     */
    public void requireFit(Objective objective) {
        Settings.require(
                "batching",
                batching == Batching.PADDED || !objective.scope().equals(Optional.of(Scope.MICRO_BATCH)),
                "the objective selects within each micro-batch, so laying micro-batches out by length would change what"
                        + " it selects; use PADDED, or a selection whose scope is OPTIMISER_STEP");
        Settings.require(
                "microBatchSize",
                !ranksSequencesWithin(Scope.MICRO_BATCH, objective) || microBatch() > 1,
                "the objective ranks whole documents within a micro-batch, which has only one; take more, or a selection"
                        + " whose scope is OPTIMISER_STEP");
        Settings.require(
                "batchSize",
                !ranksSequencesWithin(Scope.OPTIMISER_STEP, objective) || batchSize > 1,
                "the objective ranks whole documents within a step, which has only one; take more, or a selection whose"
                        + " scope is DATASET");
    }

    private static boolean ranksSequencesWithin(Scope scope, Objective objective) {
        return objective.selections().stream()
                .anyMatch(s ->
                        s.granularity() == Granularity.DOCUMENT && s.scope().equals(Optional.of(scope)));
    }

    /** {@return the sequences of a step} */
    public int batchSize() {
        return batchSize;
    }

    /** {@return the sequences of a micro-batch, at least 1} */
    public int microBatch() {
        return microBatchSize == 0 ? batchSize : microBatchSize;
    }

    /** {@return the layout of micro-batches} */
    public Batching batching() {
        return batching;
    }

    /** {@return whether sequences of like length share a step} */
    public boolean bucketByLength() {
        return bucketByLength;
    }

    @Override
    public ConfiguredObjectProvenance getProvenance() {
        return new ConfiguredObjectProvenanceImpl(this, "Batches");
    }

    @Override
    public String toString() {
        return "steps of " + batchSize + " sequences " + (bucketByLength ? "of like length" : "of any length")
                + " in micro-batches of " + microBatch() + ", " + batching;
    }
}
