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
package io.github.tribuollm.llm;

import com.oracle.labs.mlrg.olcut.provenance.ObjectProvenance;
import com.oracle.labs.mlrg.olcut.provenance.PrimitiveProvenance;
import com.oracle.labs.mlrg.olcut.provenance.Provenance;
import com.oracle.labs.mlrg.olcut.provenance.impl.SkeletalConfiguredObjectProvenance;
import com.oracle.labs.mlrg.olcut.provenance.primitives.DateTimeProvenance;
import com.oracle.labs.mlrg.olcut.provenance.primitives.HashProvenance;
import com.oracle.labs.mlrg.olcut.provenance.primitives.StringProvenance;
import io.github.tribuollm.llm.data.FileStamp;
import java.time.OffsetDateTime;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.tribuo.provenance.ConfiguredDataSourceProvenance;

/** Where token sequences came from: the source's configuration and the SHA-256 of the tokenizer. */
public final class TokenSequenceSourceProvenance extends SkeletalConfiguredObjectProvenance
        implements ConfiguredDataSourceProvenance {
    private static final long serialVersionUID = 1L;

    /** The name of the hash of the checkpoint's tokenizer.json. */
    public static final String TOKENIZER_HASH = "tokenizer-hash";

    private final DateTimeProvenance created;
    private final HashProvenance tokenizerHash;

    TokenSequenceSourceProvenance(TokenSource host) {
        super(host, "DataSource");
        this.created = new DateTimeProvenance(DATASOURCE_CREATION_TIME, OffsetDateTime.now());
        String sha256 =
                FileStamp.of(host.checkpoint().resolve("tokenizer.json")).sha256();
        this.tokenizerHash = new HashProvenance(DEFAULT_HASH_TYPE, TOKENIZER_HASH, sha256);
    }

    /**
     * Deserialisation constructor.
     *
     * @param map the provenances by name
     */
    public TokenSequenceSourceProvenance(Map<String, Provenance> map) {
        this(extract(map));
    }

    private TokenSequenceSourceProvenance(ExtractedInfo info) {
        super(info);
        String name = TokenSequenceSourceProvenance.class.getSimpleName();
        this.created = checkAndExtractProvenance(info, DATASOURCE_CREATION_TIME, DateTimeProvenance.class, name);
        this.tokenizerHash = checkAndExtractProvenance(info, TOKENIZER_HASH, HashProvenance.class, name);
    }

    private static ExtractedInfo extract(Map<String, Provenance> map) {
        Map<String, Provenance> configured = new HashMap<>(map);
        Map<String, PrimitiveProvenance<?>> instance = new HashMap<>();
        for (String key : List.of(DATASOURCE_CREATION_TIME, TOKENIZER_HASH)) {
            instance.put(key, take(configured, key, PrimitiveProvenance.class));
        }
        String className = take(configured, CLASS_NAME, StringProvenance.class).getValue();
        String hostName =
                take(configured, HOST_SHORT_NAME, StringProvenance.class).getValue();
        return new ExtractedInfo(className, hostName, configured, instance);
    }

    private static <T extends Provenance> T take(Map<String, Provenance> map, String key, Class<T> type) {
        return ObjectProvenance.checkAndExtractProvenance(
                map, key, type, TokenSequenceSourceProvenance.class.getSimpleName());
    }

    /**
     * {@return the SHA-256 of the checkpoint's tokenizer.json, in hexadecimal}
     */
    public String tokenizerSha256() {
        return tokenizerHash.getValue();
    }

    /** {@return where the checkpoint's tokenizer.json is: a path, or a location in a hub} */
    public String tokenizerLocation() {
        return configuredParameters.get("checkpoint") + "/tokenizer.json";
    }

    @Override
    public Map<String, PrimitiveProvenance<?>> getInstanceValues() {
        Map<String, PrimitiveProvenance<?>> values = super.getInstanceValues();
        values.put(DATASOURCE_CREATION_TIME, created);
        values.put(TOKENIZER_HASH, tokenizerHash);
        return values;
    }
}
