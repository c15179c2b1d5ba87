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

import com.oracle.labs.mlrg.olcut.config.Configurable;
import com.oracle.labs.mlrg.olcut.config.PropertyException;
import com.oracle.labs.mlrg.olcut.provenance.ConfiguredObjectProvenance;
import com.oracle.labs.mlrg.olcut.provenance.Provenancable;
import io.github.tribuollm.llm.data.HashedInput;
import java.nio.file.Path;
import java.util.Collections;
import java.util.SortedMap;

/** The choice of the reference model, for objectives that compare with one. */
public sealed interface Reference extends Configurable, Provenancable<ConfiguredObjectProvenance>
        permits TrainedReference, BaseReference, GivenReference {
    /** {@return the paper's: the base with an adapter that is first trained by maximum likelihood on the same data} */
    static Reference trained() {
        return new TrainedReference();
    }

    /** {@return the base as it is} */
    static Reference base() {
        return new BaseReference();
    }

    /**
     * The base with an adapter.
     *
     * @param directory the adapter, in PEFT's format
     */
    static Reference adapter(Path directory) {
        return new GivenReference().withAdapter(directory);
    }

    /**
     * Another checkpoint of the same tokenizer.
     *
     * @param location a directory, or {@code hf://owner/name@revision}
     * @throws PropertyException if there is none
     */
    static Reference checkpoint(String location) {
        return new GivenReference().withCheckpoint(location);
    }

    /**
     * Another checkpoint of the same tokenizer with an adapter.
     *
     * @param location a directory, or {@code hf://owner/name@revision}
     * @param adapter the adapter, in PEFT's format
     * @throws PropertyException if there is no checkpoint
     */
    static Reference checkpoint(String location, Path adapter) {
        return new GivenReference().withCheckpoint(location).withAdapter(adapter);
    }

    /**
     * Opens the reference of a run.
     *
     * @throws io.github.tribuollm.llm.graphs.TrainingException if it has another tokenizer than the trained model
     * @throws io.github.tribuollm.llm.checkpoint.CheckpointException if a file cannot be read, or an adapter is one of
     *     another base
     */
    OpenReference open(Student student);

    /** {@return the files that it is read from, by the names under which a model's provenance records their hashes} */
    default SortedMap<String, HashedInput> inputs() {
        return Collections.emptySortedMap();
    }
}
