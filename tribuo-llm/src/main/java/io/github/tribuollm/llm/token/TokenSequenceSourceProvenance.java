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
package io.github.tribuollm.llm.token;

import com.oracle.labs.mlrg.olcut.provenance.PrimitiveProvenance;
import com.oracle.labs.mlrg.olcut.provenance.Provenance;
import com.oracle.labs.mlrg.olcut.provenance.primitives.HashProvenance;
import com.oracle.labs.mlrg.olcut.provenance.primitives.IntProvenance;
import io.github.tribuollm.llm.checkpoint.CheckpointFiles;
import io.github.tribuollm.llm.checkpoint.Tokenizer;
import io.github.tribuollm.llm.data.SourceProvenance;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Where token sequences came from: the source's configuration and the SHA-256 of the tokenizer. */
public final class TokenSequenceSourceProvenance extends SourceProvenance {
    private static final long serialVersionUID = 1L;

    /** The name of the hash of the checkpoint's tokenizer.json. */
    public static final String TOKENIZER_HASH = "tokenizer-hash";

    /** The name of the number of rows that were left out because they cannot be used. */
    public static final String REFUSED_ROWS = "refused-rows";

    TokenSequenceSourceProvenance(TokenSource host) {
        super(host, identity(host).toArray(PrimitiveProvenance<?>[]::new));
    }

    private static List<PrimitiveProvenance<?>> identity(TokenSource host) {
        String tokenizer = CheckpointFiles.of(host.checkpoint()).sha256(Tokenizer.FILE);
        HashProvenance hash = new HashProvenance(DEFAULT_HASH_TYPE, TOKENIZER_HASH, tokenizer);
        return host.mayLeaveOutRows()
                ? List.of(hash, new IntProvenance(REFUSED_ROWS, host.report().refused()))
                : List.of(hash);
    }

    /**
     * Deserialisation constructor.
     *
     * @param map the provenances by name
     */
    public TokenSequenceSourceProvenance(Map<String, Provenance> map) {
        super(
                map,
                map.containsKey(REFUSED_ROWS)
                        ? Map.of(TOKENIZER_HASH, HashProvenance.class, REFUSED_ROWS, IntProvenance.class)
                        : Map.of(TOKENIZER_HASH, HashProvenance.class));
    }

    /**
     * {@return the SHA-256 of the checkpoint's tokenizer.json, in hexadecimal}
     */
    public String tokenizerSha256() {
        return hash(TOKENIZER_HASH);
    }

    /** {@return the checkpoint directory whose tokenizer was used; empty if it is in a hub} */
    Optional<Path> localTokenizer() {
        String checkpoint = configuredParameters.get("checkpoint").toString();
        return checkpoint.contains("://") ? Optional.empty() : Optional.of(Path.of(checkpoint));
    }

    /** {@return where the checkpoint's tokenizer.json is: a path, or a location in a hub} */
    public String tokenizerLocation() {
        return configuredParameters.get("checkpoint") + "/tokenizer.json";
    }
}
