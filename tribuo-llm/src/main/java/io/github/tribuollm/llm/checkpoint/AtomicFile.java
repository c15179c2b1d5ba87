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
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.Instant;
import java.util.UUID;
import java.util.logging.Level;
import java.util.logging.Logger;

/** Writes files so that at any moment, a crash or a full disk included, either the old or the new content is there. */
public final class AtomicFile {
    private static final Logger LOGGER = Logger.getLogger(AtomicFile.class.getName());

    private static final String SUFFIX = ".tmp";
    private static final Duration ABANDONED = Duration.ofHours(1);
    private static final int UUID_AND_SUFFIX = 36 + SUFFIX.length();

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
     * Writes a file: first beside it, then to the disk, then moved in place. What killed processes left beside it is
     * deleted after an hour. A device or pipe is written to directly.
     *
     * @param file the file, created with its directories or replaced
     * @param content what writes it
     * @throws CheckpointException when it cannot be written; the old content is then unchanged
     */
    public static void write(Path file, Content content) {
        Path target = file.toAbsolutePath();
        try {
            if (Files.exists(target) && !Files.isRegularFile(target) && !Files.isDirectory(target)) {
                writeThrough(target, content);
            } else {
                Files.createDirectories(target.getParent());
                deleteAbandoned(target);
                replace(target, content);
            }
        } catch (IOException e) {
            throw new CheckpointException(
                    file + ": cannot be written: " + e + "; an earlier file of this name is unchanged, so free space or"
                            + " permissions and repeat",
                    e);
        }
    }

    private static void writeThrough(Path device, Content content) throws IOException {
        try (FileChannel channel = FileChannel.open(device, StandardOpenOption.WRITE)) {
            content.writeTo(channel);
        }
    }

    private static void replace(Path target, Content content) throws IOException {
        Path fresh = target.resolveSibling(prefix(target) + UUID.randomUUID() + SUFFIX);
        try (FileChannel channel = FileChannel.open(fresh, StandardOpenOption.WRITE, StandardOpenOption.CREATE_NEW)) {
            content.writeTo(channel);
            channel.force(true);
            Files.move(fresh, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
            syncDirectory(target.getParent());
        } finally {
            deleteQuietly(fresh);
        }
    }

    private static String prefix(Path target) {
        return "." + target.getFileName() + ".";
    }

    private static void deleteAbandoned(Path target) throws IOException {
        String prefix = prefix(target);
        try (DirectoryStream<Path> found = Files.newDirectoryStream(target.getParent(), file -> {
            String name = file.getFileName().toString();
            return name.startsWith(prefix)
                    && name.endsWith(SUFFIX)
                    && name.length() == prefix.length() + UUID_AND_SUFFIX;
        })) {
            for (Path file : found) {
                if (abandoned(file)) {
                    deleteQuietly(file);
                }
            }
        }
    }

    /** Who writes does so all the time; the name is not enough, because several may write the same file. */
    private static boolean abandoned(Path file) {
        try {
            Instant written =
                    Files.getLastModifiedTime(file, LinkOption.NOFOLLOW_LINKS).toInstant();
            return written.isBefore(Instant.now().minus(ABANDONED));
        } catch (IOException e) {
            LOGGER.log(Level.FINE, file + ": is gone, or cannot be looked at", e);
            return false;
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
