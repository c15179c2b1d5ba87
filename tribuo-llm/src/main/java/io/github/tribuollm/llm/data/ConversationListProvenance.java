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

import com.oracle.labs.mlrg.olcut.provenance.Provenance;
import com.oracle.labs.mlrg.olcut.provenance.primitives.HashProvenance;
import java.util.Map;

/** How many conversations were in memory, and the SHA-256 of their file. */
public final class ConversationListProvenance extends SourceProvenance {
    private static final long serialVersionUID = 1L;

    ConversationListProvenance(ConversationList host) {
        super(host, new HashProvenance(DEFAULT_HASH_TYPE, RESOURCE_HASH, host.sha256()));
    }

    /**
     * Deserialisation constructor.
     *
     * @param map the provenances by name
     */
    public ConversationListProvenance(Map<String, Provenance> map) {
        super(map, Map.of(RESOURCE_HASH, HashProvenance.class));
    }
}
