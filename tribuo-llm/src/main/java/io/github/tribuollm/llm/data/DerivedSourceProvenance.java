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
import java.util.Map;

/** The configuration of a source that is made of others, whose provenances are part of it. */
public final class DerivedSourceProvenance extends SourceProvenance {
    private static final long serialVersionUID = 1L;

    DerivedSourceProvenance(Configurable host) {
        super(host);
    }

    /**
     * Deserialisation constructor.
     *
     * @param map the provenances by name
     */
    public DerivedSourceProvenance(Map<String, Provenance> map) {
        super(map, Map.of());
    }
}
