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
package io.github.tribuollm.llm.generation;

import io.github.tribuollm.llm.checkpoint.DurableChanges;
import io.github.tribuollm.llm.checkpoint.LockFile;
import io.github.tribuollm.llm.checkpoint.Tokenizer;
import io.github.tribuollm.llm.generation.sampling.GenerationException;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/**
 * What a job has generated so far, in a file that survives the job: its first line says which job, each other line is a
 * generation. Lines are added in blocks; a block that was cut off by a crash is forgotten.
 */
final class UnfinishedGenerations implements AutoCloseable {
    private static final String END = "end of block";

    private final Path file;
    private final FileChannel channel;
    private final String job;
    private final Optional<LockFile> lock;
    private long size;
    private int count;

    private UnfinishedGenerations(Path file, FileChannel channel, String job, Optional<LockFile> lock) {
        this.file = file;
        this.channel = channel;
        this.job = job;
        this.lock = lock;
    }

    /** A file that nobody can go on from: it is gone with the process, however that ends. */
    static UnfinishedGenerations temporary(String job) {
        Path file = Path.of(System.getProperty("java.io.tmpdir"), "answers-" + UUID.randomUUID());
        try {
            FileChannel channel = FileChannel.open(
                    file,
                    StandardOpenOption.READ,
                    StandardOpenOption.WRITE,
                    StandardOpenOption.CREATE_NEW,
                    StandardOpenOption.DELETE_ON_CLOSE);
            return new UnfinishedGenerations(file, channel, job, Optional.empty()).begun();
        } catch (IOException e) {
            throw cannot("make", file, e);
        }
    }

    /**
     * Opens the file, or makes it.
     *
     * @param file the file
     * @param job identifies the job
     * @throws GenerationException if the file is another job's, or another process works on it, or it is a symbolic link
     */
    static UnfinishedGenerations open(Path file, String job) {
        try {
            Files.createDirectories(file.toAbsolutePath().getParent());
            if (Files.isSymbolicLink(file)) {
                throw new GenerationException(
                        file + " is a symbolic link, which may lead elsewhere; remove it, or write to another place");
            }
            LockFile lock = LockFile.take(lockOf(file))
                    .orElseThrow(() -> new GenerationException("Another process is at work on " + file
                            + "; wait until it is done, or write to another place"));
            return locked(file, job, lock);
        } catch (IOException e) {
            throw cannot("open", file, e);
        }
    }

    private static UnfinishedGenerations locked(Path file, String job, LockFile lock) throws IOException {
        FileChannel channel = null;
        try {
            channel = FileChannel.open(
                    file,
                    Set.of(
                            StandardOpenOption.READ,
                            StandardOpenOption.WRITE,
                            StandardOpenOption.CREATE,
                            LinkOption.NOFOLLOW_LINKS));
        } finally {
            if (channel == null) {
                lock.close();
            }
        }
        return new UnfinishedGenerations(file, channel, job, Optional.of(lock)).begun();
    }

    private static Path lockOf(Path file) {
        return file.resolveSibling(file.getFileName() + ".lock");
    }

    private UnfinishedGenerations begun() throws IOException {
        boolean begun = false;
        try {
            if (isTornAtTheStart()) {
                append(job + "\n");
            } else {
                findWholeBlocks();
            }
            begun = true;
            return this;
        } finally {
            if (!begun) {
                close();
            }
        }
    }

    Path file() {
        return file;
    }

    /** Lets others work on the file. */
    @Override
    public void close() {
        try {
            channel.close();
            if (lock.isPresent()) {
                lock.get().close();
            }
        } catch (IOException e) {
            throw cannot("unlock", file, e);
        }
    }

    /** Whether there is no more than a part of the first line, as in a new file and after a crash. */
    private boolean isTornAtTheStart() throws IOException {
        return channel.size() <= job.length() && job.startsWith(lines().lines().collect(Collectors.joining("\n")));
    }

    private void findWholeBlocks() throws IOException {
        BufferedReader lines = lines();
        String first = lines.readLine();
        if (!job.equals(first)) {
            throw new GenerationException(file + " holds what another job began: other prompts, another model or"
                    + " other settings; finish that job, delete the file, or write to another place");
        }
        long read = bytes(first);
        size = read;
        int found = 0;
        for (String line = lines.readLine(); line != null; line = lines.readLine()) {
            read += bytes(line);
            if (line.equals(END)) {
                size = read;
                count = found;
            } else {
                found++;
            }
        }
        size = Math.min(size, channel.size());
    }

    /**
     * The lines from the first; not to be closed, for the file stays open. Bytes become characters one to one, so that
     * what a crash tore can be read, too.
     */
    private BufferedReader lines() throws IOException {
        return new BufferedReader(Channels.newReader(channel.position(0), StandardCharsets.ISO_8859_1));
    }

    private static long bytes(String line) {
        return line.length() + 1L;
    }

    /** How many generations there are. */
    int count() {
        return count;
    }

    void add(List<Generation> block, Tokenizer tokenizer) {
        StringBuilder lines = new StringBuilder();
        block.forEach(generation ->
                lines.append(GenerationJson.line(generation, tokenizer)).append('\n'));
        try {
            append(lines.append(END).append('\n').toString());
            count += block.size();
        } catch (IOException e) {
            throw cannot("write", file, e);
        }
    }

    private void append(String text) throws IOException {
        channel.truncate(size);
        channel.position(size);
        ByteBuffer bytes = StandardCharsets.UTF_8.encode(text);
        while (bytes.hasRemaining()) {
            channel.write(bytes);
        }
        channel.force(true);
        size = channel.position();
        DurableChanges.made();
    }

    /**
     * All generations, in their order.
     *
     * @param use must not add any
     * @throws GenerationException if the file no longer holds what was written
     */
    void forEach(Consumer<Generation> use) {
        try {
            BufferedReader lines = lines();
            lines.readLine();
            for (int i = 0; i < count; ) {
                String line = lines.readLine();
                if (!END.equals(line)) {
                    use.accept(read(line, i));
                    i++;
                }
            }
        } catch (IOException e) {
            throw cannot("read", file, e);
        }
    }

    private Generation read(String line, int i) {
        try {
            return GenerationJson.read(new String(line.getBytes(StandardCharsets.ISO_8859_1), StandardCharsets.UTF_8));
        } catch (RuntimeException e) {
            throw new GenerationException(
                    file + ": answer " + (i + 1) + " is damaged; delete the file, and all is generated again", e);
        }
    }

    void delete() {
        try {
            channel.close();
            if (Files.deleteIfExists(file)) {
                DurableChanges.made();
            }
            if (lock.isPresent()) {
                Files.deleteIfExists(lockOf(file));
            }
        } catch (IOException e) {
            throw cannot("delete", file, e);
        }
    }

    private static UncheckedIOException cannot(String act, Path file, IOException e) {
        return new UncheckedIOException("Cannot " + act + " " + file + ": " + e, e);
    }
}
