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
package io.github.tribuollm.llm.teacher;

import com.oracle.labs.mlrg.olcut.config.Config;
import com.oracle.labs.mlrg.olcut.config.PropertyException;
import com.oracle.labs.mlrg.olcut.provenance.ConfiguredObjectProvenance;
import com.oracle.labs.mlrg.olcut.provenance.impl.ConfiguredObjectProvenanceImpl;
import io.github.tribuollm.llm.checkpoint.Checkpoint;
import io.github.tribuollm.llm.data.HashedInput;
import io.github.tribuollm.llm.hub.CheckpointLocation;
import io.github.tribuollm.llm.lora.Adapter;
import io.github.tribuollm.llm.lora.PeftFiles;
import io.github.tribuollm.runtime.Settings;
import java.nio.file.Path;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/** A model that is there: an adapter on the base, or another checkpoint of the same tokenizer with or without one. */
public final class GivenReference implements Reference {
    @Config(
            description =
                    "Another checkpoint of the same tokenizer: a directory, a GGUF file or hf://owner/name@revision.")
    private String checkpoint = null;

    @Config(description = "A directory with an adapter in PEFT's format, of the base or of the other checkpoint.")
    private Path adapter = null;

    private Optional<CheckpointLocation> location = Optional.empty();

    /** For OLCUT and the factories of {@link Reference}: an adapter or a checkpoint is still to be given. */
    GivenReference() {}

    private GivenReference(String checkpoint, Path adapter) {
        this.checkpoint = checkpoint;
        this.adapter = adapter;
        postConfig();
    }

    /**
     * The same with another checkpoint.
     *
     * @param other a directory, or {@code hf://owner/name@revision}
     * @throws PropertyException if there is none
     */
    public GivenReference withCheckpoint(String other) {
        return new GivenReference(other, adapter);
    }

    /**
     * The same with another adapter.
     *
     * @param directory the adapter, in PEFT's format
     */
    public GivenReference withAdapter(Path directory) {
        return new GivenReference(checkpoint, directory);
    }

    /**
     * Finds the checkpoint, downloading it where need be. From then on a revision in a hub is its commit.
     *
     * @throws PropertyException if there is neither a checkpoint nor an adapter
     * @throws io.github.tribuollm.llm.checkpoint.CheckpointException if a hub does not give the checkpoint
     */
    @Override
    public void postConfig() {
        Settings.require(
                "adapter",
                adapter != null || checkpoint != null,
                "a given reference is an adapter, or another checkpoint; give one of the fields adapter and"
                        + " checkpoint");
        location = Optional.ofNullable(checkpoint).map(CheckpointLocation::ofField);
        location.ifPresent(found -> checkpoint = found.name());
    }

    @Override
    public OpenReference open(Student student) {
        location.ifPresent(other -> OpenReference.requireSameTokens(student.checkpoint(), other.place()));
        Checkpoint opened =
                Checkpoint.open(location.map(CheckpointLocation::place).orElse(student.checkpoint()));
        try {
            Optional<Adapter> loaded = Optional.ofNullable(adapter).map(directory -> PeftFiles.load(directory, opened));
            if (location.isPresent()) {
                return OpenReference.another(opened, loaded);
            }
            if (student.baseIsFrozen()) {
                opened.close();
            }
            return OpenReference.of(
                    student.baseIsFrozen() ? Optional.empty() : Optional.of(opened), loaded, OpenReference.GIVEN);
        } catch (RuntimeException e) {
            opened.close();
            throw e;
        }
    }

    @Override
    public SortedMap<String, HashedInput> inputs() {
        SortedMap<String, HashedInput> inputs = new TreeMap<>();
        if (adapter != null) {
            inputs.put(
                    OpenReference.ADAPTER,
                    new HashedInput(adapter.toString(), PeftFiles.load(adapter).sha256()));
        }
        location.ifPresent(other -> {
            try (Checkpoint opened = Checkpoint.open(other.place())) {
                inputs.put(OpenReference.BASE, new HashedInput(other.name(), opened.numbers()));
            }
        });
        return inputs;
    }

    @Override
    public ConfiguredObjectProvenance getProvenance() {
        return new ConfiguredObjectProvenanceImpl(this, "Reference");
    }

    @Override
    public String toString() {
        String base = checkpoint == null ? "the base" : checkpoint;
        return adapter == null ? base : base + " with the adapter " + adapter;
    }
}
