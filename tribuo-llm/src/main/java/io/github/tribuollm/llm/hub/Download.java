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
package io.github.tribuollm.llm.hub;

import io.github.tribuollm.llm.checkpoint.CheckpointException;
import io.github.tribuollm.llm.network.Backoff;
import io.github.tribuollm.llm.network.Retries;
import io.github.tribuollm.llm.network.TransientFault;
import io.github.tribuollm.llm.progress.Progress;
import io.github.tribuollm.llm.progress.ProgressListener;
import io.github.tribuollm.llm.progress.Unit;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.OptionalLong;

/**
 * Collects one file, over several connections and runs where need be, and moves it in place once its size and hash are
 * right.
 */
final class Download {
    /** Progress of this much makes earlier failures forgotten. */
    private static final long PROGRESS = 1 << 20;

    private final HubClient client;
    private final HubRepository pinned;
    private final RemoteFile file;
    private final ProgressListener listener;
    private final Backoff backoff;
    private final long began = System.nanoTime();
    private MessageDigest digest;
    private long bytes;
    private long transferred;
    private long forgiven;

    Download(HubClient client, Retries retries, HubRepository pinned, RemoteFile file, ProgressListener listener) {
        this.client = client;
        this.pinned = pinned;
        this.file = file;
        this.listener = listener;
        this.backoff = new Backoff(retries, listener);
    }

    /**
     * Downloads.
     *
     * @param incomplete where bytes are collected; those that are there already are not asked for again
     * @param blob where the file appears
     * @throws CheckpointException if it cannot be downloaded, or is not what it should be; nothing is in its place then
     */
    void to(Path incomplete, Path blob) {
        boolean resumed = collect(incomplete) > 0;
        boolean sound = file.hash().matches(digest);
        if (!sound && resumed) {
            listener.noted(file.name() + ": what an earlier download left is damaged; starting again");
            delete(incomplete);
            collect(incomplete);
            sound = file.hash().matches(digest);
        }
        if (!sound) {
            delete(incomplete);
            throw new CheckpointException(source() + ": the content does not have the "
                    + file.hash().algorithm() + " " + file.hash().hex()
                    + " that the hub promised; nothing was kept, try again later or from another network");
        }
        try {
            Files.move(incomplete, blob, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            throw new CheckpointException(blob + ": cannot be written: " + e, e);
        }
    }

    /** {@return how many bytes were there before} */
    private long collect(Path incomplete) {
        try (FileChannel channel = FileChannel.open(
                incomplete, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            long before = takeUp(channel);
            while (bytes < file.size()) {
                transferAll(channel);
            }
            channel.force(true);
            return before;
        } catch (Unwanted e) {
            delete(incomplete);
            throw new CheckpointException(source() + ": " + e.getMessage() + "; nothing was kept, try again later");
        } catch (IOException e) {
            throw new CheckpointException(incomplete + ": cannot be written: " + e + "; free space or permissions", e);
        }
    }

    private String source() {
        return pinned + ": " + file.name();
    }

    /** Content that cannot be the file's. */
    private static final class Unwanted extends RuntimeException {
        private static final long serialVersionUID = 1L;

        Unwanted(String problem) {
            super(problem);
        }
    }

    private long takeUp(FileChannel channel) throws IOException {
        restart(channel);
        if (channel.size() > file.size()) {
            channel.truncate(0);
        }
        ByteBuffer buffer = ByteBuffer.allocate(1 << 16);
        while (channel.read(buffer.clear()) >= 0) {
            digest.update(buffer.flip());
        }
        bytes = channel.position();
        return bytes;
    }

    private void restart(FileChannel channel) throws IOException {
        channel.position(0);
        bytes = 0;
        digest = file.hash().digest(file.size());
    }

    private void discard(FileChannel channel) throws IOException {
        channel.truncate(0);
        restart(channel);
    }

    private void transferAll(FileChannel channel) throws IOException {
        try {
            backoff.run(() -> {
                transfer(channel);
                return null;
            });
        } catch (LocalFailure e) {
            throw e.cause;
        } catch (IOException e) {
            channel.force(true);
            throw new CheckpointException(
                    source() + ": " + Backoff.reason(e) + "; " + bytes + " of " + file.size()
                            + " bytes are kept, run this again to go on",
                    e);
        }
    }

    /** A failure of the disk, which another request would not mend. */
    private static final class LocalFailure extends RuntimeException {
        private static final long serialVersionUID = 1L;
        private final IOException cause;

        LocalFailure(IOException cause) {
            super(cause);
            this.cause = cause;
        }
    }

    private void transfer(FileChannel channel) throws IOException {
        HttpResponse<InputStream> response = client.open(pinned, file, bytes);
        try (InputStream body = client.watched(response)) {
            place(channel, response);
            requireLength(response);
            byte[] buffer = new byte[1 << 16];
            int count;
            while ((count = body.read(buffer)) >= 0) {
                if (count > file.size() - bytes) {
                    throw new Unwanted("there are more than the " + file.size() + " bytes that the hub promised");
                }
                write(channel, buffer, count);
            }
        }
        if (bytes < file.size()) {
            throw new EOFException(file.name() + " ended after " + bytes + " of " + file.size() + " bytes");
        }
    }

    /** Goes to the place in the file that the response begins with. */
    private void place(FileChannel channel, HttpResponse<InputStream> response) throws IOException {
        if (response.statusCode() == 206) {
            String range = response.headers().firstValue("Content-Range").orElse("");
            if (range.startsWith("bytes " + bytes + "-") && range.endsWith("/" + file.size())) {
                return;
            }
        }
        if (bytes > 0) {
            local(() -> discard(channel));
        }
        if (response.statusCode() != 200) {
            throw new TransientFault(
                    response.uri().getAuthority() + " sends another part of " + file.name() + " than was asked for");
        }
    }

    private void requireLength(HttpResponse<InputStream> response) {
        OptionalLong length = response.headers().firstValueAsLong("Content-Length");
        String coding = response.headers().firstValue("Content-Encoding").orElse("identity");
        if (!coding.equalsIgnoreCase("identity")) {
            throw new Unwanted("it comes compressed, which was not asked for");
        }
        if (length.isPresent() && length.getAsLong() != file.size() - bytes) {
            throw new Unwanted(
                    "the server offers " + (bytes + length.getAsLong()) + " bytes, the hub promised " + file.size());
        }
    }

    /** What touches the disk. */
    private interface Local {
        void run() throws IOException;
    }

    private static void local(Local action) {
        try {
            action.run();
        } catch (IOException e) {
            throw new LocalFailure(e);
        }
    }

    private void write(FileChannel channel, byte[] buffer, int count) {
        ByteBuffer content = ByteBuffer.wrap(buffer, 0, count);
        local(() -> {
            while (content.hasRemaining()) {
                channel.write(content);
            }
        });
        digest.update(buffer, 0, count);
        bytes += count;
        transferred += count;
        if (transferred - forgiven >= PROGRESS) {
            forgiven = transferred;
            backoff.reset();
        }
        listener.progressed(new Progress(
                file.name(),
                Unit.BYTES,
                Math.max(0, bytes - transferred),
                bytes,
                OptionalLong.of(file.size()),
                Duration.ofNanos(System.nanoTime() - began)));
    }

    private static void delete(Path incomplete) {
        try {
            Files.deleteIfExists(incomplete);
        } catch (IOException e) {
            throw new CheckpointException(incomplete + ": cannot be deleted: " + e + "; delete it", e);
        }
    }
}
