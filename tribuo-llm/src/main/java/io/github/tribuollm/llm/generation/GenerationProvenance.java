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
package io.github.tribuollm.llm.generation;

import com.oracle.labs.mlrg.olcut.provenance.ConfiguredObjectProvenance;
import com.oracle.labs.mlrg.olcut.provenance.ObjectProvenance;
import com.oracle.labs.mlrg.olcut.provenance.Provenance;
import com.oracle.labs.mlrg.olcut.provenance.primitives.StringProvenance;
import com.oracle.labs.mlrg.olcut.util.Pair;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.tribuo.provenance.ModelProvenance;

/**
 * Where {@link Generations} come from. A configuration of {@code generator} makes them again from the same prompts, where
 * the model is in files; the model that a trainer returned is first made again from {@code model}.
 *
 * @param generator the settings, with the locations of base and adapter
 * @param model of a model that was not read from files; empty for others
 * @param baseSha256 identifies the base
 * @param adapterSha256 identifies the adapter; empty if there is none
 * @param execution where and in which precision the model ran
 */
public record GenerationProvenance(
        ConfiguredObjectProvenance generator,
        Optional<ModelProvenance> model,
        String baseSha256,
        String adapterSha256,
        String execution)
        implements ObjectProvenance {
    private static final long serialVersionUID = 1L;

    private static final String GENERATOR = "generator-provenance";
    private static final String MODEL = "model-provenance";
    private static final String BASE = "base-sha256";
    private static final String ADAPTER = "adapter-sha256";
    private static final String EXECUTION = "execution";

    /**
     * Deserialisation constructor.
     *
     * @param map the provenances by name
     */
    public GenerationProvenance(Map<String, Provenance> map) {
        this(
                take(map, GENERATOR, ConfiguredObjectProvenance.class),
                Optional.ofNullable((ModelProvenance) map.get(MODEL)),
                text(map, BASE),
                text(map, ADAPTER),
                text(map, EXECUTION));
    }

    private static String text(Map<String, Provenance> map, String key) {
        return take(map, key, StringProvenance.class).getValue();
    }

    private static <T extends Provenance> T take(Map<String, Provenance> map, String key, Class<T> type) {
        return ObjectProvenance.checkAndExtractProvenance(map, key, type, GenerationProvenance.class.getSimpleName());
    }

    @Override
    public String getClassName() {
        return Generations.class.getName();
    }

    @Override
    public Iterator<Pair<String, Provenance>> iterator() {
        List<Pair<String, Provenance>> all = new ArrayList<>();
        all.add(text(CLASS_NAME, getClassName()));
        all.add(new Pair<>(GENERATOR, generator));
        model.ifPresent(known -> all.add(new Pair<>(MODEL, known)));
        all.add(text(BASE, baseSha256));
        all.add(text(ADAPTER, adapterSha256));
        all.add(text(EXECUTION, execution));
        return all.iterator();
    }

    private static Pair<String, Provenance> text(String key, String value) {
        return new Pair<>(key, new StringProvenance(key, value));
    }
}
