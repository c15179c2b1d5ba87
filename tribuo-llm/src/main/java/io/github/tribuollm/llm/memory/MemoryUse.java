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
package io.github.tribuollm.llm.memory;

import com.oracle.labs.mlrg.olcut.config.Config;
import com.oracle.labs.mlrg.olcut.config.Configurable;
import com.oracle.labs.mlrg.olcut.config.PropertyException;
import com.oracle.labs.mlrg.olcut.provenance.ConfiguredObjectProvenance;
import com.oracle.labs.mlrg.olcut.provenance.Provenancable;
import com.oracle.labs.mlrg.olcut.provenance.impl.ConfiguredObjectProvenanceImpl;
import io.github.tribuollm.llm.checkpoint.Storage;
import io.github.tribuollm.runtime.Settings;

/** What is saved of memory for time. The result depends on none of it. Immutable. */
public final class MemoryUse implements Configurable, Provenancable<ConfiguredObjectProvenance> {
    @Config(
            description = "How the base's weights are held: FLOAT32 (widened once), STORED (16-bit weights stay as they"
                    + " are), AUTO (FLOAT32 where it fits comfortably), INT8 (rounded to bytes with a scale for each"
                    + " row, so that the adapter learns on a base a little different) or INT4 (to four bits with a"
                    + " scale and an offset for each block of a row: the least memory).")
    private Storage storage = Storage.AUTO;

    @Config(description = "Whether layer activations are computed again in the backward pass, which saves memory.")
    private boolean recompute = false;

    /** The fastest that fits: wide weights where there is room, and activations kept. */
    public MemoryUse() {}

    private MemoryUse(Storage storage, boolean recompute) {
        this.storage = storage;
        this.recompute = recompute;
        postConfig();
    }

    /** The same with the base's weights held in another way. */
    public MemoryUse withStorage(Storage choice) {
        return new MemoryUse(choice, recompute);
    }

    /**
     * The same with activations kept or computed again.
     *
     * @param again true to compute the activations of a layer again in the backward pass
     */
    public MemoryUse withRecompute(boolean again) {
        return new MemoryUse(storage, again);
    }

    /**
     * Checks the fields.
     *
     * @throws PropertyException if one is missing
     */
    @Override
    public void postConfig() {
        Settings.requireGiven("storage", storage);
    }

    /** {@return how the base's weights are held} */
    public Storage storage() {
        return storage;
    }

    /** {@return whether activations are computed again in the backward pass} */
    public boolean recompute() {
        return recompute;
    }

    @Override
    public ConfiguredObjectProvenance getProvenance() {
        return new ConfiguredObjectProvenanceImpl(this, "MemoryUse");
    }

    @Override
    public String toString() {
        return "weights held " + storage + ", activations " + (recompute ? "computed again" : "kept");
    }
}
