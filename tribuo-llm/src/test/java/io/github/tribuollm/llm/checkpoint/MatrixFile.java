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

import io.github.tribuollm.runtime.WeightSource;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;

/**
 * A checkpoint with a {@code matrix} and a {@code vector}, for tests of what sessions attach in their place.
 *
 * @param directory where it is
 * @param rows of the matrix
 * @param columns of the matrix
 */
record MatrixFile(Path directory, int rows, int columns) {
    /** {@return values for the matrix, always the same, shape [rows, columns]} */
    float[] gaussian(double deviation) {
        Random random = new Random(0);
        float[] values = new float[rows * columns];
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) (deviation * random.nextGaussian());
        }
        return values;
    }

    /** Writes values of the matrix, shape [rows, columns], and opens the checkpoint. */
    Weights write(DType stored, float[] values, SafetensorsWriter.Entry... others) {
        Stream<SafetensorsWriter.Entry> own = Stream.of(
                SafetensorsWriter.Entry.of("matrix", stored, new long[] {rows, columns}, values),
                SafetensorsWriter.Entry.of("vector", DType.F32, new long[] {2}, new float[] {1.001f, -2.003f}));
        SafetensorsWriter.write(
                directory.resolve(Weights.SINGLE),
                Map.of(),
                Stream.concat(own, Stream.of(others)).toList());
        return Weights.open(directory);
    }

    /** {@return what a source holds in memory under a name} */
    static ByteBuffer memory(WeightSource source, String name) {
        return ((WeightSource.Memory) source.place(name)).bytes().order(ByteOrder.LITTLE_ENDIAN);
    }
}
