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
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.logging.Level;
import java.util.logging.Logger;

/** Writes files so that at any moment, a crash or a full disk included, either the old or the new content is there. */
public final class AtomicFile {
    private static final Logger LOGGER = Logger.getLogger(AtomicFile.class.getName());

    private static final String SUFFIX = ".tmp";
    private static final Set<String> BEING_WRITTEN = ConcurrentHashMap.newKeySet();
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
     * Writes a file: first beside it, then to the disk, then moved in place. What killed writers left beside it is
     * deleted, but not what others are writing. A device or pipe is written to directly.
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
        BEING_WRITTEN.add(fresh.getFileName().toString());
        try (FileChannel channel = claimed(fresh)) {
            content.writeTo(channel);
            channel.force(true);
            DurableChanges.made();
            Files.move(fresh, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
            syncDirectory(target.getParent());
            DurableChanges.made();
        } finally {
            deleteQuietly(fresh);
            BEING_WRITTEN.remove(fresh.getFileName().toString());
        }
    }

    /** Makes a file that this process holds the lock of, until a look at it came between the two no longer. */
    private static FileChannel claimed(Path fresh) throws IOException {
        FileChannel channel = FileChannel.open(fresh, StandardOpenOption.WRITE, StandardOpenOption.CREATE_NEW);
        boolean lasting = false;
        try {
            lock(channel);
            lasting = Files.exists(fresh);
        } finally {
            if (!lasting) {
                channel.close();
            }
        }
        return lasting ? channel : claimed(fresh);
    }

    private static boolean lock(FileChannel channel) {
        try {
            return channel.lock() != null;
        } catch (IOException e) {
            LOGGER.log(Level.FINE, "This file system does not lock; what killed writers leave stays", e);
            return false;
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
                deleteIfAbandoned(file);
            }
        }
    }

    /** Who writes holds the lock; a file of this process is not opened, for closing it would give the lock up. */
    private static void deleteIfAbandoned(Path file) {
        if (BEING_WRITTEN.contains(file.getFileName().toString())) {
            return;
        }
        try (FileChannel channel =
                FileChannel.open(file, Set.of(StandardOpenOption.WRITE, LinkOption.NOFOLLOW_LINKS))) {
            if (channel.tryLock() != null) {
                Files.deleteIfExists(file);
            }
        } catch (IOException | OverlappingFileLockException e) {
            LOGGER.log(Level.FINE, file + ": is gone, or somebody else's", e);
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

    /**
     * Writes a file of bytes.
     *
     * @param file the file, created with its directories or replaced
     * @param bytes its content
     * @throws CheckpointException when it cannot be written; the old content is then unchanged
     */
    public static void write(Path file, byte[] bytes) {
        write(file, channel -> writeFully(channel, ByteBuffer.wrap(bytes)));
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
