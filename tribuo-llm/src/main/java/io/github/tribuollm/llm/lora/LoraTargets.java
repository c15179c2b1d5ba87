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

import io.github.tribuollm.llm.architecture.Architecture;
import io.github.tribuollm.llm.architecture.LinearLayer;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** Which layers of a model an adapter sits on. */
public final class LoraTargets {
    private LoraTargets() {}

    /**
     * The layers that a configuration names; a name matches a layer's whole path or its end, as in PEFT.
     *
     * @param architecture the model
     * @param config the adapter's form
     * @return the layers by path, in forward order
     * @throws IllegalArgumentException if a name matches no linear layer
     */
    public static Map<String, LinearLayer> resolve(Architecture architecture, LoraConfig config) {
        List<LinearLayer> all = architecture.linearLayers();
        boolean everyLayer = config.targetModules().contains(LoraConfig.ALL_LINEAR);
        for (String target : config.targetModules()) {
            if (!everyLayer && all.stream().noneMatch(layer -> matches(layer, target))) {
                throw new IllegalArgumentException("LoRA target \"" + target + "\" is no linear layer of this model; "
                        + "known are "
                        + all.stream().map(LinearLayer::name).collect(Collectors.toCollection(TreeSet::new))
                        + " and " + LoraConfig.ALL_LINEAR + reason(architecture, target));
            }
        }
        Map<String, LinearLayer> chosen = new LinkedHashMap<>();
        all.stream()
                .filter(layer ->
                        everyLayer || config.targetModules().stream().anyMatch(target -> matches(layer, target)))
                .forEach(layer -> chosen.put(layer.module(), layer));
        return chosen;
    }

    /** Why a layer that the model does have is none to adapt. */
    private static String reason(Architecture architecture, String target) {
        boolean head = target.endsWith("lm_head");
        if (!head && !target.endsWith("embed_tokens")) {
            return "";
        }
        if (architecture.tiedHead()) {
            return "; the output layer and the embedding are one tensor (tie_word_embeddings), and an adapter on one of"
                    + " them would part them when it is merged";
        }
        return head
                ? "; adapters on the output layer are not supported, which PEFT leaves out of all-linear too"
                : "; PEFT's adapters of embeddings are not supported";
    }

    private static boolean matches(LinearLayer layer, String target) {
        return layer.module().equals(target) || layer.module().endsWith("." + target);
    }

    /**
     * Checks that an adapter fits a model.
     *
     * @param architecture the model
     * @param adapter the adapter
     * @throws IllegalArgumentException if it sits on a layer that the model lacks, or that has another size
     */
    public static void requireFit(Architecture architecture, Adapter adapter) {
        Map<String, LinearLayer> layers =
                architecture.linearLayers().stream().collect(Collectors.toMap(LinearLayer::module, layer -> layer));
        adapter.modules().forEach((module, pair) -> {
            LinearLayer layer = layers.get(module);
            if (layer == null || layer.in() != pair.in() || layer.out() != pair.out()) {
                throw new IllegalArgumentException(
                        "The adapter changes " + module + " [" + pair.out() + ", " + pair.in()
                                + "], but the model has "
                                + (layer == null ? "no such layer" : "[" + layer.out() + ", " + layer.in() + "]")
                                + "; it belongs to another base");
            }
        });
    }
}
