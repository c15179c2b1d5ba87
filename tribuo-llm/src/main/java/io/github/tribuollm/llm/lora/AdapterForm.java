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

import io.github.tribuollm.llm.architecture.LinearLayer;
import java.util.Arrays;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * All that graphs need to know of an adapter but its values. Adapters of one form share a graph.
 *
 * @param dropout the probability with which an input of A is dropped in training
 * @param modules the update of each adapted layer, by path
 * @param replaced the tensors of the base that have new values, by name
 * @param tied see {@link Adapter#tied}
 */
public record AdapterForm(
        double dropout, SortedMap<String, Update> modules, SortedMap<String, Fresh> replaced, boolean tied) {
    private static final String EMBEDDING = "embed_tokens";

    /**
     * The update of a layer.
     *
     * @param in its input size
     * @param out its output size
     * @param rank the rank
     * @param scale the factor of B A
     * @param bias whether there is a bias of B
     * @param magnitude whether the rows of the updated matrix are scaled to given norms
     */
    public record Update(int in, int out, int rank, float scale, boolean bias, boolean magnitude) {
        private Map<String, long[]> shapes(String module) {
            Map<String, long[]> shapes = new LinkedHashMap<>();
            shapes.put(a(module), new long[] {rank, in});
            shapes.put(b(module), new long[] {out, rank});
            if (bias) {
                shapes.put(AdapterForm.bias(module), new long[] {out});
            }
            if (magnitude) {
                shapes.put(AdapterForm.magnitude(module), new long[] {out});
            }
            return shapes;
        }
    }

    /**
     * New values of a tensor.
     *
     * @param shape of the values
     * @param rows the rows that they replace; empty if they replace all
     */
    public record Fresh(List<Long> shape, Optional<List<Integer>> rows) {
        private static Fresh of(Replacement replacement) {
            Optional<List<Integer>> rows = replacement instanceof Replacement.Rows some
                    ? Optional.of(Arrays.stream(some.rows()).boxed().toList())
                    : Optional.empty();
            return new Fresh(Arrays.stream(replacement.shape()).boxed().toList(), rows);
        }

        long[] sizes() {
            return shape.stream().mapToLong(Long::longValue).toArray();
        }
    }

    /**
     * Takes copies of the maps.
     *
     * @param dropout the probability of dropout
     * @param modules the update of each adapted layer
     * @param replaced the tensors that have new values
     * @param tied whether the output layer follows the embedding that it is tied to
     */
    public AdapterForm {
        modules = Collections.unmodifiableSortedMap(new TreeMap<>(modules));
        replaced = Collections.unmodifiableSortedMap(new TreeMap<>(replaced));
    }

    /** {@return the form of no adapter: the base alone} */
    public static AdapterForm none() {
        return new AdapterForm(0, Collections.emptySortedMap(), Collections.emptySortedMap(), false);
    }

    /**
     * The form of an adapter that starts from zero.
     *
     * @param config its shape
     * @param layers the layers that it adapts
     * @return the form
     */
    public static AdapterForm of(LoraConfig config, Collection<LinearLayer> layers) {
        SortedMap<String, Update> modules = new TreeMap<>();
        layers.forEach(layer -> modules.put(
                layer.module(),
                new Update(
                        layer.in(),
                        layer.out(),
                        config.rank(layer.module()),
                        (float) config.scale(layer.module()),
                        false,
                        false)));
        return new AdapterForm(config.dropout(), modules, Collections.emptySortedMap(), false);
    }

    static AdapterForm of(Adapter adapter) {
        LoraConfig config = adapter.config();
        SortedMap<String, Update> modules = new TreeMap<>();
        adapter.modules().forEach((module, pair) -> modules.put(module, update(pair, (float) config.scale(module))));
        SortedMap<String, Fresh> replaced = new TreeMap<>();
        adapter.replaced().forEach((name, replacement) -> replaced.put(name, Fresh.of(replacement)));
        return new AdapterForm(config.dropout(), modules, replaced, adapter.tied());
    }

    private static Update update(LowRank pair, float scale) {
        return new Update(
                pair.in(),
                pair.out(),
                pair.rank(),
                scale,
                pair.bias().isPresent(),
                pair.magnitude().isPresent());
    }

    /**
     * The same with another dropout.
     *
     * @param rate in [0, 1)
     * @return the form
     */
    public AdapterForm withDropout(double rate) {
        return new AdapterForm(rate, modules, replaced, tied);
    }

    /**
     * The shapes of the tensors of a module's update.
     *
     * @param module its path
     * @return shapes by name: of A, B, and where there are any of the bias and the magnitude
     */
    public Map<String, long[]> shapes(String module) {
        return modules.get(module).shapes(module);
    }

    /** {@return the shapes of the new values of the base's tensors, by name} */
    public Map<String, long[]> replacedShapes() {
        Map<String, long[]> shapes = new LinkedHashMap<>();
        replaced.forEach((name, fresh) -> shapes.put(fresh(name, fresh.rows().isPresent()), fresh.sizes()));
        return shapes;
    }

    /**
     * Whether the output layer is not the base's.
     *
     * @param outputLayer its path
     * @param tiedHead whether it is the base's embedding
     * @return whether an update or new values change it, its own or those of the embedding that it follows
     */
    public boolean changesHead(String outputLayer, boolean tiedHead) {
        return changes(outputLayer)
                || tiedHead
                        && tied
                        && (modules.keySet().stream().anyMatch(AdapterForm::isEmbedding)
                                || replaced.keySet().stream().anyMatch(name -> isEmbedding(module(name))));
    }

    private boolean changes(String module) {
        return modules.containsKey(module) || replaced.containsKey(module + ".weight");
    }

    static String module(String tensor) {
        return tensor.substring(0, tensor.lastIndexOf('.'));
    }

    /** Whether a module embeds tokens: PEFT names the matrices of its update otherwise. */
    static boolean isEmbedding(String module) {
        return module.endsWith(EMBEDDING);
    }

    static String a(String module) {
        return module + (isEmbedding(module) ? ".lora_embedding_A" : ".lora_A.weight");
    }

    static String b(String module) {
        return module + (isEmbedding(module) ? ".lora_embedding_B" : ".lora_B.weight");
    }

    static String bias(String module) {
        return module + ".lora_B.bias";
    }

    static String magnitude(String module) {
        return module + ".lora_magnitude_vector";
    }

    /** The name of new values, which a graph holds beside the base's. */
    static String fresh(String tensor, boolean rows) {
        String module = module(tensor);
        return rows
                ? module + ".token_adapter.trainable_tokens_delta"
                : module + ".modules_to_save" + tensor.substring(module.length());
    }
}
