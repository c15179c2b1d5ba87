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
package io.github.tribuollm.llm.lora;

import java.util.List;

/**
 * Which layers an adapter sits on, as PEFT decides it.
 *
 * @param targets the modules
 * @param excluded modules among them that are left out
 * @param layers numbers of layers, from 0, to which the ends of paths among the targets are restricted; empty for all
 * @param layersPatterns what comes before a layer's number in a path, such as {@code layers}, as regular expressions;
 *     empty for the first number
 */
public record LayerSelection(
        ModuleNames targets, ModuleNames excluded, List<Integer> layers, List<String> layersPatterns) {
    /**
     * Checks the values and takes copies.
     *
     * @param targets the modules
     * @param excluded modules among them that are left out
     * @param layers numbers of layers
     * @param layersPatterns what comes before a number
     * @throws IllegalArgumentException if there is no target, if layers are chosen among modules that an expression
     *     names, or patterns are given without layers
     */
    public LayerSelection {
        layers = List.copyOf(layers);
        layersPatterns = List.copyOf(layersPatterns);
        require(
                !targets.isEmpty(),
                "LoRA needs a target module; use \"" + ModuleNames.ALL_LINEAR + "\" for all linear layers");
        require(
                layers.isEmpty() || !(targets instanceof ModuleNames.Expression),
                "layers_to_transform goes with a list of target modules; put the layers' numbers into the expression");
        require(
                layersPatterns.isEmpty() || !layers.isEmpty(),
                "layers_pattern says where the numbers of layers_to_transform stand, but there are none");
        require(layers.stream().allMatch(layer -> layer >= 0), "a layer's number must not be negative: " + layers);
        layersPatterns.forEach(PythonPattern::ofEnd);
    }

    private static void require(boolean condition, String message) {
        if (!condition) {
            throw new IllegalArgumentException(message);
        }
    }

    /** All layers of these modules. */
    static LayerSelection of(ModuleNames targets) {
        return new LayerSelection(targets, ModuleNames.none(), List.of(), List.of());
    }

    /**
     * Whether an adapter sits on a module. In PEFT a whole path among the targets is taken whatever its layer.
     *
     * @param module its path
     * @return whether it does
     */
    public boolean takes(String module) {
        if (!targets.name(module) || !excluded.isEmpty() && excluded.name(module)) {
            return false;
        }
        boolean wholePath =
                targets instanceof ModuleNames.Ends ends && ends.names().contains(module);
        return layers.isEmpty() || wholePath || layers.contains(layer(module));
    }

    /** The number of a module's layer; -1 if its path has none. */
    private int layer(String module) {
        if (layersPatterns.isEmpty()) {
            return layer(module, 2, "");
        }
        return layersPatterns.stream()
                .mapToInt(pattern -> layer(module, 1, pattern))
                .filter(found -> found >= 0)
                .findFirst()
                .orElse(-1);
    }

    /** The first number between the parts of a path, after so many parts that match a pattern where there is one. */
    private static int layer(String module, int first, String pattern) {
        List<String> parts = List.of(module.split("\\.", -1));
        for (int i = first; i < parts.size() - 1; i++) {
            boolean number = parts.get(i).matches("[0-9]{1,9}");
            if (number
                    && (pattern.isEmpty()
                            || PythonPattern.ofEnd(pattern).matches(String.join(".", parts.subList(0, i))))) {
                return Integer.parseInt(parts.get(i));
            }
        }
        return -1;
    }

    /** {@return the modules, and what restricts them} */
    @Override
    public String toString() {
        return targets
                + (excluded.isEmpty() ? "" : " without " + excluded)
                + (layers.isEmpty() ? "" : " of layers " + layers)
                + (layersPatterns.isEmpty() ? "" : " in " + layersPatterns);
    }
}
