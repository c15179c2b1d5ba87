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
package io.github.tribuollm.gpu;

import io.github.tribuollm.runtime.Backend;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;

/**
 * Something to check.
 *
 * @param name what is checked
 * @param precision in which precision
 * @param limit how long it may take
 * @param measurement finds out
 */
record Check(String name, Precision precision, Duration limit, Measurement measurement) {
    /** What a program answers about a fixture. */
    @FunctionalInterface
    interface Program<T> {
        T answer(Backend backend, float scale);
    }

    /** What tells an answer in some precision from the CPU's in float32. */
    @FunctionalInterface
    interface Difference<T> {
        List<Figure> figures(T found, T expected, Precision precision);
    }

    /** Measures what runs on a backend; what it throws is a failure of this check alone. */
    @FunctionalInterface
    interface Measurement {
        List<Figure> take(Backend backend) throws Exception;
    }

    /** A program in each precision against the same one on the CPU in float32. */
    static <T> Stream<Check> againstCpu(
            String name, Duration limit, CheckOptions options, Program<T> program, Difference<T> difference) {
        Once<T> expected = new Once<>(() -> program.answer(Backend.cpu(), 1));
        return options.precisions().stream()
                .map(precision -> new Check(
                        name,
                        precision,
                        limit,
                        backend -> difference.figures(
                                program.answer(backend, options.scale()), expected.get(), precision)));
    }
}
