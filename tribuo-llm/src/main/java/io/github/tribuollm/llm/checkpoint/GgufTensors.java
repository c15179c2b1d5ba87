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
package io.github.tribuollm.llm.checkpoint;

import java.nio.ByteBuffer;
import java.nio.IntBuffer;
import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;

/** The tensors of a GGUF file under the names and in the order of Hugging Face's checkpoints. */
final class GgufTensors implements TensorFile {
    private final GgufFile file;
    private final Map<String, Laid> tensors = new LinkedHashMap<>();

    /** A tensor and how it is laid out. */
    private record Laid(GgufTensor tensor, GgufLayout layout) {
        boolean isPlain() {
            return tensor.type().isPlain() && layout == GgufLayout.SAME;
        }

        /** Less one, a number of 16 bits may take more. */
        DType dtype() {
            return layout == GgufLayout.LESS_ONE ? DType.F32 : tensor.type().dtype();
        }

        /** The elements that lie one after the other in the file and in the checkpoint. */
        long run() {
            return layout instanceof GgufLayout.Paired
                    ? tensor.shape().length == 1 ? 1 : tensor.width()
                    : (tensor.to() - tensor.from())
                            / tensor.type().bytes()
                            * tensor.type().block();
        }
    }

    private GgufTensors(GgufFile file) {
        this.file = file;
    }

    /**
     * Opens a file.
     *
     * @param path the file
     * @return its tensors
     * @throws CheckpointException when it is broken, or of an architecture that is not known
     */
    static GgufTensors open(Path path) {
        GgufFile file = GgufFile.open(path);
        try {
            GgufModel model = GgufModel.of(file);
            GgufTensors opened = new GgufTensors(file);
            file.tensors()
                    .values()
                    .forEach(tensor -> model.name(tensor)
                            .ifPresent(name -> opened.add(name, new Laid(tensor, model.layout(tensor)))));
            return opened;
        } catch (RuntimeException e) {
            file.close();
            throw e;
        }
    }

    private void add(String name, Laid laid) {
        Laid other = tensors.put(name, laid);
        if (other != null) {
            throw new CheckpointException(
                    file() + ": tensors '" + other.tensor().name() + "' and '"
                            + laid.tensor().name() + "' are both '" + name + "' of a checkpoint; take another file");
        }
    }

    private Laid laid(String name) {
        Laid laid = tensors.get(name);
        if (laid == null) {
            throw new CheckpointException(file() + ": has no tensor for '" + name + "'");
        }
        return laid;
    }

    @Override
    public Path file() {
        return file.file();
    }

    @Override
    public Set<String> names() {
        return Collections.unmodifiableSet(tensors.keySet());
    }

    @Override
    public long[] shape(String name) {
        return laid(name).tensor().shape().clone();
    }

    @Override
    public DType dtype(String name) {
        return laid(name).dtype();
    }

    @Override
    public long bytes(String name) {
        GgufTensor tensor = laid(name).tensor();
        return tensor.to() - tensor.from();
    }

    @Override
    public OptionalLong offset(String name) {
        Laid laid = laid(name);
        return laid.isPlain() ? OptionalLong.of(laid.tensor().from()) : OptionalLong.empty();
    }

    @Override
    public void read(String name, long from, IntBuffer target) {
        Laid laid = laid(name);
        long run = laid.run();
        for (long at = from; target.hasRemaining(); ) {
            long row = at / run;
            int count = (int) Math.min(target.remaining(), run - at % run);
            float[] values = stored(laid.tensor(), laid.layout().row(row) * run + at % run, count);
            for (float value : values) {
                target.put(Float.floatToRawIntBits(laid.layout().value(value)));
            }
            at += count;
        }
    }

    /** Elements that lie one after the other. */
    private float[] stored(GgufTensor tensor, long from, int count) {
        GgufType type = tensor.type();
        int before = (int) (from % type.block());
        int blocks = (before + count + type.block() - 1) / type.block();
        byte[] bytes = new byte[blocks * type.bytes()];
        file.read(tensor, from / type.block() * type.bytes(), ByteBuffer.wrap(bytes));
        float[] values = new float[count];
        System.arraycopy(type.unpack(bytes), before, values, 0, count);
        return values;
    }

    @Override
    public StoredTensor stored(String name) {
        Laid laid = laid(name);
        if (!laid.isPlain()) {
            return Widening.stored(
                    this, name, "take a file that holds its '" + laid.tensor().name() + "' in F16 or BF16");
        }
        if (bytes(name) > Integer.MAX_VALUE) {
            throw new CheckpointException(file() + ": tensor '" + laid.tensor().name() + "' has " + bytes(name)
                    + " bytes; tensors of 2 GiB or more are not supported");
        }
        return new StoredTensor(name, laid.dtype(), shape(name), file.bytes(laid.tensor()), file());
    }

    @Override
    public void requireUnchanged() {
        file.requireUnchanged();
    }

    @Override
    public void close() {
        file.close();
    }
}
