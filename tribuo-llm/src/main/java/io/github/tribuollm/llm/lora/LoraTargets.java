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
import io.github.tribuollm.llm.checkpoint.CheckpointException;
import java.util.Arrays;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** Which layers of a model an adapter sits on, and whether it fits them. */
public final class LoraTargets {
    private LoraTargets() {}

    /**
     * The layers that a configuration names for training; a name matches a layer's whole path or its end, as in PEFT.
     *
     * @param architecture the model
     * @param config the adapter's form
     * @return the layers by path, in forward order
     * @throws IllegalArgumentException if a name, a number or an expression matches no linear layer
     */
    public static Map<String, LinearLayer> resolve(Architecture architecture, LoraConfig config) {
        LayerSelection selection = config.layers();
        List<LinearLayer> all = architecture.linearLayers();
        if (selection.targets() instanceof ModuleNames.Ends ends) {
            ends.names().forEach(name -> requireKnown(architecture, name));
        }
        if (!selection.excluded().isEmpty()
                && all.stream().noneMatch(layer -> selection.excluded().name(layer.module()))) {
            throw new IllegalArgumentException("the excluded modules " + selection.excluded()
                    + " are no linear layers of this model; leave them out, or name layers such as "
                    + all.get(0).module());
        }
        int layers = architecture.layers().size();
        selection.layers().stream()
                .filter(number -> number >= layers)
                .findFirst()
                .ifPresent(number -> {
                    throw new IllegalArgumentException(
                            "there is no layer " + number + " to transform; the model has layers 0 to " + (layers - 1));
                });
        Map<String, LinearLayer> chosen = new LinkedHashMap<>();
        all.stream()
                .filter(layer -> selection.takes(layer.module()))
                .forEach(layer -> chosen.put(layer.module(), layer));
        if (chosen.isEmpty()) {
            throw new IllegalArgumentException("no linear layer of this model is one of " + selection + "; known are "
                    + known(architecture) + ", such as " + all.get(0).module());
        }
        requireUsed("rank", config.exceptions().ranks().keySet(), chosen.keySet());
        requireUsed("alpha", config.exceptions().alphas().keySet(), chosen.keySet());
        return chosen;
    }

    private static void requireKnown(Architecture architecture, String target) {
        ModuleNames one = new ModuleNames.Ends(List.of(target));
        if (architecture.linearLayers().stream().noneMatch(layer -> one.name(layer.module()))) {
            throw new IllegalArgumentException("LoRA target \"" + target + "\" is no linear layer of this model; "
                    + "known are " + known(architecture) + " and " + LoraConfig.ALL_LINEAR
                    + reason(architecture, target));
        }
    }

    private static TreeSet<String> known(Architecture architecture) {
        return architecture.linearLayers().stream()
                .map(LinearLayer::name)
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private static void requireUsed(String kind, Collection<String> patterns, Collection<String> modules) {
        for (String pattern : patterns) {
            PythonPattern names = PythonPattern.ofEnd(pattern);
            if (modules.stream().noneMatch(names::matches)) {
                throw new IllegalArgumentException(
                        "the " + kind + " pattern \"" + pattern + "\" matches no adapted layer," + " such as "
                                + modules.iterator().next() + "; correct it or leave it out");
            }
        }
    }

    /** Why a layer that the model does have is none to adapt. */
    private static String reason(Architecture architecture, String target) {
        boolean head = target.endsWith(architecture.outputLayer().name());
        if (!head && !target.endsWith(architecture.embedding().name())) {
            return "";
        }
        if (architecture.tiedHead()) {
            return "; the output layer and the embedding are one tensor (tie_word_embeddings), and an adapter on one of"
                    + " them would part them when it is merged";
        }
        return head
                ? "; new adapters on the output layer are not supported, which PEFT leaves out of all-linear too"
                : "; new adapters of embeddings are not supported";
    }

    /**
     * Checks that an adapter fits a model, and that it is whole.
     *
     * @param architecture the model
     * @param adapter the adapter
     * @throws CheckpointException if it changes what the model lacks or has in another size, or lacks a layer that its
     *     configuration names
     */
    public static void requireFit(Architecture architecture, Adapter adapter) {
        Map<String, LinearLayer> layers = new LinkedHashMap<>();
        architecture.linearLayers().forEach(layer -> layers.put(layer.module(), layer));
        List.of(architecture.embedding(), architecture.outputLayer()).forEach(l -> layers.put(l.module(), l));
        adapter.modules().forEach((module, pair) -> {
            LinearLayer layer = layers.get(module);
            requireShape(
                    module,
                    new long[] {pair.out(), pair.in()},
                    layer == null ? null : new long[] {layer.out(), layer.in()});
        });
        requireWhole(adapter, layers.keySet());
        adapter.replaced().forEach((name, replacement) -> requireFit(architecture, name, replacement));
        requireTied(architecture, adapter);
    }

    /** An output layer that follows the embedding has no values but those that follow from the embedding's. */
    private static void requireTied(Architecture architecture, Adapter adapter) {
        if (!adapter.tied() || !architecture.tiedHead()) {
            return;
        }
        Map<String, Replacement> implied =
                complete(architecture, independent(architecture, adapter)).tensors();
        adapter.tensors().forEach((name, tensor) -> {
            if (!implied.containsKey(name)
                    || !Arrays.equals(tensor.values(), implied.get(name).values())) {
                throw new CheckpointException("The adapter's output layer is to follow the embedding"
                        + " (ensure_weight_tying), but '" + name + "' does not; merge the adapter with PEFT and use the"
                        + " merged checkpoint");
            }
        });
    }

    private static void requireWhole(Adapter adapter, Collection<String> layers) {
        for (String module : layers) {
            boolean named = adapter.config().layers().takes(module)
                    && !adapter.replaced().containsKey(module + ".weight");
            if (named && !adapter.modules().containsKey(module)) {
                throw new CheckpointException("The adapter has no tensors of module '" + module
                        + "', though its target_modules are " + adapter.config().layers()
                        + "; copy the adapter again, or exclude the module in its configuration");
            }
        }
    }

    private static void requireFit(Architecture architecture, String name, Replacement replacement) {
        Map<String, long[]> shapes = new LinkedHashMap<>(architecture.shapes());
        LinearLayer head = architecture.outputLayer();
        shapes.put(head.module() + ".weight", new long[] {head.out(), head.in()});
        long[] shape = shapes.get(name);
        if (replacement instanceof Replacement.Rows rows && shape != null) {
            requireShape(name, new long[] {shape[0], rows.width()}, shape);
            if (Arrays.stream(rows.rows()).anyMatch(row -> row >= shape[0])) {
                throw new CheckpointException("The adapter has new values of token "
                        + Arrays.stream(rows.rows()).max().orElseThrow()
                        + " (trainable_token_indices), but the model has "
                        + shape[0] + " tokens; it belongs to another base");
            }
        } else {
            requireShape(name, replacement.shape(), shape);
        }
    }

    private static void requireShape(String name, long[] ofAdapter, long[] ofModel) {
        if (!Arrays.equals(ofAdapter, ofModel)) {
            throw new CheckpointException("The adapter changes " + name + " " + Arrays.toString(ofAdapter)
                    + ", but the model has " + (ofModel == null ? "no such layer" : Arrays.toString(ofModel))
                    + "; it belongs to another base");
        }
    }

    /**
     * Checks that dropout can act on all inputs of A.
     *
     * @param architecture the model
     * @param form the adapter's form
     * @throws CheckpointException if there is dropout and the output layer has an update, whose matrix is computed whole
     */
    public static void requireDroppable(Architecture architecture, AdapterForm form) {
        String head = architecture.outputLayer().module();
        if (form.dropout() > 0 && form.modules().containsKey(head)) {
            throw new CheckpointException("Dropout of the inputs of an adapter on '" + head
                    + "' is not supported; set the adapter's dropout (lora_dropout) to 0, or take it off this layer");
        }
    }

    /**
     * The adapter without what follows from the rest of it, for training: where the output layer is the embedding and
     * stays so, PEFT's files hold the same values for both.
     *
     * @param architecture the model
     * @param adapter an adapter that fits it
     * @return the adapter whose tensors are independent
     */
    public static Adapter independent(Architecture architecture, Adapter adapter) {
        if (!adapter.tied() || !architecture.tiedHead()) {
            return adapter;
        }
        SortedMap<String, LowRank> modules = new TreeMap<>(adapter.modules());
        modules.remove(architecture.outputLayer().module());
        SortedMap<String, Replacement> replaced = new TreeMap<>(adapter.replaced());
        replaced.remove(architecture.outputLayer().module() + ".weight");
        return new Adapter(adapter.config(), modules, replaced, true, adapter.baseHash());
    }

    /**
     * The opposite of {@link #independent}: the adapter as PEFT writes it.
     *
     * @param architecture the model
     * @param adapter an adapter whose tensors are independent
     * @return the adapter with what the output layer has of the embedding that it follows
     */
    public static Adapter complete(Architecture architecture, Adapter adapter) {
        if (!adapter.tied() || !architecture.tiedHead()) {
            return adapter;
        }
        String embedding = architecture.embedding().module();
        String head = architecture.outputLayer().module();
        SortedMap<String, LowRank> modules = new TreeMap<>(adapter.modules());
        SortedMap<String, Replacement> replaced = new TreeMap<>(adapter.replaced());
        if (modules.containsKey(embedding)) {
            modules.put(head, modules.get(embedding).transposed());
        }
        if (replaced.get(embedding + ".weight") instanceof Replacement.Whole whole) {
            replaced.put(head + ".weight", whole);
        }
        return new Adapter(adapter.config(), modules, replaced, true, adapter.baseHash());
    }
}
