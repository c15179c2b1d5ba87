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

import com.oracle.labs.mlrg.olcut.config.Configurable;
import com.oracle.labs.mlrg.olcut.provenance.ConfiguredObjectProvenance;
import com.oracle.labs.mlrg.olcut.provenance.Provenancable;
import io.github.tribuollm.llm.data.HashedInput;
import io.github.tribuollm.llm.hub.CheckpointLocation;
import java.util.SortedMap;

/** Which parameters are trained, and what they start from. */
public sealed interface Tuning extends Configurable, Provenancable<ConfiguredObjectProvenance>
        permits Lora, FullTuning {
    /**
     * The files that training starts from.
     *
     * @param base the base checkpoint
     * @return the files by the names under which a model's provenance records their hashes
     */
    SortedMap<String, HashedInput> inputs(CheckpointLocation base);
}
