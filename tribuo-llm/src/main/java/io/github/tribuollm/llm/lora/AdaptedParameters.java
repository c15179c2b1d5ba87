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

import io.github.tribuollm.graph.Dim;
import io.github.tribuollm.graph.ElementType;
import io.github.tribuollm.graph.Graph;
import io.github.tribuollm.graph.Matrix;
import io.github.tribuollm.graph.Shape;
import io.github.tribuollm.graph.Tensor;
import io.github.tribuollm.llm.architecture.Parameters;
import io.github.tribuollm.llm.lora.AdapterForm.Fresh;
import io.github.tribuollm.llm.lora.AdapterForm.Update;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * Base weights with an adapter. A linear layer with a low-rank update (Hu et al., "LoRA") is y = x W^T + scale (x A^T)
 * B^T; embedding and output layer are updated as matrices; tensors with new values are read in place of the base's. All
 * of the adapter's values are inputs of the graph, so one session serves every adapter of a form.
 */
public final class AdaptedParameters implements Parameters {
    /** What follows a module's path in the name of its dropout mask. */
    public static final String MASK = ".dropout";

    private static final String WEIGHT = ".weight";
    private static final String BIAS = ".bias";

    private final Graph graph;
    private final Parameters base;
    private final String prefix;
    private final AdapterForm form;
    private final float dropout;
    private final Optional<Masks> masks;
    private final Map<String, Tensor> inputs = new LinkedHashMap<>();
    private final Map<String, Tensor> changed = new LinkedHashMap<>();
    private final Map<String, Tensor> dropoutMasks = new LinkedHashMap<>();

    /** Where dropout masks come from. */
    @FunctionalInterface
    public interface Masks {
        /** The most bytes of masks that a run is fed for several micro-batches or samples together. */
        long MOST_BYTES = 1L << 30;

        /**
         * The mask of a layer's input.
         *
         * @param name the mask's name
         * @param shape its shape, that of the input
         * @return truth values, true where an element is kept
         */
        Tensor of(String name, Shape shape);
    }

    /**
     * An adapter on a base.
     *
     * @param graph the graph
     * @param base the base's parameters
     * @param prefix put before the names of the adapter's tensors and masks, to tell several adapters of a graph apart
     * @param form the adapter's form
     * @param masks where dropout masks come from; empty where dropout does not act
     */
    public AdaptedParameters(Graph graph, Parameters base, String prefix, AdapterForm form, Optional<Masks> masks) {
        this.graph = graph;
        this.base = base;
        this.prefix = prefix;
        this.form = form;
        this.dropout = (float) form.dropout();
        this.masks = masks.filter(m -> dropout > 0);
    }

    @Override
    public Tensor weight(String name, long... sizes) {
        String module = AdapterForm.module(name);
        boolean updated = AdapterForm.isEmbedding(module) && form.modules().containsKey(module);
        return updated ? changed(name, () -> updated(module, fresh(name, name, sizes))) : fresh(name, name, sizes);
    }

    @Override
    public Matrix matrix(String name, long out, long in) {
        String module = AdapterForm.module(name);
        return AdapterForm.isEmbedding(module) && form.modules().containsKey(module)
                ? Matrix.of(weight(name, out, in))
                : held(name, name, out, in);
    }

    @Override
    public Matrix head(String module, String name, long out, long in) {
        String own = module + WEIGHT;
        if (form.modules().containsKey(module)) {
            return Matrix.of(changed(own, () -> updated(module, fresh(own, name, out, in))));
        }
        return form.replaced().containsKey(own) || !form.tied() ? held(own, name, out, in) : matrix(name, out, in);
    }

    /** New values of a matrix where the adapter has some, or the matrix as the base holds it under another name. */
    private Matrix held(String name, String ofBase, long out, long in) {
        return form.replaced().containsKey(name)
                ? Matrix.of(fresh(name, ofBase, out, in))
                : base.matrix(ofBase, out, in);
    }

    /** New values of a tensor where the adapter has some, or the tensor as the base knows it under another name. */
    private Tensor fresh(String name, String ofBase, long... sizes) {
        Fresh fresh = form.replaced().get(name);
        if (fresh == null) {
            return base.weight(ofBase, sizes);
        }
        Tensor values = input(AdapterForm.fresh(name, fresh.rows().isPresent()), fresh.sizes());
        return fresh.rows()
                .map(rows -> changed(name + ".rows", () -> withRows(base.weight(ofBase, sizes), rows, values)))
                .orElse(values);
    }

    private Tensor withRows(Tensor matrix, List<Integer> rows, Tensor values) {
        Tensor indices =
                graph.integers(rows.stream().mapToLong(Integer::longValue).toArray());
        return matrix.widenedOnEveryRun(values).withRows(indices, values);
    }

    /** What is derived from inputs once, however often it is asked for. */
    private Tensor changed(String name, Supplier<Tensor> value) {
        Tensor known = changed.get(name);
        if (known == null) {
            known = value.get();
            changed.put(name, known);
        }
        return known;
    }

    /** W + scale B A, its rows at their magnitudes; of an embedding, whose matrix is W^T, the transpose of that. */
    private Tensor updated(String module, Tensor matrix) {
        Update update = form.modules().get(module);
        boolean embedding = AdapterForm.isEmbedding(module);
        Tensor a = a(module, update);
        Tensor b = b(module, update);
        Tensor wide = matrix.widenedOnEveryRun(a);
        Tensor sum = embedding
                ? wide.addLinear(a.swapLastAxes(), b, update.scale())
                : wide.addLinear(b, a.swapLastAxes(), update.scale());
        if (!update.magnitude()) {
            return sum;
        }
        Dim[] along = embedding ? new Dim[] {Dim.ONE, Dim.of(update.out())} : new Dim[] {Dim.of(update.out()), Dim.ONE};
        Tensor norms = graph.withoutGradients(() -> norms(sum, embedding ? 0 : 1));
        return sum.mul(magnitude(module, update).reshape(along).div(norms.reshape(along)));
    }

    private static Tensor norms(Tensor matrix, int axis) {
        return matrix.mul(matrix).sum(axis).sqrt();
    }

    @Override
    public Tensor linear(String module, Tensor x, long out, boolean bias) {
        Update update = form.modules().get(module);
        Tensor y =
                form.replaced().containsKey(module + WEIGHT) || form.replaced().containsKey(module + BIAS)
                        ? Parameters.super.linear(module, x, out, bias)
                        : base.linear(module, x, out, bias);
        if (update == null) {
            return y;
        }
        Tensor a = a(module, update);
        Tensor b = b(module, update);
        Tensor kept = dropped(module, x);
        if (update.magnitude()) {
            return rescaled(module, update, y, kept);
        }
        Tensor sum = y.addLinear(kept.linear(a), b, update.scale());
        return update.bias()
                ? sum.add(input(AdapterForm.bias(module), update.out())
                        .mul(update.scale())
                        .toCompute())
                : sum;
    }

    /**
     * DoRA: y + (c - 1) x W^T + c scale (x A^T) B^T with c = magnitude / |W + scale B A|, whose norm counts as a constant
     * (Liu et al., Section 4.3).
     */
    private Tensor rescaled(String module, Update update, Tensor y, Tensor x) {
        Tensor a = a(module, update);
        Tensor b = b(module, update);
        Matrix w = matrix(module + WEIGHT, update.out(), update.in());
        Tensor norms =
                graph.withoutGradients(() -> norms(w.floats(a).addLinear(b, a.swapLastAxes(), update.scale()), 1));
        Tensor c = magnitude(module, update)
                .div(norms.reshape(Dim.of(update.out())))
                .toCompute();
        Tensor plain = w.product(x);
        return y.add(plain.addLinear(x.linear(a), b, update.scale()).mul(c).sub(plain));
    }

    private Tensor a(String module, Update update) {
        return input(AdapterForm.a(module), update.rank(), update.in());
    }

    private Tensor b(String module, Update update) {
        return input(AdapterForm.b(module), update.out(), update.rank());
    }

    private Tensor magnitude(String module, Update update) {
        return input(AdapterForm.magnitude(module), update.out());
    }

    private Tensor input(String name, long... sizes) {
        return inputs.computeIfAbsent(
                name,
                n -> graph.sharedInput(
                        prefix + n, ElementType.FLOAT, Shape.of(sizes).dims().toArray(new Dim[0])));
    }

    /** Inverted dropout: kept elements are scaled by 1 / (1 - rate). */
    private Tensor dropped(String module, Tensor x) {
        if (masks.isEmpty()) {
            return x;
        }
        Tensor kept = dropoutMasks.computeIfAbsent(module, m -> masks.get().of(prefix + m + MASK, x.shape()));
        return x.toFloat().mul(1 / (1 - dropout)).where(kept, 0).toCompute();
    }

    /** {@return every tensor of the adapter that was asked for, by name without the prefix, in forward order} */
    public Map<String, Tensor> inputs() {
        return Collections.unmodifiableMap(inputs);
    }

    /** {@return the dropout masks, true where an element is kept, by module} */
    public Map<String, Tensor> dropoutMasks() {
        return Collections.unmodifiableMap(dropoutMasks);
    }
}
