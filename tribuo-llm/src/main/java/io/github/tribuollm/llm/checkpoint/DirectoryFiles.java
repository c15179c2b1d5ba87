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
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A Hugging Face checkpoint directory, whose documents are files.
 *
 * @param place the directory
 */
record DirectoryFiles(Path place) implements CheckpointFiles {
    @Override
    public boolean has(String document) {
        return MissingFile.isNamed(path(document));
    }

    @Override
    public byte[] bytes(String document, long limit) {
        Path file = path(document);
        byte[] bytes = StrictJson.bytes(file, limit);
        MissingFile.requireNoPointer(file, bytes);
        return bytes;
    }

    @Override
    public void copy(String document, Path target) {
        Path source = path(document);
        try (FileChannel from = FileChannel.open(source)) {
            AtomicFile.write(target, to -> {
                ByteBuffer buffer = ByteBuffer.allocate(1 << 16);
                while (from.read(buffer.clear()) >= 0) {
                    AtomicFile.writeFully(to, buffer.flip());
                }
            });
        } catch (IOException e) {
            throw new CheckpointException(source + ": cannot be read: " + e, e);
        }
    }

    private Optional<Quantisation> quantisation() {
        return Quantisation.of(configIfPresent(Checkpoint.CONFIG));
    }

    @Override
    public Storage held(Storage asked) {
        return quantisation().map(said -> said.held(asked, place)).orElse(asked);
    }

    @Override
    public Weights weights() {
        return quantisation()
                .map(said -> Weights.of(QuantisedFile.open(path(Quantisation.FILE), said), said))
                .orElseGet(() -> Weights.inDirectory(place));
    }

    @Override
    public CheckpointIdentity identity(Weights weights) {
        List<Path> files = new ArrayList<>(weights.files());
        files.add(path(Checkpoint.CONFIG));
        files.add(path(Tokenizer.FILE));
        CheckpointIdentity own = CheckpointIdentity.of(files);
        return quantisation()
                .map(said -> new CheckpointIdentity(said.base(), own.files()))
                .orElse(own);
    }
}
