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
package io.github.tribuollm.llm.evaluation.run;

import com.oracle.labs.mlrg.olcut.config.Configurable;
import com.oracle.labs.mlrg.olcut.provenance.ConfiguredObjectProvenance;
import com.oracle.labs.mlrg.olcut.provenance.Provenancable;
import io.github.tribuollm.llm.data.HashedInput;
import io.github.tribuollm.llm.evaluation.Query;
import io.github.tribuollm.runtime.Execution;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.SortedMap;

/** What a model is measured by. */
public interface Benchmark extends Configurable, Provenancable<ConfiguredObjectProvenance> {
    /** {@return the name under which results are written, such as {@code gsm8k_cot}} */
    String name();

    /** {@return how the model will be asked; nothing where it is not asked but read} */
    List<Query> queries();

    /**
     * Reads the data, so that what is wrong with them is known before any model has answered anything.
     *
     * @throws io.github.tribuollm.runtime.UserException if they cannot be used
     */
    default void requireData() {
        queries();
    }

    /**
     * {@return what it reads beside the data whose hashes its provenance has, by name, such as a judging model}
     *
     * @throws io.github.tribuollm.runtime.UserException if a file cannot be read
     */
    default SortedMap<String, HashedInput> inputs() {
        return Collections.emptySortedMap();
    }

    /**
     * The same where a model of its own, such as a judge, runs elsewhere or in another precision.
     *
     * @param execution where and in which precision
     * @return this if it has none
     */
    default Benchmark withExecution(Execution execution) {
        return this;
    }

    /**
     * Measures a model.
     *
     * @param model the model
     * @param unfinished a file that keeps what takes long, from which a measurement that was killed goes on
     * @return the result
     * @throws io.github.tribuollm.llm.training.InterruptedRun if the model was asked to stop
     * @throws io.github.tribuollm.runtime.UserException if data or answers cannot be used
     */
    Measurement measure(MeasuredModel model, Path unfinished);
}
