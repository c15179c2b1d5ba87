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
package io.github.tribuollm.llm.evaluation.gsm8k;

import com.oracle.labs.mlrg.olcut.config.Configurable;
import com.oracle.labs.mlrg.olcut.provenance.ConfiguredObjectProvenance;
import com.oracle.labs.mlrg.olcut.provenance.Provenancable;
import io.github.tribuollm.llm.evaluation.Shot;
import java.util.List;
import java.util.function.Supplier;

/** Which answered questions go before the one that is asked. */
public sealed interface Shots extends Configurable, Provenancable<ConfiguredObjectProvenance>
        permits DrawnShots, ChosenShots, ExemplarShots {
    /** {@return how many go before each question} */
    int count();

    /**
     * {@return what gives the shots of one question after another, from the first}
     *
     * @param format how they are answered
     * @throws io.github.tribuollm.llm.data.DataException if rows cannot be used
     */
    Supplier<List<Shot>> draws(Gsm8kFormat format);

    /** {@return whether the answers are rows of GSM8K, which end in {@code #### n}} */
    boolean ofRows();
}
