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

import io.github.tribuollm.llm.checkpoint.Checkpoint;
import io.github.tribuollm.llm.checkpoint.CheckpointException;
import io.github.tribuollm.llm.checkpoint.CheckpointWriter;
import io.github.tribuollm.llm.checkpoint.DType;
import io.github.tribuollm.llm.checkpoint.SafetensorsWriter.Entry;
import io.github.tribuollm.llm.checkpoint.StoredTensor;
import io.github.tribuollm.llm.checkpoint.Weights;
import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** Writes a checkpoint with an adapter folded into its weights: W + scale B A, computed in 32-bit floats. */
public final class MergedCheckpoint {
    private MergedCheckpoint() {}

    /**
     * Merges, keeping the element type of every tensor.
     *
     * @param base the checkpoint
     * @param adapter an adapter for it
     * @param directory the directory to write, which must be missing or empty
     * @throws CheckpointException as {@link #write(Checkpoint, Adapter, Path, DType)}
     */
    public static void write(Checkpoint base, Adapter adapter, Path directory) {
        write(base, adapter, directory, Optional.empty());
    }

    /**
     * Merges and rounds every floating-point tensor to one element type.
     *
     * @param base the checkpoint
     * @param adapter an adapter for it
     * @param directory the directory to write, which must be missing or empty
     * @param dtype F32, F16 or BF16
     * @throws CheckpointException when the adapter belongs to another checkpoint, adapts a layer that the checkpoint
     *     does not have in that shape, or adapts a head that is tied to the embedding; or when writing fails
     * @throws IllegalArgumentException when the type is another
     */
    public static void write(Checkpoint base, Adapter adapter, Path directory, DType dtype) {
        write(base, adapter, directory, Optional.of(dtype));
    }

    private static void write(Checkpoint base, Adapter adapter, Path directory, Optional<DType> dtype) {
        adapter.requireBase(base.identity());
        adapter.modules().forEach((name, module) -> requireFit(base, name, module));
        List<Entry> entries = new ArrayList<>();
        List<String> names = new ArrayList<>(base.weights().names());
        if (isTied(base)) {
            names.remove(Weights.HEAD);
        }
        for (String name : names) {
            entries.add(entry(base.weights().stored(name), adapter, dtype));
        }
        CheckpointWriter.write(directory, base.directory(), entries);
    }

    /** Whether embedding and output layer are one tensor, though the files may hold a copy. */
    private static boolean isTied(Checkpoint base) {
        Weights weights = base.weights();
        return !weights.contains(Weights.HEAD)
                || base.config().flag("tie_word_embeddings", false) && !weights.holdAnotherHead();
    }

    private static void requireFit(Checkpoint base, String name, LowRank module) {
        Weights weights = base.weights();
        if (name.endsWith("embed_tokens") || name.equals("lm_head") && isTied(base)) {
            throw new CheckpointException("the adapter changes '" + name + "', which " + base.directory()
                    + " shares between embedding and head; keep it as an adapter, or train one without this layer");
        }
        long[] expected = {module.out(), module.in()};
        if (!Arrays.equals(weights.shape(name + ".weight"), expected)) {
            throw new CheckpointException("the adapter's module '" + name + "' is for a layer of shape "
                    + Arrays.toString(expected) + ", but " + base.directory() + " has "
                    + Arrays.toString(weights.shape(name + ".weight")) + "; use the checkpoint it was trained on");
        }
    }

    private static Entry entry(StoredTensor tensor, Adapter adapter, Optional<DType> dtype) {
        String layer = tensor.name().replaceFirst("\\.weight$", "");
        LowRank module = adapter.modules().get(layer);
        DType target = dtype.filter(d -> tensor.dtype().widensToFloat32()).orElse(tensor.dtype());
        if (module == null && target == tensor.dtype()) {
            return Entry.of(tensor);
        }
        return Entry.computed(tensor.name(), target, tensor.shape(), () -> {
            float[] weights = tensor.floats();
            if (module != null) {
                module.addTo(weights, (float) adapter.config().scale());
            }
            return FloatBuffer.wrap(weights);
        });
    }
}
