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

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/**
 * What a checkpoint consists of, whatever it lies in: documents, under the names that Hugging Face gives them, and
 * tensors.
 */
public sealed interface CheckpointFiles permits DirectoryFiles, GgufFiles {
    /**
     * The files of a checkpoint, which need not be there.
     *
     * @param checkpoint a directory with config.json, a GGUF file, or a directory with one GGUF file and no config.json
     * @return its files; nothing is read yet
     * @throws CheckpointException if a directory has no config.json but several GGUF files
     */
    static CheckpointFiles of(Path checkpoint) {
        if (Files.isRegularFile(checkpoint)) {
            return new GgufFiles(checkpoint);
        }
        if (MissingFile.isNamed(checkpoint.resolve(Checkpoint.CONFIG)) || !Files.isDirectory(checkpoint)) {
            return new DirectoryFiles(checkpoint);
        }
        List<Path> models = models(checkpoint);
        if (models.size() > 1) {
            throw new CheckpointException(checkpoint + ": has no config.json but " + models.size()
                    + " GGUF files; name one of them, for example " + models.get(0));
        }
        return models.isEmpty() ? new DirectoryFiles(checkpoint) : new GgufFiles(models.get(0));
    }

    private static List<Path> models(Path directory) {
        try (Stream<Path> files = Files.list(directory)) {
            return files.filter(file -> file.getFileName().toString().endsWith(GgufFile.ENDING))
                    .sorted()
                    .toList();
        } catch (IOException | UncheckedIOException e) {
            throw new CheckpointException(directory + ": cannot be read: " + e.getMessage(), e);
        }
    }

    /** {@return the directory or file that holds them} */
    Path place();

    /**
     * Whether there is a document, be it a link to nothing.
     *
     * @param document its name
     * @return true when it can be asked for
     */
    boolean has(String document);

    /**
     * A document.
     *
     * @param document its name
     * @param limit the most bytes that it may have
     * @return its bytes
     * @throws CheckpointException when it is not there, cannot be read, or has more
     */
    byte[] bytes(String document, long limit);

    /**
     * Copies a document to a file.
     *
     * @param document its name
     * @param target the file
     * @throws CheckpointException when it is not there, or one of the two files fails
     */
    void copy(String document, Path target);

    /**
     * Opens the tensors.
     *
     * @return the memory-mapped weights
     * @throws CheckpointException when files are missing, broken or contradict each other
     */
    Weights weights();

    /**
     * Computes what the checkpoint is, reading all of it.
     *
     * @param weights its opened weights
     * @return its identity
     * @throws CheckpointException when a file cannot be read
     */
    CheckpointIdentity identity(Weights weights);

    /**
     * How the weights can be held.
     *
     * @param asked how they should be
     * @return the same; if they were rounded when they were written, as they were then
     * @throws CheckpointException if they were, and another storage is asked for than {@link Storage#AUTO},
     *     {@link Storage#STORED} or that
     */
    default Storage held(Storage asked) {
        return asked;
    }

    /**
     * What a document is called in messages.
     *
     * @param document its name
     * @return the place and the name
     */
    default Path path(String document) {
        return place().resolve(document);
    }

    /**
     * A document that is a JSON object of at most 16 MiB.
     *
     * @param document its name
     * @return its typed view
     * @throws CheckpointException when it is missing, too large or not strict JSON
     */
    default CheckpointConfig config(String document) {
        return CheckpointConfig.parse(path(document), bytes(document, CheckpointConfig.LIMIT));
    }

    /**
     * A document that is a JSON object and need not be there.
     *
     * @param document its name
     * @return its typed view, without fields where there is no such document
     * @throws CheckpointException when it is too large or not strict JSON
     */
    default CheckpointConfig configIfPresent(String document) {
        return has(document) ? config(document) : CheckpointConfig.empty(path(document));
    }

    /**
     * The hash of a document.
     *
     * @param document its name
     * @return its SHA-256, in hexadecimal
     * @throws CheckpointException when it is not there or cannot be read
     */
    default String sha256(String document) {
        return new Sha256().add(bytes(document, Tokenizer.LARGEST_FILE)).hex();
    }
}
