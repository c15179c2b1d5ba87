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
import com.oracle.labs.mlrg.olcut.provenance.Provenance;
import com.oracle.labs.mlrg.olcut.provenance.primitives.DateTimeProvenance;
import com.oracle.labs.mlrg.olcut.provenance.primitives.HashProvenance;
import java.nio.file.Path;
import java.util.Map;

/** Where the rows of a file came from: the source's configuration, the file's SHA-256 and its times. */
public final class ConversationSourceProvenance extends SourceProvenance {
    private static final long serialVersionUID = 1L;

    /**
     * Records a source as it is now.
     *
     * @param host the source
     * @param file the file that it reads
     * @throws DataException if the file cannot be read
     */
    public ConversationSourceProvenance(Configurable host, Path file) {
        this(host, FileStamp.of(file));
    }

    private ConversationSourceProvenance(Configurable host, FileStamp stamp) {
        super(
                host,
                new DateTimeProvenance(FILE_MODIFIED_TIME, stamp.modified()),
                new HashProvenance(DEFAULT_HASH_TYPE, RESOURCE_HASH, stamp.sha256()));
    }

    /**
     * Deserialisation constructor.
     *
     * @param map the provenances by name
     */
    public ConversationSourceProvenance(Map<String, Provenance> map) {
        super(map, Map.of(FILE_MODIFIED_TIME, DateTimeProvenance.class, RESOURCE_HASH, HashProvenance.class));
    }

    /**
     * {@return the SHA-256 of the file's bytes, in hexadecimal}
     */
    public String sha256() {
        return hash(RESOURCE_HASH);
    }
}
