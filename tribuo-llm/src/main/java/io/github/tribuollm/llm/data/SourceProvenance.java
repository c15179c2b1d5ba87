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
package io.github.tribuollm.llm.data;

import com.oracle.labs.mlrg.olcut.config.Configurable;
import com.oracle.labs.mlrg.olcut.provenance.ObjectProvenance;
import com.oracle.labs.mlrg.olcut.provenance.PrimitiveProvenance;
import com.oracle.labs.mlrg.olcut.provenance.Provenance;
import com.oracle.labs.mlrg.olcut.provenance.impl.SkeletalConfiguredObjectProvenance;
import com.oracle.labs.mlrg.olcut.provenance.primitives.DateTimeProvenance;
import com.oracle.labs.mlrg.olcut.provenance.primitives.HashProvenance;
import com.oracle.labs.mlrg.olcut.provenance.primitives.StringProvenance;
import java.time.OffsetDateTime;
import java.util.HashMap;
import java.util.Map;
import org.tribuo.provenance.ConfiguredDataSourceProvenance;

/** The configuration of a source of data, when it was set up, and what identifies the data. */
public abstract class SourceProvenance extends SkeletalConfiguredObjectProvenance
        implements ConfiguredDataSourceProvenance {
    private static final long serialVersionUID = 1L;

    private final HashMap<String, PrimitiveProvenance<?>> instance;

    /**
     * Records a source as it is now.
     *
     * @param host the source
     * @param identity what identifies its data
     */
    protected SourceProvenance(Configurable host, PrimitiveProvenance<?>... identity) {
        super(host, "DataSource");
        instance = new HashMap<>();
        instance.put(DATASOURCE_CREATION_TIME, new DateTimeProvenance(DATASOURCE_CREATION_TIME, OffsetDateTime.now()));
        for (PrimitiveProvenance<?> value : identity) {
            instance.put(value.getKey(), value);
        }
    }

    /**
     * Deserialisation constructor.
     *
     * @param map the provenances by name
     * @param identity the types of those that identify the data
     * @throws com.oracle.labs.mlrg.olcut.provenance.ProvenanceException if one is missing or of another type
     */
    protected SourceProvenance(
            Map<String, Provenance> map, Map<String, Class<? extends PrimitiveProvenance<?>>> identity) {
        this(extract(map, identity));
    }

    private SourceProvenance(ExtractedInfo info) {
        super(info);
        instance = new HashMap<>(info.instanceValues);
    }

    private static ExtractedInfo extract(
            Map<String, Provenance> map, Map<String, Class<? extends PrimitiveProvenance<?>>> identity) {
        Map<String, Provenance> configured = new HashMap<>(map);
        Map<String, PrimitiveProvenance<?>> instance = new HashMap<>();
        instance.put(DATASOURCE_CREATION_TIME, take(configured, DATASOURCE_CREATION_TIME, DateTimeProvenance.class));
        identity.forEach((name, type) -> instance.put(name, take(configured, name, type)));
        String className = take(configured, CLASS_NAME, StringProvenance.class).getValue();
        String hostName =
                take(configured, HOST_SHORT_NAME, StringProvenance.class).getValue();
        return new ExtractedInfo(className, hostName, configured, instance);
    }

    private static <T extends Provenance> T take(Map<String, Provenance> map, String name, Class<T> type) {
        return ObjectProvenance.checkAndExtractProvenance(map, name, type, "the provenance of a source");
    }

    /**
     * A hash that identifies the data.
     *
     * @param name its name
     * @return the hash, in hexadecimal
     */
    protected final String hash(String name) {
        return ((HashProvenance) instance.get(name)).getValue();
    }

    @Override
    public Map<String, PrimitiveProvenance<?>> getInstanceValues() {
        Map<String, PrimitiveProvenance<?>> values = super.getInstanceValues();
        values.putAll(instance);
        return values;
    }
}
