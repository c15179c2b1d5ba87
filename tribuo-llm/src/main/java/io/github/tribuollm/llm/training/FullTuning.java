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
import com.oracle.labs.mlrg.olcut.config.PropertyException;
import com.oracle.labs.mlrg.olcut.provenance.ConfiguredObjectProvenance;
import com.oracle.labs.mlrg.olcut.provenance.impl.ConfiguredObjectProvenanceImpl;
import io.github.tribuollm.llm.checkpoint.Checkpoint;
import io.github.tribuollm.llm.checkpoint.CheckpointFiles;
import io.github.tribuollm.llm.data.HashedInput;
import io.github.tribuollm.llm.hub.CheckpointLocation;
import io.github.tribuollm.runtime.Settings;
import java.util.SortedMap;
import java.util.TreeMap;

/** Every parameter is trained, and the result is a new checkpoint, which needs an output directory. Immutable. */
public final class FullTuning implements Tuning {
    /** What the parameters are before the first step. */
    public enum Start {
        /** The weights of the checkpoint. */
        CHECKPOINT,
        /** Random numbers: pre-training. Of the checkpoint only config.json and the tokenizer are needed. */
        RANDOM
    }

    private static final String CONFIG = "config-sha256";

    @Config(description = "What the parameters are before the first step: CHECKPOINT, its weights, or RANDOM.")
    private Start start = Start.CHECKPOINT;

    /** From the weights of the checkpoint. */
    public FullTuning() {}

    /** {@return every parameter, from the weights of the checkpoint} */
    public static FullTuning fromCheckpoint() {
        return new FullTuning();
    }

    /** {@return every parameter, from random numbers} */
    public static FullTuning fromScratch() {
        return new FullTuning().withStart(Start.RANDOM);
    }

    /** The same from another start. */
    public FullTuning withStart(Start other) {
        FullTuning changed = new FullTuning();
        changed.start = other;
        changed.postConfig();
        return changed;
    }

    /**
     * Checks the field.
     *
     * @throws PropertyException if it is missing
     */
    @Override
    public void postConfig() {
        Settings.requireGiven("start", start);
    }

    /** {@return what the parameters are before the first step} */
    Start start() {
        return start;
    }

    @Override
    public SortedMap<String, HashedInput> inputs(CheckpointLocation base) {
        SortedMap<String, HashedInput> inputs = new TreeMap<>();
        if (start == Start.RANDOM) {
            CheckpointFiles files = CheckpointFiles.of(base.place());
            inputs.put(
                    CONFIG, new HashedInput(files.path(Checkpoint.CONFIG).toString(), files.sha256(Checkpoint.CONFIG)));
        } else {
            try (Checkpoint checkpoint = Checkpoint.open(base.place())) {
                inputs.put(
                        Lora.BASE,
                        new HashedInput(base.name(), checkpoint.identity().sha256()));
            }
        }
        return inputs;
    }

    @Override
    public ConfiguredObjectProvenance getProvenance() {
        return new ConfiguredObjectProvenanceImpl(this, "Tuning");
    }

    @Override
    public String toString() {
        return "every parameter, " + (start == Start.RANDOM ? "from random numbers" : "from the checkpoint");
    }
}
