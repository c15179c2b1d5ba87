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

import com.oracle.labs.mlrg.olcut.provenance.ObjectProvenance;
import com.oracle.labs.mlrg.olcut.provenance.PrimitiveProvenance;
import com.oracle.labs.mlrg.olcut.provenance.Provenance;
import com.oracle.labs.mlrg.olcut.provenance.impl.SkeletalConfiguredObjectProvenance;
import com.oracle.labs.mlrg.olcut.provenance.primitives.DateTimeProvenance;
import com.oracle.labs.mlrg.olcut.provenance.primitives.HashProvenance;
import com.oracle.labs.mlrg.olcut.provenance.primitives.StringProvenance;
import java.nio.file.Path;
import java.time.OffsetDateTime;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.tribuo.provenance.ConfiguredDataSourceProvenance;

/** Where the rows of a file came from: the source's configuration, the file's SHA-256 and its times. */
public final class ConversationSourceProvenance extends SkeletalConfiguredObjectProvenance
        implements ConfiguredDataSourceProvenance {
    private static final long serialVersionUID = 1L;

    private final DateTimeProvenance fileModified;
    private final DateTimeProvenance created;
    private final HashProvenance hash;

    ConversationSourceProvenance(RowSource<?> host, Path file) {
        super(host, "DataSource");
        FileStamp stamp = FileStamp.of(file);
        this.fileModified = new DateTimeProvenance(FILE_MODIFIED_TIME, stamp.modified());
        this.created = new DateTimeProvenance(DATASOURCE_CREATION_TIME, OffsetDateTime.now());
        this.hash = new HashProvenance(DEFAULT_HASH_TYPE, RESOURCE_HASH, stamp.sha256());
    }

    /**
     * Deserialisation constructor.
     *
     * @param map the provenances by name
     */
    public ConversationSourceProvenance(Map<String, Provenance> map) {
        this(extract(map));
    }

    private ConversationSourceProvenance(ExtractedInfo info) {
        super(info);
        String name = ConversationSourceProvenance.class.getSimpleName();
        this.fileModified = checkAndExtractProvenance(info, FILE_MODIFIED_TIME, DateTimeProvenance.class, name);
        this.created = checkAndExtractProvenance(info, DATASOURCE_CREATION_TIME, DateTimeProvenance.class, name);
        this.hash = checkAndExtractProvenance(info, RESOURCE_HASH, HashProvenance.class, name);
    }

    private static ExtractedInfo extract(Map<String, Provenance> map) {
        Map<String, Provenance> configured = new HashMap<>(map);
        Map<String, PrimitiveProvenance<?>> instance = new HashMap<>();
        for (String key : List.of(FILE_MODIFIED_TIME, DATASOURCE_CREATION_TIME, RESOURCE_HASH)) {
            instance.put(key, take(configured, key, PrimitiveProvenance.class));
        }
        String className = take(configured, CLASS_NAME, StringProvenance.class).getValue();
        String hostName =
                take(configured, HOST_SHORT_NAME, StringProvenance.class).getValue();
        return new ExtractedInfo(className, hostName, configured, instance);
    }

    private static <T extends Provenance> T take(Map<String, Provenance> map, String key, Class<T> type) {
        return ObjectProvenance.checkAndExtractProvenance(
                map, key, type, ConversationSourceProvenance.class.getSimpleName());
    }

    /**
     * {@return the SHA-256 of the file's bytes, in hexadecimal}
     */
    public String sha256() {
        return hash.getValue();
    }

    @Override
    public Map<String, PrimitiveProvenance<?>> getInstanceValues() {
        Map<String, PrimitiveProvenance<?>> values = super.getInstanceValues();
        values.put(FILE_MODIFIED_TIME, fileModified);
        values.put(DATASOURCE_CREATION_TIME, created);
        values.put(RESOURCE_HASH, hash);
        return values;
    }
}
