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
package io.github.tribuollm.llm.teacher;

import com.oracle.labs.mlrg.olcut.provenance.ConfiguredObjectProvenance;
import com.oracle.labs.mlrg.olcut.provenance.impl.ConfiguredObjectProvenanceImpl;
import io.github.tribuollm.llm.checkpoint.Checkpoint;
import java.util.Optional;

/** The base as it is: the adapter off. */
public final class BaseReference implements Reference {
    /** The base. */
    public BaseReference() {}

    @Override
    public OpenReference open(Student student) {
        Optional<Checkpoint> own =
                student.baseIsFrozen() ? Optional.empty() : Optional.of(Checkpoint.open(student.checkpoint()));
        return OpenReference.of(own, Optional.empty(), "the base");
    }

    @Override
    public ConfiguredObjectProvenance getProvenance() {
        return new ConfiguredObjectProvenanceImpl(this, "Reference");
    }

    @Override
    public String toString() {
        return "the base";
    }
}
