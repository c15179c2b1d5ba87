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
package io.github.tribuollm.tutorials;

import com.oracle.labs.mlrg.olcut.provenance.ObjectProvenance;
import com.oracle.labs.mlrg.olcut.provenance.PrimitiveProvenance;
import com.oracle.labs.mlrg.olcut.provenance.Provenance;
import com.oracle.labs.mlrg.olcut.provenance.impl.SkeletalConfiguredObjectProvenance;
import com.oracle.labs.mlrg.olcut.provenance.primitives.DateTimeProvenance;
import com.oracle.labs.mlrg.olcut.provenance.primitives.HashProvenance;
import com.oracle.labs.mlrg.olcut.provenance.primitives.StringProvenance;
import io.github.tribuollm.llm.data.Conversation;
import io.github.tribuollm.llm.data.Message;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.OffsetDateTime;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Map;
import org.tribuo.provenance.ConfiguredDataSourceProvenance;

/** What a {@link SyntheticCorpus} generated: its configuration, and the SHA-256 of its text, which a changed grammar changes. */
public final class SyntheticCorpusProvenance extends SkeletalConfiguredObjectProvenance
        implements ConfiguredDataSourceProvenance {
    private static final long serialVersionUID = 1L;

    private final DateTimeProvenance created;
    private final HashProvenance hash;

    SyntheticCorpusProvenance(SyntheticCorpus host) {
        super(host, "DataSource");
        this.created = new DateTimeProvenance(DATASOURCE_CREATION_TIME, OffsetDateTime.now());
        this.hash = new HashProvenance(DEFAULT_HASH_TYPE, RESOURCE_HASH, sha256(host));
    }

    /**
     * Deserialisation constructor.
     *
     * @param map the provenances by name
     */
    public SyntheticCorpusProvenance(Map<String, Provenance> map) {
        this(extract(map));
    }

    private SyntheticCorpusProvenance(ExtractedInfo info) {
        super(info);
        String name = SyntheticCorpusProvenance.class.getSimpleName();
        this.created = checkAndExtractProvenance(info, DATASOURCE_CREATION_TIME, DateTimeProvenance.class, name);
        this.hash = checkAndExtractProvenance(info, RESOURCE_HASH, HashProvenance.class, name);
    }

    private static ExtractedInfo extract(Map<String, Provenance> map) {
        Map<String, Provenance> configured = new HashMap<>(map);
        Map<String, PrimitiveProvenance<?>> instance = new HashMap<>();
        instance.put(DATASOURCE_CREATION_TIME, take(configured, DATASOURCE_CREATION_TIME, DateTimeProvenance.class));
        instance.put(RESOURCE_HASH, take(configured, RESOURCE_HASH, HashProvenance.class));
        String className = take(configured, CLASS_NAME, StringProvenance.class).getValue();
        String hostName =
                take(configured, HOST_SHORT_NAME, StringProvenance.class).getValue();
        return new ExtractedInfo(className, hostName, configured, instance);
    }

    private static <T extends Provenance> T take(Map<String, Provenance> map, String key, Class<T> type) {
        String name = SyntheticCorpusProvenance.class.getSimpleName();
        T value = ObjectProvenance.checkAndExtractProvenance(map, key, type, name);
        map.remove(key);
        return value;
    }

    private static String sha256(SyntheticCorpus corpus) {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            for (Conversation conversation : corpus) {
                for (Message message : conversation.messages()) {
                    digest.update(message.content().getBytes(StandardCharsets.UTF_8));
                    digest.update((byte) 0);
                }
            }
            return HexFormat.of().formatHex(digest.digest());
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("This Java runtime has no SHA-256", e);
        }
    }

    /**
     * {@return the SHA-256 of the messages in order, each as UTF-8 and followed by a zero byte, in hexadecimal}
     */
    public String sha256() {
        return hash.getValue();
    }

    @Override
    public Map<String, PrimitiveProvenance<?>> getInstanceValues() {
        Map<String, PrimitiveProvenance<?>> values = super.getInstanceValues();
        values.put(DATASOURCE_CREATION_TIME, created);
        values.put(RESOURCE_HASH, hash);
        return values;
    }
}
