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
package io.github.tribuollm.llm.uncertainty;

import com.oracle.labs.mlrg.olcut.provenance.ConfiguredObjectProvenance;
import com.oracle.labs.mlrg.olcut.provenance.ObjectProvenance;
import com.oracle.labs.mlrg.olcut.provenance.Provenance;
import com.oracle.labs.mlrg.olcut.provenance.primitives.StringProvenance;
import com.oracle.labs.mlrg.olcut.util.Pair;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import org.tribuo.provenance.DataProvenance;
import org.tribuo.provenance.ModelProvenance;

/**
 * Where an {@link UncertaintyEvaluation} comes from.
 *
 * @param model the model's
 * @param data the data set's
 * @param evaluator the evaluator's settings
 * @param execution where and in which precision the model ran, see {@link
 *     io.github.tribuollm.runtime.Backend#description}; empty if that was not recorded
 */
public record UncertaintyProvenance(
        ModelProvenance model, DataProvenance data, ConfiguredObjectProvenance evaluator, String execution)
        implements ObjectProvenance {
    private static final long serialVersionUID = 1L;

    private static final String MODEL = "model-provenance";
    private static final String DATA = "data-provenance";
    private static final String EVALUATOR = "evaluator-provenance";
    private static final String EXECUTION = "execution";

    /**
     * Deserialisation constructor.
     *
     * @param map the provenances by name
     */
    public UncertaintyProvenance(Map<String, Provenance> map) {
        this(
                take(map, MODEL, ModelProvenance.class),
                take(map, DATA, DataProvenance.class),
                take(map, EVALUATOR, ConfiguredObjectProvenance.class),
                map.containsKey(EXECUTION)
                        ? take(map, EXECUTION, StringProvenance.class).getValue()
                        : "");
    }

    private static <T extends Provenance> T take(Map<String, Provenance> map, String key, Class<T> type) {
        return ObjectProvenance.checkAndExtractProvenance(map, key, type, UncertaintyProvenance.class.getSimpleName());
    }

    @Override
    public String getClassName() {
        return UncertaintyEvaluation.class.getName();
    }

    @Override
    public Iterator<Pair<String, Provenance>> iterator() {
        return List.<Pair<String, Provenance>>of(
                        new Pair<>(CLASS_NAME, new StringProvenance(CLASS_NAME, getClassName())),
                        new Pair<>(MODEL, model),
                        new Pair<>(DATA, data),
                        new Pair<>(EVALUATOR, evaluator),
                        new Pair<>(EXECUTION, new StringProvenance(EXECUTION, execution)))
                .iterator();
    }
}
