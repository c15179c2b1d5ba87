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
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Comparator;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;

/**
 * Makes a directory that is there whole or not at all: it is filled beside its place, under a hidden name, and renamed.
 * What a killed process left under the hidden name is deleted by the next that makes the same directory.
 */
public final class NewDirectory {
    private static final String LOCK = ".lock";

    private NewDirectory() {}

    /**
     * Makes a directory.
     *
     * @param directory its place; nothing, or an empty directory
     * @param content writes files into the directory that it is given
     * @throws CheckpointException when the place is taken, another process is filling it, or writing fails
     */
    public static void write(Path directory, Consumer<Path> content) {
        requireFree(directory);
        replace(directory, unfinished -> {
            content.accept(unfinished);
            requireFree(directory);
        });
    }

    /**
     * Makes a directory in place of the one that is there, which stays until the new one is whole.
     *
     * @param directory its place
     * @param content writes files into the directory that it is given
     * @throws CheckpointException when another process is filling it, or writing fails
     */
    public static void replace(Path directory, Consumer<Path> content) {
        Path target = directory.toAbsolutePath().normalize();
        Path unfinished = target.resolveSibling("." + target.getFileName() + ".unfinished");
        try {
            Files.createDirectories(unfinished);
            LockFile lock = locked(unfinished, target);
            try (lock) {
                fill(unfinished, content);
                DurableChanges.made();
                delete(target);
                Files.move(unfinished, target, StandardCopyOption.ATOMIC_MOVE);
                DurableChanges.made();
            }
        } catch (IOException e) {
            throw new CheckpointException(directory + ": cannot be written: " + e, e);
        }
    }

    private static void fill(Path unfinished, Consumer<Path> content) throws IOException {
        boolean whole = false;
        try {
            Path lock = unfinished.resolve(LOCK);
            delete(contents(unfinished).stream()
                    .filter(file -> !file.equals(lock))
                    .toList());
            content.accept(unfinished);
            whole = true;
        } finally {
            Files.delete(unfinished.resolve(LOCK));
            if (!whole) {
                delete(unfinished);
            }
        }
    }

    /** All that is in a directory, what lies deeper first. */
    private static List<Path> contents(Path directory) throws IOException {
        try (Stream<Path> files = Files.walk(directory)) {
            return files.filter(file -> !file.equals(directory))
                    .sorted(Comparator.reverseOrder())
                    .toList();
        }
    }

    private static void delete(Path directory) throws IOException {
        if (Files.exists(directory, LinkOption.NOFOLLOW_LINKS)) {
            delete(contents(directory));
            Files.delete(directory);
        }
    }

    private static void delete(List<Path> files) throws IOException {
        for (Path file : files) {
            Files.delete(file);
        }
    }

    /**
     * Requires that a directory can be made.
     *
     * @param directory its place
     * @throws CheckpointException when there is anything but an empty directory
     */
    public static void requireFree(Path directory) {
        if (!Files.exists(directory)) {
            return;
        }
        try (Stream<Path> files = Files.isDirectory(directory) ? Files.list(directory) : Stream.of(directory)) {
            if (files.findAny().isPresent()) {
                throw new CheckpointException(directory + " exists and is not empty; choose a new directory");
            }
        } catch (IOException e) {
            throw new CheckpointException(directory + ": cannot be read: " + e, e);
        }
    }

    private static LockFile locked(Path unfinished, Path target) throws IOException {
        return LockFile.take(unfinished.resolve(LOCK))
                .orElseThrow(() ->
                        new CheckpointException(target + " is being written by another run; wait for it, or stop it"));
    }
}
