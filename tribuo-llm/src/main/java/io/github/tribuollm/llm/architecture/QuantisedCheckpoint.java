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
package io.github.tribuollm.llm.architecture;

import io.github.tribuollm.llm.checkpoint.Checkpoint;
import io.github.tribuollm.llm.checkpoint.CheckpointWriter;
import io.github.tribuollm.llm.checkpoint.Storage;
import io.github.tribuollm.llm.checkpoint.Weights;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Writes checkpoints whose linear layers are rounded once, in place of each time that they are opened. Results are those
 * of the checkpoint of floats with the same storage, to the bit, on the same kind of processor, since sums decide how much
 * columns count.
 */
public final class QuantisedCheckpoint {
    private QuantisedCheckpoint() {}

    /**
     * Rounds a checkpoint, matrix by matrix, after {@linkplain InputPower measuring} layer by layer.
     *
     * @param base the checkpoint, of floats
     * @param storage how linear layers and the output layer are rounded: {@link Storage#INT8} or {@link Storage#INT4}
     * @param directory the directory to write, which must be missing or empty; it is there whole or not at all
     * @throws io.github.tribuollm.llm.checkpoint.CheckpointException if the weights are not those that config.json
     *     implies, are not finite or are rounded already, or writing fails
     * @throws IllegalArgumentException if the storage does not round
     */
    public static void write(Checkpoint base, Storage storage, Path directory) {
        if (!storage.rounds()) {
            throw new IllegalArgumentException(storage + " rounds nothing; take INT8 or INT4");
        }
        Architecture architecture = Architectures.of(base);
        List<String> matrices = new ArrayList<>();
        architecture.linearLayers().forEach(layer -> matrices.add(layer.module() + ".weight"));
        List<String> others = new ArrayList<>(architecture.shapes().keySet());
        others.removeAll(matrices);
        others.remove(Weights.HEAD);
        matrices.add(architecture.tiedHead() ? Weights.EMBEDDING : Weights.HEAD);
        CheckpointWriter.quantise(directory, base, storage, matrices, others);
    }
}
