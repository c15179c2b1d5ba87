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

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

/**
 * A checkpoint: a Hugging Face directory, one whose linear layers were rounded once (see {@link Quantisation}), or a GGUF
 * file.
 *
 * <p>Opening reads config.json and the headers of the weight files; the tokenizer is read when first asked for, and the
 * identity is computed in the background when first asked for. Safe for use by several threads.
 */
public final class Checkpoint implements AutoCloseable {
    /** The file that describes the model. */
    public static final String CONFIG = "config.json";

    /** The files that a checkpoint may have beside its configuration and weights. */
    public static final List<String> COMPANIONS = List.of(
            "generation_config.json",
            Tokenizer.FILE,
            Tokenizer.CONFIG,
            "special_tokens_map.json",
            "added_tokens.json",
            "vocab.json",
            "merges.txt",
            "tokenizer.model",
            "chat_template.jinja",
            "chat_template.json");

    private final Path place;
    private final CheckpointFiles files;
    private final CheckpointConfig config;
    private final Weights weights;
    private Tokenizer tokenizer;
    private CompletableFuture<CheckpointIdentity> identity;

    private Checkpoint(Path place, CheckpointFiles files, CheckpointConfig config, Weights weights) {
        this.place = place;
        this.files = files;
        this.config = config;
        this.weights = weights;
    }

    /**
     * Opens a checkpoint.
     *
     * @param place the directory with config.json, the weights and tokenizer.json; or a GGUF file, or a directory
     *     with one
     * @return the open checkpoint
     * @throws CheckpointException when a file is missing or broken
     */
    public static Checkpoint open(Path place) {
        if (!Files.exists(place)) {
            throw new CheckpointException(place + ": no such checkpoint directory");
        }
        CheckpointFiles files = CheckpointFiles.of(place);
        if (!files.has(CONFIG)) {
            throw MissingFile.CONFIG.at(files.path(CONFIG));
        }
        CheckpointConfig config = files.config(CONFIG);
        return new Checkpoint(place, files, config, files.weights());
    }

    /** {@return the directory, or the GGUF file, as it was opened} */
    public Path place() {
        return place;
    }

    /** {@return the content of config.json} */
    public CheckpointConfig config() {
        return config;
    }

    /** {@return the memory-mapped weights} */
    public Weights weights() {
        return weights;
    }

    /**
     * The checkpoint's own tokenizer, read on the first call.
     *
     * @return the tokenizer
     * @throws CheckpointException when its files are missing or broken, or its tokens do not fit the vocabulary
     */
    public synchronized Tokenizer tokenizer() {
        if (tokenizer == null) {
            tokenizer = Tokenizer.open(place);
        }
        return tokenizer;
    }

    /**
     * The identity, waiting for it when it is not yet known.
     *
     * @return the identity
     * @throws CheckpointException when a file cannot be read
     */
    public CheckpointIdentity identity() {
        try {
            return identityFuture().join();
        } catch (CompletionException e) {
            if (e.getCause() instanceof CheckpointException cause) {
                throw new CheckpointException(cause.getMessage(), cause);
            }
            throw e;
        }
    }

    /**
     * What its numbers are, where no setting says how weights are held.
     *
     * @return the SHA-256 of the identity; of weights that were rounded when they were written, followed by how
     * @throws CheckpointException when a file cannot be read
     */
    public String numbers() {
        return identity().sha256()
                + weights.quantisation().map(said -> " " + said.storage()).orElse("");
    }

    /** {@return the identity, being computed by a daemon thread since the first request} */
    public synchronized CompletableFuture<CheckpointIdentity> identityFuture() {
        if (identity == null) {
            identity = CompletableFuture.supplyAsync(this::computedIdentity, Checkpoint::startDaemon);
        }
        return identity.copy();
    }

    private CheckpointIdentity computedIdentity() {
        CheckpointIdentity found = files.identity(weights);
        weights.requireUnchanged();
        return found;
    }

    private static void startDaemon(Runnable task) {
        Thread thread = new Thread(task, "checkpoint-identity");
        thread.setDaemon(true);
        thread.start();
    }

    /** Releases the files and the tokenizer; weight buffers already handed out stay valid. */
    @Override
    public synchronized void close() {
        weights.close();
        if (tokenizer != null) {
            tokenizer.close();
        }
    }
}
