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

import io.github.tribuollm.llm.progress.ProgressListener;
import io.github.tribuollm.llm.progress.Unit;
import io.github.tribuollm.llm.progress.Work;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.logging.Logger;

/**
 * What a checkpoint is, independent of where it lies.
 *
 * @param sha256 the SHA-256, as 64 lower-case hexadecimal digits, of the lines that {@code sha256sum} prints for
 *     config.json, tokenizer.json and all weight files, in name order; of a GGUF file its own. Of a checkpoint that was
 *     quantised it is that of the checkpoint of floats, as its files claim
 * @param files the SHA-256 of each of these files by file name
 */
public record CheckpointIdentity(String sha256, SortedMap<String, String> files) {
    private static final Logger LOGGER = Logger.getLogger(CheckpointIdentity.class.getName());

    /**
     * Takes an unmodifiable copy of the map.
     *
     * @param sha256 the SHA-256 of the checkpoint
     * @param files the SHA-256 of each file
     */
    public CheckpointIdentity {
        files = Collections.unmodifiableSortedMap(new TreeMap<>(files));
    }

    /** The identity of a checkpoint that is one file. */
    static CheckpointIdentity ofFile(Path file) {
        SortedMap<String, String> hashes = hashes(List.of(file));
        return new CheckpointIdentity(hashes.get(hashes.firstKey()), hashes);
    }

    static CheckpointIdentity of(List<Path> files) {
        SortedMap<String, String> hashes = hashes(files);
        StringBuilder lines = new StringBuilder();
        hashes.forEach(
                (name, hash) -> lines.append(hash).append("  ").append(name).append('\n'));
        return new CheckpointIdentity(Sha256.of(lines.toString()), hashes);
    }

    private static SortedMap<String, String> hashes(List<Path> files) {
        TreeMap<String, String> hashes = new TreeMap<>();
        List<Path> there = files.stream().filter(Files::exists).toList();
        long bytes = there.stream().mapToLong(CheckpointIdentity::size).sum();
        Work work = Work.of("hashing the checkpoint", Unit.BYTES, bytes, ProgressListener.logging(LOGGER));
        there.parallelStream()
                .map(f -> List.of(f.getFileName().toString(), hash(f, work)))
                .toList()
                .forEach(pair -> hashes.put(pair.get(0), pair.get(1)));
        return hashes;
    }

    private static long size(Path file) {
        try {
            return Files.size(file);
        } catch (IOException e) {
            throw unreadable(file, e);
        }
    }

    private static CheckpointException unreadable(Path file, IOException e) {
        return new CheckpointException(file + ": cannot be read for hashing: " + e, e);
    }

    private static String hash(Path file, Work work) {
        Sha256 digest = new Sha256();
        ByteBuffer buffer = ByteBuffer.allocateDirect(1 << 20);
        try (FileChannel channel = FileChannel.open(file)) {
            for (int n = channel.read(buffer.clear()); n >= 0; n = channel.read(buffer.clear())) {
                digest.add(buffer.flip());
                work.add(n);
            }
        } catch (IOException e) {
            throw unreadable(file, e);
        }
        return digest.hex();
    }
}
