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

import io.github.tribuollm.graph.ElementType;
import java.nio.IntBuffer;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * The tensors of a checkpoint whose linear layers were rounded when it was written. Parts of matrices are taken as they
 * lie in the file. A matrix of which there are only parts can be read as the floats that they stand for, of type F32.
 */
final class QuantisedFile implements TensorFile {
    private final SafetensorsFile file;
    private final Scheme scheme;
    private final Map<String, long[]> matrices;
    private final Set<String> names;

    private QuantisedFile(SafetensorsFile file, Scheme scheme, Map<String, long[]> matrices) {
        this.file = file;
        this.scheme = scheme;
        this.matrices = matrices;
        Set<String> all = new LinkedHashSet<>(file.names());
        all.removeIf(name -> Scheme.matrix(name).isPresent());
        all.addAll(matrices.keySet());
        this.names = Collections.unmodifiableSet(all);
    }

    /**
     * Opens a file and checks that every matrix has all of its parts, in their shapes and types, and no other.
     *
     * @param path the file
     * @param quantisation what config.json says of it
     * @return the open file
     * @throws CheckpointException when it is broken, or says something else
     */
    static QuantisedFile open(Path path, Quantisation quantisation) {
        SafetensorsFile file = SafetensorsFile.open(path, MissingFile.QUANTISED);
        try {
            return read(file, quantisation);
        } catch (RuntimeException e) {
            file.close();
            throw e;
        }
    }

    private static QuantisedFile read(SafetensorsFile file, Quantisation quantisation) {
        if (!file.metadata().equals(quantisation.fields())) {
            throw new CheckpointException(
                    file.file() + ": its metadata " + file.metadata() + " are not what config.json"
                            + " says in " + Quantisation.FIELD + ", " + quantisation.fields()
                            + ": the files are of two checkpoints; copy both from one");
        }
        Map<String, Set<String>> parts = new TreeMap<>();
        file.names()
                .forEach(name -> Scheme.matrix(name)
                        .ifPresent(matrix -> parts.computeIfAbsent(matrix, m -> new TreeSet<>())
                                .add(name)));
        Map<String, long[]> matrices = new LinkedHashMap<>();
        Scheme scheme = Scheme.of(
                quantisation.storage(), name -> matrices.get(name)[1], ColumnImportance.ALIKE, ElementType.INT8);
        parts.forEach((matrix, found) -> {
            matrices.put(matrix, shape(file, scheme, matrix));
            requireParts(file, scheme, matrix, matrices.get(matrix), found);
        });
        return new QuantisedFile(file, scheme, matrices);
    }

    private static long[] shape(SafetensorsFile file, Scheme scheme, String matrix) {
        long[] shape = scheme.shape(matrix, file);
        boolean floats = file.names().contains(matrix);
        if (floats && !matrix.equals(Weights.EMBEDDING)) {
            throw broken(file, matrix, "has floats beside the parts that it is rounded to, and only one can count");
        }
        boolean other = floats && !Arrays.equals(file.shape(matrix), shape);
        if (shape.length != 2 || shape[0] <= 0 || shape[1] <= 0 || other) {
            throw broken(file, matrix, "cannot have the shape " + Arrays.toString(shape) + " that its parts say");
        }
        return shape;
    }

    private static void requireParts(
            SafetensorsFile file, Scheme scheme, String matrix, long[] shape, Set<String> found) {
        Set<String> others = new TreeSet<>(found);
        for (Scheme.Part part : scheme.parts(matrix)) {
            if (!others.remove(part.name())) {
                throw missing(file, part.name());
            }
            boolean fits = file.dtype(part.name()) == part.written()
                    && Arrays.equals(file.shape(part.name()), part.shape(shape));
            if (!fits) {
                throw broken(
                        file,
                        part.name(),
                        "of type " + file.dtype(part.name()) + " and shape "
                                + Arrays.toString(file.shape(part.name())) + " must be of type " + part.written()
                                + " and shape " + Arrays.toString(part.shape(shape)));
            }
        }
        if (!others.isEmpty()) {
            throw broken(file, others.iterator().next(), "is no part of how this matrix is held");
        }
    }

    private static CheckpointException missing(SafetensorsFile file, String tensor) {
        return new CheckpointException(
                file.file() + ": has no tensor '" + tensor + "'; quantise the original checkpoint again");
    }

    private static CheckpointException broken(SafetensorsFile file, String tensor, String what) {
        return new CheckpointException(
                file.file() + ": tensor '" + tensor + "' " + what + "; quantise the original checkpoint again");
    }

    /** Whether there are floats of a tensor, and not only parts. */
    private boolean isPlain(String name) {
        return file.names().contains(name) || !matrices.containsKey(name);
    }

    @Override
    public Optional<WrittenPart> written(Scheme.Part part) {
        if (!file.names().contains(part.writtenName())) {
            throw missing(file, part.writtenName());
        }
        return Optional.of(new WrittenPart(file, part));
    }

    @Override
    public Path file() {
        return file.file();
    }

    @Override
    public Set<String> names() {
        return names;
    }

    @Override
    public long[] shape(String name) {
        return isPlain(name) ? file.shape(name) : matrices.get(name).clone();
    }

    @Override
    public DType dtype(String name) {
        return isPlain(name) ? file.dtype(name) : DType.F32;
    }

    @Override
    public long bytes(String name) {
        return isPlain(name)
                ? file.bytes(name)
                : scheme.parts(name).stream()
                        .mapToLong(part -> file.bytes(part.name()))
                        .sum();
    }

    @Override
    public OptionalLong offset(String name) {
        return isPlain(name) ? file.offset(name) : OptionalLong.empty();
    }

    @Override
    public void read(String name, long from, IntBuffer target) {
        if (isPlain(name)) {
            file.read(name, from, target);
            return;
        }
        long in = matrices.get(name)[1];
        for (long at = from; target.hasRemaining(); ) {
            float[] row = scheme.row(
                    name,
                    (int) in,
                    (int) (at / in),
                    part -> file.stored(part.name()).data());
            int start = (int) (at % in);
            int end = (int) Math.min(in, start + (long) target.remaining());
            for (int i = start; i < end; i++) {
                target.put(Float.floatToRawIntBits(row[i]));
            }
            at += end - start;
        }
    }

    @Override
    public StoredTensor stored(String name) {
        return isPlain(name)
                ? file.stored(name)
                : Widening.stored(this, name, "name the checkpoint that it was made of");
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
