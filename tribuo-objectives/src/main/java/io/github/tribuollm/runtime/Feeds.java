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
package io.github.tribuollm.runtime;

import ai.onnxruntime.OnnxJavaType;
import ai.onnxruntime.OnnxTensor;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.LongBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The inputs of one run. Tensors made here are released by {@link #close()}. */
public final class Feeds implements AutoCloseable {
    private final Map<String, OnnxTensor> tensors = new HashMap<>();
    private final List<OnnxTensor> owned = new ArrayList<>();

    /** No inputs yet. */
    public Feeds() {}

    /**
     * Feeds integers.
     *
     * @param name the input
     * @param values row-major
     * @param sizes the shape
     * @return this
     */
    public Feeds integers(String name, long[] values, long... sizes) {
        LongBuffer buffer =
                direct(8L * values.length).asLongBuffer().put(values).rewind();
        return own(name, () -> OnnxTensor.createTensor(Onnx.environment(), buffer, sizes));
    }

    /**
     * Feeds floats.
     *
     * @param name the input
     * @param values row-major
     * @param sizes the shape; none for a scalar
     * @return this
     */
    public Feeds floats(String name, float[] values, long... sizes) {
        return floats(
                name, direct(4L * values.length).asFloatBuffer().put(values).rewind(), sizes);
    }

    /**
     * Feeds floats without copying them.
     *
     * @param name the input
     * @param values a direct buffer in native byte order, row-major; it must not change during the run
     * @param sizes the shape
     * @return this
     */
    public Feeds floats(String name, FloatBuffer values, long... sizes) {
        return own(name, () -> OnnxTensor.createTensor(Onnx.environment(), values, sizes));
    }

    /**
     * Feeds truth values without copying them.
     *
     * @param name the input
     * @param values a direct buffer of one byte, 0 or 1, for each element
     * @param sizes the shape
     * @return this
     */
    public Feeds booleans(String name, ByteBuffer values, long... sizes) {
        return own(name, () -> OnnxTensor.createTensor(Onnx.environment(), values, sizes, OnnxJavaType.BOOL));
    }

    /**
     * Feeds a tensor that outlives the run.
     *
     * @param name the input
     * @param tensor the tensor
     * @return this
     */
    public Feeds tensor(String name, OnnxTensor tensor) {
        tensors.put(name, tensor);
        return this;
    }

    /**
     * Feeds tensors that outlive the run.
     *
     * @param shared tensors by input
     * @return this
     */
    public Feeds tensors(Map<String, OnnxTensor> shared) {
        tensors.putAll(shared);
        return this;
    }

    /**
     * Feeds what another collection feeds, which must stay open during the run.
     *
     * @param others more inputs
     * @return this
     */
    public Feeds tensors(Feeds others) {
        return tensors(others.tensors);
    }

    /**
     * What an input is fed.
     *
     * @param name the input
     * @return the tensor, open as long as its owner
     * @throws IllegalArgumentException if the input is not fed
     */
    public OnnxTensor tensor(String name) {
        OnnxTensor tensor = tensors.get(name);
        if (tensor == null) {
            throw new IllegalArgumentException("Nothing is fed to " + name + "; fed are " + tensors.keySet());
        }
        return tensor;
    }

    Map<String, OnnxTensor> byName() {
        return tensors;
    }

    private Feeds own(String name, Onnx.Call<OnnxTensor> make) {
        OnnxTensor tensor = Onnx.call("Feeding " + name, make);
        owned.add(tensor);
        return tensor(name, tensor);
    }

    /**
     * Off-heap memory that ONNX Runtime reads in place.
     *
     * @param bytes the size
     * @return a zeroed direct buffer in native byte order
     * @throws IllegalArgumentException if the size does not fit one buffer
     */
    public static ByteBuffer direct(long bytes) {
        if (bytes > Integer.MAX_VALUE) {
            throw new IllegalArgumentException("A tensor of " + bytes + " bytes does not fit one buffer of 2 GiB");
        }
        return ByteBuffer.allocateDirect((int) bytes).order(ByteOrder.nativeOrder());
    }

    @Override
    public void close() {
        owned.forEach(OnnxTensor::close);
        owned.clear();
        tensors.clear();
    }
}
