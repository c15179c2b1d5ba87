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

import com.oracle.labs.mlrg.olcut.config.PropertyException;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The scope that several weights share. */
public final class Scopes {
    private Scopes() {}

    /** Whole documents are together in every scope, so {@link Scope#SEQUENCE} gives way to any other. */
    public static Optional<Scope> common(Stream<TokenWeight> weights) {
        Set<Scope> scopes = weights.flatMap(w -> w.scope().stream()).collect(Collectors.toSet());
        List<Scope> wide =
                scopes.stream().filter(s -> s != Scope.SEQUENCE).sorted().toList();
        if (wide.size() > 1) {
            throw new PropertyException(
                    "", "scope", "all selections of an objective must share one scope; these have " + wide);
        }
        return wide.stream().findFirst().or(() -> scopes.stream().findFirst());
    }
}
