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
package io.github.tribuollm.fuzz;

import com.oracle.labs.mlrg.olcut.config.PropertyException;
import io.github.tribuollm.runtime.UserException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/**
 * A parser of data from outside.
 *
 * @param name what it reads
 * @param files the files that it needs, as it accepts them
 * @param mutated which of them are changed, one at a time
 * @param reader reads the directory that the files are in, and checks what it accepts
 * @param refusals how it refuses
 */
record Target(
        String name,
        Map<String, byte[]> files,
        List<String> mutated,
        Reader reader,
        Set<Class<? extends Exception>> refusals) {
    /** What a library that is asked in the right way throws: what the user can mend, and settings of components. */
    private static final Set<Class<? extends Exception>> DOCUMENTED =
            Set.of(UserException.class, PropertyException.class);

    /** Reads files. */
    @FunctionalInterface
    interface Reader {
        /**
         * Reads all files of a directory.
         *
         * @throws AssertionError if it accepts what no such file may say
         */
        void read(Path directory) throws Exception;
    }

    static Target of(String name, Map<String, byte[]> files, List<String> mutated, Reader reader) {
        return new Target(name, files, mutated, reader, DOCUMENTED);
    }

    /** A parser of one file. */
    static Target of(String name, String file, byte[] content, Reader reader) {
        return of(name, Map.of(file, content), List.of(file), reader);
    }

    /** The same parser, which refuses in more ways. */
    Target alsoThrowing(Set<Class<? extends Exception>> more) {
        Set<Class<? extends Exception>> all = new java.util.HashSet<>(refusals);
        all.addAll(more);
        return new Target(name, files, mutated, reader, all);
    }

    boolean refuses(Throwable thrown) {
        return refusals.stream().anyMatch(type -> type.isInstance(thrown));
    }

    static Stream<Target> all(Path scratch) {
        return Stream.of(
                        RowTargets.all(),
                        CheckpointTargets.all(scratch),
                        RunTargets.all(scratch),
                        EvaluationTargets.all())
                .flatMap(List::stream);
    }

    @Override
    public String toString() {
        return name;
    }
}
