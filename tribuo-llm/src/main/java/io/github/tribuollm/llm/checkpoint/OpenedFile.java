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
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Objects;
import java.util.logging.Level;
import java.util.logging.Logger;

/**
 * A file of tensors as it was when it was opened.
 *
 * @param file the file
 * @param attributes its size, time and key then
 */
record OpenedFile(Path file, BasicFileAttributes attributes) {
    /** Copied within some hundredths of a second. */
    private static final long LARGEST_COPY = 64 << 20;

    private static final Logger LOGGER = Logger.getLogger(OpenedFile.class.getName());

    /** Reads what stands before the tensors. */
    interface Header<T> {
        /** {@return the open file, which closes the channel when it is closed} */
        T read(FileChannel channel) throws IOException;
    }

    /**
     * Opens a file, and closes it again if its header cannot be read.
     *
     * @throws CheckpointException if the file cannot be read, or the header says so
     */
    static <T> T open(Path file, Header<T> header) {
        FileChannel channel = null;
        try {
            channel = FileChannel.open(file, StandardOpenOption.READ);
            T opened = header.read(channel);
            channel = null;
            return opened;
        } catch (IOException e) {
            throw new CheckpointException(file + ": cannot be read: " + e, e);
        } finally {
            close(channel);
        }
    }

    /** Closes a channel; null if there is none. */
    static void close(FileChannel channel) {
        if (channel != null) {
            try {
                channel.close();
            } catch (IOException e) {
                LOGGER.log(Level.FINE, "Closing a file that was only read failed", e);
            }
        }
    }

    static OpenedFile of(Path file) throws IOException {
        return new OpenedFile(file, Files.readAttributes(file, BasicFileAttributes.class));
    }

    /**
     * Requires that the file has not been written to since, as far as its size and time tell: its tensors are mapped,
     * and where they are cut off the next look at them ends the process. A new file that was renamed to this one's name
     * does no harm.
     *
     * @throws CheckpointException if it has
     */
    void requireUnchanged() {
        try {
            BasicFileAttributes now = Files.readAttributes(file, BasicFileAttributes.class);
            boolean sameFile = Objects.equals(now.fileKey(), attributes.fileKey());
            if (sameFile
                    && (now.size() != attributes.size()
                            || !now.lastModifiedTime().equals(attributes.lastModifiedTime()))) {
                throw new CheckpointException(file + ": was written to while it is in use (" + attributes.size()
                        + " bytes before, " + now.size() + " now); replace weights by renaming a new file, and start"
                        + " again with the right ones");
            }
        } catch (IOException e) {
            LOGGER.log(Level.FINE, file + ": is gone, which does no harm to what is mapped", e);
        }
    }

    /**
     * The bytes of a tensor. A file of at most {@value #LARGEST_COPY} bytes is copied, so that it may be cut off without
     * harm; of a larger one they are mapped.
     *
     * @param channel the open file
     * @param from the offset of the first
     * @param length how many there are
     * @param tensor the tensor, for messages
     * @return a direct buffer of exactly these bytes
     */
    ByteBuffer region(FileChannel channel, long from, int length, String tensor) {
        if (length == 0 || attributes.size() <= LARGEST_COPY) {
            ByteBuffer copy = ByteBuffer.allocateDirect(length);
            read(channel, from, copy, tensor);
            return copy.flip();
        }
        try {
            return channel.map(FileChannel.MapMode.READ_ONLY, from, length);
        } catch (IOException e) {
            throw new CheckpointException(file + ": tensor '" + tensor + "' cannot be mapped: " + e, e);
        }
    }

    /**
     * Reads bytes of a tensor until a buffer is full; nothing is mapped.
     *
     * @param channel the open file
     * @param at the offset of the first
     * @param into receives the bytes, from its position on
     * @param tensor the tensor, for messages
     */
    void read(FileChannel channel, long at, ByteBuffer into, String tensor) {
        try {
            long start = at - into.position();
            while (into.hasRemaining()) {
                if (channel.read(into, start + into.position()) < 0) {
                    throw new CheckpointException(
                            file + ": ends inside tensor '" + tensor + "'; copy or download the file again");
                }
            }
        } catch (IOException e) {
            throw new CheckpointException(file + ": tensor '" + tensor + "' cannot be read: " + e, e);
        }
    }
}
