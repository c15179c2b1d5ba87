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
package io.github.tribuollm.llm.configuration;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Finds components that are part of themselves. */
final class Cycles {
    private final Map<String, Declared> components;
    private final Set<String> sound = new HashSet<>();
    private final List<String> way = new ArrayList<>();

    private Cycles(Map<String, Declared> components) {
        this.components = components;
    }

    /**
     * Looks at all components.
     *
     * @param references of each component, by field
     * @throws ConfigurationException naming the components of the first cycle
     */
    static void requireNone(Map<String, Declared> components, References references) {
        Cycles cycles = new Cycles(components);
        components.keySet().forEach(name -> cycles.visit(name, references));
    }

    /** The components that a field of a component names. */
    interface References {
        List<String> of(Declared component, String field);
    }

    private void visit(String name, References references) {
        if (sound.contains(name)) {
            return;
        }
        way.add(name);
        Declared component = components.get(name);
        for (String field : component.settings().keySet()) {
            for (String part : references.of(component, field)) {
                int start = way.indexOf(part);
                if (start >= 0) {
                    throw component.problem(
                            field,
                            "a component cannot be part of itself: "
                                    + String.join(" -> ", way.subList(start, way.size())) + " -> " + part
                                    + "; name another");
                }
                visit(part, references);
            }
        }
        way.remove(way.size() - 1);
        sound.add(name);
    }
}
