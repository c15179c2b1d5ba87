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
package io.github.tribuollm.objectives.weight;

import com.oracle.labs.mlrg.olcut.config.Config;
import io.github.tribuollm.graph.Tensor;
import java.util.List;
import java.util.Optional;

/** 1 - w: the tokens that a mask leaves. */
public final class Complement implements TokenWeight {
    @Config(mandatory = true, description = "The mask whose complement is taken.")
    private TokenWeight mask;

    private Complement() {}

    /**
     * The complement of a mask.
     *
     * @param mask the mask
     */
    public Complement(TokenWeight mask) {
        this.mask = mask;
    }

    /** {@return the mask whose complement this is} */
    public TokenWeight mask() {
        return mask;
    }

    @Override
    public Tensor of(TokenStatistics statistics) {
        return mask.of(statistics).neg().add(1);
    }

    @Override
    public List<Selection> selections() {
        return mask.selections();
    }

    @Override
    public Optional<Scope> scope() {
        return mask.scope();
    }

    @Override
    public String toString() {
        return "not (" + mask + ")";
    }
}
