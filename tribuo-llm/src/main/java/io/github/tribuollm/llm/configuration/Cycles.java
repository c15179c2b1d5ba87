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
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Finds components that are part of themselves, or of too many others. */
final class Cycles {
    /** The most components that may be part of each other, for each takes its share of the stack. */
    private static final int DEEPEST = 100;

    private final Map<String, Declared> components;
    private final Map<String, Integer> depths = new HashMap<>();
    private final List<String> way = new ArrayList<>();

    private Cycles(Map<String, Declared> components) {
        this.components = components;
    }

    /**
     * Looks at all components.
     *
     * @param references of each component, by field
     * @throws ConfigurationException naming the components of the first cycle, or the ends of a chain that is too deep
     */
    static void requireNone(Map<String, Declared> components, References references) {
        Cycles cycles = new Cycles(components);
        components.keySet().forEach(name -> cycles.visit(name, references));
    }

    /** The components that a field of a component names. */
    interface References {
        List<String> of(Declared component, String field);
    }

    /** {@return how many components lie on the longest way from one down, itself included} */
    private int visit(String name, References references) {
        if (depths.containsKey(name)) {
            return depths.get(name);
        }
        way.add(name);
        int depth = 1;
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
                requireShallow(component, field, way.size() + 1);
                int below = visit(part, references);
                requireShallow(component, field, way.size() + below);
                depth = Math.max(depth, 1 + below);
            }
        }
        way.remove(way.size() - 1);
        depths.put(name, depth);
        return depth;
    }

    private static void requireShallow(Declared component, String field, int depth) {
        if (depth > DEEPEST) {
            throw component.problem(
                    field, "more than " + DEEPEST + " components are part of one another in a row; nest fewer");
        }
    }
}
