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
package io.github.tribuollm.llm.generation;

import com.oracle.labs.mlrg.olcut.provenance.Provenancable;
import java.util.List;

/**
 * Answers to prompts.
 *
 * @param list in the order of the prompts
 * @param provenance of the model and the settings
 */
public record Generations(List<Generation> list, GenerationProvenance provenance)
        implements Provenancable<GenerationProvenance> {
    /** Copies the list. */
    public Generations {
        list = List.copyOf(list);
    }

    @Override
    public GenerationProvenance getProvenance() {
        return provenance;
    }
}
