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
package io.github.tribuollm.llm.scoring;

import io.github.tribuollm.graph.ElementType;
import io.github.tribuollm.graph.TensorType;
import io.github.tribuollm.llm.graphs.ParameterSet;
import io.github.tribuollm.runtime.WeightSource;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.FloatBuffer;
import java.nio.channels.FileChannel;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.LongStream;

/** Where weights are NaN or infinite. */
final class NotFiniteNumbers {
    /** What is mapped of a file at a time, a multiple of each element's size. */
    private static final long PIECE = 1L << 30;

    private NotFiniteNumbers() {}

    /** The first of some parameters, as the subject and predicate of a sentence. */
    static Optional<String> in(ParameterSet parameters) {
        return parameters.values().entrySet().stream()
                .flatMap(parameter -> first(parameter.getValue())
                        .mapToObj(index -> sentence(
                                parameter.getKey(),
                                index,
                                columns(parameters.shapes().get(parameter.getKey())))))
                .findFirst();
    }

    /** The first of some weights. */
    static Optional<String> in(WeightSource weights, Map<String, TensorType> attached) {
        return attached.entrySet().stream()
                .flatMap(weight -> first(weights.place(weight.getKey()), weights.type(weight.getKey())).stream()
                        .mapToObj(index -> sentence(weight.getKey(), index, columns(weight.getValue()))))
                .findFirst();
    }

    private static String sentence(String name, long index, long columns) {
        return name + " is not finite either, first in row " + index / columns;
    }

    private static long columns(long[] shape) {
        return shape.length < 2 ? 1 : shape[shape.length - 1];
    }

    private static long columns(TensorType type) {
        return type.shape().rank() < 2 ? 1 : type.shape().dim(-1).factor();
    }

    private static LongStream first(FloatBuffer values) {
        return LongStream.range(0, values.capacity())
                .filter(i -> !Float.isFinite(values.get((int) i)))
                .limit(1);
    }

    private static OptionalLong first(WeightSource.Place place, ElementType type) {
        if (place instanceof WeightSource.Memory memory) {
            return type.firstNotFinite(memory.bytes());
        }
        return first((WeightSource.FileRegion) place, type);
    }

    private static OptionalLong first(WeightSource.FileRegion region, ElementType type) {
        try (FileChannel channel = FileChannel.open(region.file())) {
            for (long from = 0; from < region.length(); from += PIECE) {
                long length = Math.min(PIECE, region.length() - from);
                OptionalLong found =
                        type.firstNotFinite(channel.map(FileChannel.MapMode.READ_ONLY, region.offset() + from, length));
                if (found.isPresent()) {
                    return OptionalLong.of(from / type.bytes() + found.getAsLong());
                }
            }
            return OptionalLong.empty();
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot read " + region.file() + ": " + e.getMessage(), e);
        }
    }
}
