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
package io.github.tribuollm.llm.evaluation;

import com.oracle.labs.mlrg.olcut.config.Configurable;
import com.oracle.labs.mlrg.olcut.provenance.ConfiguredObjectProvenance;
import com.oracle.labs.mlrg.olcut.provenance.Provenancable;
import java.util.List;

/** A benchmark: a source of prompts, a way to ask, and a judge of answers. */
public interface EvaluationTask extends Configurable, Provenancable<ConfiguredObjectProvenance> {
    /** {@return the name under which the benchmark is known, such as {@code gsm8k_cot}} */
    String name();

    /** {@return the version of lm-evaluation-harness's task that this one follows} */
    double version();

    /** {@return how many answered questions go before each one that is asked} */
    int shots();

    /**
     * {@return the prompts, in the order of the data}
     *
     * @throws io.github.tribuollm.llm.data.DataException if a row lacks what the task needs
     */
    List<? extends TaskItem> items();
}
