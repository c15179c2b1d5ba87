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
import io.github.tribuollm.llm.checkpoint.Checkpoint;
import io.github.tribuollm.llm.lora.Adapter;
import io.github.tribuollm.runtime.Backend;
import java.util.function.Supplier;

/** How the model in training is measured on its own data; what it finds are columns that an objective can look at. */
public interface SelfMeasurement extends Configurable, Provenancable<ConfiguredObjectProvenance> {
    /**
     * The columns of a run.
     *
     * @param base the base of the model in training, open as long as the run
     * @param adapter gives the adapter as it is now
     * @param backend where and in which precision the model runs
     */
    RefreshedColumns columns(Checkpoint base, Supplier<Adapter> adapter, Backend backend);
}
