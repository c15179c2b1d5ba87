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
package io.github.tribuollm.llm.cli;

import io.github.tribuollm.llm.checkpoint.CheckpointException;
import io.github.tribuollm.llm.checkpoint.NewDirectory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/** The files that a command reads and will write, checked before it works for them. */
final class WrittenFiles {
    private static final int MOST_LINKS = 40;

    private final Map<Path, String> named = new LinkedHashMap<>();

    /**
     * Adds a file that is read.
     *
     * @param option which names it, such as {@code --data}
     * @param file the file; null if there is none
     */
    WrittenFiles reading(String option, Path file) {
        if (file != null) {
            named.put(real(file), option);
        }
        return this;
    }

    /**
     * Adds a file that will be written.
     *
     * @param option which names it, such as {@code --output}
     * @param given the file; null if there is none
     * @return the file that will be written, {@linkplain #behindLinks behind links}; null if there is none
     * @throws UsageError if it cannot be, or another option names it too
     */
    Path writing(String option, Path given) {
        Path file = behindLinks(given);
        if (file == null) {
            return null;
        }
        if (file.getFileName() == null || Files.isDirectory(file)) {
            throw new UsageError(option + ": " + file + " is a directory; give a file");
        }
        requirePlace(option, file);
        String other = named.put(real(file), option);
        if (other != null && isOrdinary(file)) {
            throw new UsageError(option + " and " + other + " both name " + file + "; give two files");
        }
        return file;
    }

    /**
     * Requires that a directory can be made.
     *
     * @param option which names it, such as {@code --output}
     * @param given the directory; null if there is none
     * @return the directory that can be made, {@linkplain #behindLinks behind links}; null if there is none
     * @throws UsageError if there is anything but an empty directory
     */
    static Path requireNew(String option, Path given) {
        Path directory = behindLinks(given);
        if (directory != null) {
            if (directory.startsWith("hf:")) {
                throw new UsageError(option + ": " + directory + " is on a hub, where nothing is written; name a"
                        + " directory, and upload it");
            }
            try {
                NewDirectory.requireFree(directory);
            } catch (CheckpointException e) {
                throw new UsageError(option + ": " + e.getMessage());
            }
        }
        return directory;
    }

    /**
     * What is written where users name a symbolic link: the file or directory that it leads to, as a shell does, also if
     * that is not there yet. The link stays.
     *
     * @param named a file or directory; null if there is none
     * @throws UsageError if links lead in a circle
     */
    static Path behindLinks(Path named) {
        if (named == null || !Files.isSymbolicLink(named) || isDevice(named)) {
            return named;
        }
        Path at = named;
        try {
            for (int i = 0; i < MOST_LINKS && Files.isSymbolicLink(at); i++) {
                at = at.resolveSibling(Files.readSymbolicLink(at));
            }
        } catch (IOException e) {
            throw new UsageError(named + ": the symbolic link cannot be read: " + e, e);
        }
        if (Files.isSymbolicLink(at)) {
            throw new UsageError(named + " is a symbolic link that leads in a circle; name another file");
        }
        return at;
    }

    /** A link of a device, such as /dev/stdout, may lead to what has no name. */
    private static boolean isDevice(Path file) {
        return Files.exists(file) && !Files.isRegularFile(file) && !Files.isDirectory(file);
    }

    /** Whether it is a file or not there yet, and no device or pipe. */
    static boolean isOrdinary(Path file) {
        return Files.isRegularFile(file) || !Files.exists(file);
    }

    /** Whether a file of results is a table, by its name. */
    static boolean isTable(Path file) {
        return file.toString().toLowerCase(Locale.ROOT).endsWith(".csv");
    }

    private static void requirePlace(String option, Path file) {
        Path place = file.toAbsolutePath().getParent();
        while (!Files.exists(place)) {
            place = place.getParent();
        }
        if (!Files.isDirectory(place)) {
            throw new UsageError(option + ": " + place + " is a file, so that " + file + " cannot be in it");
        }
        if (!Files.isWritable(isOrdinary(file) ? place : file)) {
            throw new UsageError(option + ": nothing may be written in " + place + "; give another place");
        }
    }

    private static Path real(Path file) {
        try {
            return file.toRealPath();
        } catch (IOException e) {
            return file.toAbsolutePath().normalize(); // not there yet
        }
    }
}
