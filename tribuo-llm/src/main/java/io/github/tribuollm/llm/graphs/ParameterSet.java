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
package io.github.tribuollm.llm.graphs;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtException;
import io.github.tribuollm.llm.lora.Adapter;
import io.github.tribuollm.llm.lora.Replacement;
import io.github.tribuollm.objectives.token.CounterRandom;
import io.github.tribuollm.runtime.Feeds;
import io.github.tribuollm.runtime.Onnx;
import java.nio.ByteBuffer;
import java.nio.FloatBuffer;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Function;

/**
 * Named float tensors in memory that ONNX Runtime reads and writes in place: trained parameters, or their gradients.
 */
public final class ParameterSet implements AutoCloseable {
    private static final String A = ".lora_A.weight";

    private final Map<String, FloatBuffer> values = new LinkedHashMap<>();
    private final Map<String, long[]> shapes;
    private final Map<String, OnnxTensor> tensors = new LinkedHashMap<>();

    /**
     * Zeros.
     *
     * @param shapes the shape of each tensor by name, in order
     */
    public ParameterSet(Map<String, long[]> shapes) {
        this.shapes = Collections.unmodifiableMap(new LinkedHashMap<>(shapes));
        shapes.forEach((name, shape) -> {
            FloatBuffer buffer = Feeds.direct(4 * elements(shape)).asFloatBuffer();
            values.put(name, buffer);
            tensors.put(name, view(buffer, shape));
        });
    }

    private static OnnxTensor view(FloatBuffer buffer, long[] shape) {
        try {
            return OnnxTensor.createTensor(Onnx.environment(), buffer, shape);
        } catch (OrtException e) {
            throw new IllegalStateException("Wrapping a parameter: " + e.getMessage(), e);
        }
    }

    private static long elements(long[] shape) {
        long product = 1;
        for (long size : shape) {
            product *= size;
        }
        return product;
    }

    /**
     * The tensors of an adapter.
     *
     * @param adapter the adapter
     * @return its tensors, named as in PEFT's files without the leading {@code base_model.model.}
     */
    public static ParameterSet of(Adapter adapter) {
        Map<String, Replacement> tensors = adapter.tensors();
        Map<String, long[]> shapes = new LinkedHashMap<>();
        tensors.forEach((name, tensor) -> shapes.put(name, tensor.shape()));
        ParameterSet parameters = new ParameterSet(shapes);
        tensors.forEach(
                (name, tensor) -> parameters.values.get(name).duplicate().put(tensor.values()));
        return parameters;
    }

    /**
     * The adapter whose tensors these are.
     *
     * @param form an adapter of the same form
     * @param baseHash the SHA-256 that identifies its base
     * @return a copy of the present values
     */
    public Adapter toAdapter(Adapter form, String baseHash) {
        return form.with(this::copy, baseHash);
    }

    /**
     * PEFT's initialisation: A uniform in +-1 / sqrt(in) (Kaiming with a = sqrt 5), B zero, so that the adapter
     * starts as no change. The values depend on the seed and the names only.
     *
     * @param seed the seed
     */
    public void initialiseAdapter(long seed) {
        values.forEach((name, buffer) -> {
            if (name.endsWith(A)) {
                float bound = (float) (1 / Math.sqrt(shapes.get(name)[1]));
                long key = CounterRandom.bits(name);
                for (int i = 0; i < buffer.capacity(); i++) {
                    buffer.put(i, (2 * CounterRandom.uniform(seed, key, i) - 1) * bound);
                }
            }
        });
    }

    /**
     * transformers' initialisation: matrices normal, biases zero, weights of norms constant.
     *
     * @param seed the seed
     * @param deviation the standard deviation of the matrices' elements
     * @param normWeight the weights of the norms
     */
    public void initialiseModel(long seed, double deviation, float normWeight) {
        values.forEach((name, buffer) -> {
            boolean matrix = shapes.get(name).length > 1;
            long key = CounterRandom.bits(name);
            for (int i = 0; i < buffer.capacity(); i++) {
                float value =
                        matrix ? (float) (deviation * gaussian(seed, key, i)) : name.endsWith(".bias") ? 0 : normWeight;
                buffer.put(i, value);
            }
        });
    }

    /** {@return a copy of the present values, by name} */
    public Map<String, float[]> copies() {
        Map<String, float[]> copies = new LinkedHashMap<>();
        values.keySet().forEach(name -> copies.put(name, copy(name)));
        return copies;
    }

    /**
     * Replaces all values.
     *
     * @param others by name, as {@link #copies} gives them
     */
    public void set(Map<String, float[]> others) {
        values.forEach((name, buffer) -> buffer.duplicate().put(others.get(name)));
    }

    /**
     * Copies values from a checkpoint.
     *
     * @param source gives each tensor by its name, in 32-bit floats
     */
    public void load(Function<String, ByteBuffer> source) {
        values.forEach(
                (name, buffer) -> buffer.duplicate().put(source.apply(name).asFloatBuffer()));
    }

    /** Receives each tensor. */
    @FunctionalInterface
    public interface Visitor {
        /**
         * Takes one tensor.
         *
         * @param name its name
         * @param sizes its shape
         * @param values the parameters themselves, not a copy
         */
        void visit(String name, long[] sizes, FloatBuffer values);
    }

    /**
     * Visits every tensor in order.
     *
     * @param visitor is given each
     */
    public void forEach(Visitor visitor) {
        values.forEach((name, buffer) -> visitor.visit(name, shapes.get(name), buffer.duplicate()));
    }

    /** Box and Muller. */
    private static double gaussian(long seed, long key, long i) {
        double radius = Math.sqrt(-2 * StrictMath.log(1 - CounterRandom.uniform(seed, key, i, 0)));
        return radius * StrictMath.cos(2 * Math.PI * CounterRandom.uniform(seed, key, i, 1));
    }

    /** {@return the values by name, in order; the buffers are the parameters themselves} */
    public Map<String, FloatBuffer> values() {
        return values;
    }

    /** {@return the shapes by name, in order} */
    public Map<String, long[]> shapes() {
        return shapes;
    }

    /**
     * The tensors to feed or to pin.
     *
     * @param naming maps the name of each to that of an input or output
     * @return views of the parameters, closed with them
     */
    public Map<String, OnnxTensor> tensors(java.util.function.UnaryOperator<String> naming) {
        Map<String, OnnxTensor> named = new LinkedHashMap<>();
        tensors.forEach((name, tensor) -> named.put(naming.apply(name), tensor));
        return named;
    }

    /** Sets all values to 0. */
    public void clear() {
        values.values().forEach(buffer -> {
            for (int i = 0; i < buffer.capacity(); i++) {
                buffer.put(i, 0);
            }
        });
    }

    /** {@return the number of scalars} */
    public long size() {
        return shapes.values().stream().mapToLong(ParameterSet::elements).sum();
    }

    /**
     * A tensor's present values.
     *
     * @param name the tensor
     * @return a copy
     */
    public float[] copy(String name) {
        float[] copy = new float[values.get(name).capacity()];
        values.get(name).duplicate().get(copy);
        return copy;
    }

    @Override
    public void close() {
        tensors.values().forEach(OnnxTensor::close);
    }
}
