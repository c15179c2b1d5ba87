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
import io.github.tribuollm.llm.architecture.Architectures;
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
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.logging.Logger;

/**
 * Writes a checkpoint with an adapter folded into its weights: W + scale B A, computed in 32-bit floats. Where the
 * adapter parts an output layer from the embedding that it was tied to, the checkpoint has both, untied.
 */
public final class MergedCheckpoint {
    private static final Logger LOGGER = Logger.getLogger(MergedCheckpoint.class.getName());
    private static final String WEIGHT = ".weight";
    private static final String BIAS = ".bias";

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
     *     does not have in that shape, or has a bias where the layer has none; when a weight is not finite; or when
     *     writing fails
     * @throws IllegalArgumentException when the type is another
     */
    public static void write(Checkpoint base, Adapter adapter, Path directory, DType dtype) {
        write(base, adapter, directory, Optional.of(dtype));
    }

    private static void write(Checkpoint base, Adapter adapter, Path directory, Optional<DType> asked) {
        Optional<DType> dtype = asked.or(() -> base.weights().quantisation().map(said -> DType.F32));
        adapter.requireBase(base.identity());
        base.weights()
                .quantisation()
                .ifPresent(said -> LOGGER.info(() -> base.place() + ": the weights were rounded to " + said.storage()
                        + "; the merged ones are the floats that they stand for, not those of the original checkpoint,"
                        + " plus the adapter"));
        Architecture architecture = Architectures.of(base);
        LoraTargets.requireFit(architecture, adapter);
        requireBiases(base, adapter);
        architecture.shapes().keySet().forEach(name -> requireFinite(base.weights(), name));
        List<Entry> entries = new ArrayList<>();
        for (String name : base.weights().names()) {
            if (!name.equals(Weights.HEAD) || !architecture.tiedHead()) {
                entries.add(entry(name, base.weights(), name, adapter, dtype));
            }
        }
        if (architecture.tiedHead() && adapter.partsHead(architecture)) {
            entries.add(entry(Weights.HEAD, base.weights(), Weights.EMBEDDING, adapter, dtype));
        }
        CheckpointWriter.write(directory, base.place(), entries);
    }

    private static void requireFinite(Weights weights, String name) {
        if (weights.contains(name)) {
            StoredTensor tensor = weights.stored(name);
            tensor.firstNotFinite().ifPresent(index -> {
                throw new CheckpointException(tensor.file() + ": tensor '" + tensor.name() + "' is not finite, first at"
                        + " element " + index + ", so that the merged model would be of no use; the file is damaged or"
                        + " its training has diverged: download it again, or take an earlier state");
            });
        }
    }

    private static void requireFinite(String name, float[] values) {
        for (float value : values) {
            if (!Float.isFinite(value)) {
                throw new CheckpointException("the adapter's update of '" + name + "' makes it " + value
                        + ", so that the merged model would be of no use: its training has diverged; take an earlier"
                        + " state, or train again with a lower learning rate");
            }
        }
    }

    private static void requireBiases(Checkpoint base, Adapter adapter) {
        adapter.modules().forEach((module, update) -> {
            if (update.bias().isPresent() && !base.weights().contains(module + BIAS)) {
                throw new CheckpointException("the adapter's module '" + module + "' has a bias (lora_bias), but its"
                        + " layer in " + base.place() + " has none to merge it into; keep it as an adapter");
            }
        });
    }

    /** A tensor of the merged checkpoint, made from one of the base, which has another name where the two are parted. */
    private static Entry entry(String name, Weights weights, String from, Adapter adapter, Optional<DType> dtype) {
        String module = AdapterForm.module(name);
        Optional<Replacement> fresh = Optional.ofNullable(adapter.replaced().get(name));
        Optional<LowRank> update = Optional.ofNullable(adapter.modules().get(module))
                .filter(pair -> name.equals(module + WEIGHT)
                        || name.equals(module + BIAS) && pair.bias().isPresent());
        DType stored = weights.dtype(from);
        DType target = dtype.filter(d -> stored.widensToFloat32()).orElse(stored);
        boolean unchanged = fresh.isEmpty() && update.isEmpty() && target == stored && name.equals(from);
        if (unchanged && weights.isMapped(from)) {
            return Entry.of(weights.stored(from));
        }
        return Entry.computed(name, target, weights.shape(from), () -> {
            Supplier<float[]> base = () -> weights.stored(from).floats();
            float[] values = fresh.map(f -> f.over(base)).orElseGet(base);
            update.ifPresent(pair -> merge(pair, (float) adapter.config().scale(module), name, values));
            requireFinite(name, values);
            return FloatBuffer.wrap(values);
        });
    }

    private static void merge(LowRank update, float scale, String name, float[] values) {
        if (name.endsWith(BIAS)) {
            update.mergeIntoBias(values, scale);
        } else if (AdapterForm.isEmbedding(AdapterForm.module(name))) {
            update.mergeIntoTransposed(values, scale);
        } else {
            update.mergeInto(values, scale);
        }
    }
}
