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
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.UUID;
import java.util.logging.Level;
import java.util.logging.Logger;

/** Writes files so that at any moment, a crash or a full disk included, either the old or the new content is there. */
public final class AtomicFile {
    private static final Logger LOGGER = Logger.getLogger(AtomicFile.class.getName());

    private AtomicFile() {}

    /** What writes the content of a file. */
    public interface Content {
        /**
         * Writes everything.
         *
         * @param channel an empty file
         * @throws IOException when writing fails; the old file then stays
         */
        void writeTo(FileChannel channel) throws IOException;
    }

    /**
     * Writes a file: first beside it, then to the disk, then moved in place.
     *
     * @param file the file, created with its directories or replaced
     * @param content what writes it
     * @throws CheckpointException when it cannot be written; the old content is then unchanged
     */
    public static void write(Path file, Content content) {
        Path target = file.toAbsolutePath();
        Path directory = target.getParent();
        Path fresh = directory.resolve("." + target.getFileName() + "." + UUID.randomUUID() + ".tmp");
        try {
            Files.createDirectories(directory);
            try (FileChannel channel =
                    FileChannel.open(fresh, StandardOpenOption.WRITE, StandardOpenOption.CREATE_NEW)) {
                content.writeTo(channel);
                channel.force(true);
            }
            Files.move(fresh, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
            syncDirectory(directory);
        } catch (IOException e) {
            throw new CheckpointException(
                    file + ": cannot be written: " + e + "; an earlier file of this name is unchanged, so free space or"
                            + " permissions and repeat",
                    e);
        } finally {
            deleteQuietly(fresh);
        }
    }

    /**
     * Writes a text file in UTF-8.
     *
     * @param file the file, created with its directories or replaced
     * @param text its content
     * @throws CheckpointException when it cannot be written; the old content is then unchanged
     */
    public static void write(Path file, String text) {
        write(file, channel -> writeFully(channel, StandardCharsets.UTF_8.encode(text)));
    }

    static void writeFully(FileChannel channel, ByteBuffer bytes) throws IOException {
        while (bytes.hasRemaining()) {
            channel.write(bytes);
        }
    }

    private static void syncDirectory(Path directory) {
        try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
            channel.force(true);
        } catch (IOException e) {
            LOGGER.log(Level.FINE, "This file system does not flush directories", e);
        }
    }

    private static void deleteQuietly(Path file) {
        try {
            Files.deleteIfExists(file);
        } catch (IOException e) {
            LOGGER.log(Level.WARNING, file + ": a temporary file could not be deleted", e);
        }
    }
}
