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

import com.oracle.labs.mlrg.olcut.provenance.Provenance;
import com.oracle.labs.mlrg.olcut.provenance.primitives.HashProvenance;
import io.github.tribuollm.llm.data.Conversation;
import io.github.tribuollm.llm.data.Message;
import io.github.tribuollm.llm.data.SourceProvenance;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Map;

/**
 * What a {@link SyntheticCorpus} generated: its configuration, and the SHA-256 of its text, which a changed grammar
 * changes.
 */
public final class SyntheticCorpusProvenance extends SourceProvenance {
    private static final long serialVersionUID = 1L;

    SyntheticCorpusProvenance(SyntheticCorpus host) {
        super(host, new HashProvenance(DEFAULT_HASH_TYPE, RESOURCE_HASH, sha256(host)));
    }

    /**
     * Deserialisation constructor.
     *
     * @param map the provenances by name
     */
    public SyntheticCorpusProvenance(Map<String, Provenance> map) {
        super(map, Map.of(RESOURCE_HASH, HashProvenance.class));
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
        return hash(RESOURCE_HASH);
    }
}
