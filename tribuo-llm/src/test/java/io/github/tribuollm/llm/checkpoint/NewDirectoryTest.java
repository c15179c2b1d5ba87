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

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class NewDirectoryTest {
    @TempDir
    Path temp;

    private static void fill(Path directory) {
        AtomicFile.write(directory.resolve("a"), "1");
        AtomicFile.write(directory.resolve("b/c"), "2");
    }

    private List<String> found() throws IOException {
        try (var files = Files.walk(temp)) {
            return files.filter(Files::isRegularFile)
                    .map(file -> temp.relativize(file).toString())
                    .sorted()
                    .toList();
        }
    }

    @Test
    void appearsWhole() throws IOException {
        Path target = temp.resolve("x/made");
        NewDirectory.write(target, unfinished -> {
            fill(unfinished);
            assertFalse(Files.exists(target));
        });
        assertEquals(List.of("x/made/a", "x/made/b/c"), found());
        CheckpointTest.assertFailure("exists and is not empty", () -> NewDirectory.write(target, f -> {}));
    }

    @Test
    void takesTheTargetThatIsEmpty() throws IOException {
        NewDirectory.write(Files.createDirectory(temp.resolve("made")), NewDirectoryTest::fill);
        assertEquals(List.of("made/a", "made/b/c"), found());
    }

    @Test
    void whatAKilledProcessLeftDoesNotBlock() throws IOException {
        Path left = Files.createDirectories(temp.resolve(".made.unfinished/old"));
        Files.writeString(left.resolve("part"), "half");
        Files.createFile(left.resolveSibling(".lock"));
        NewDirectory.write(temp.resolve("made"), NewDirectoryTest::fill);
        assertEquals(List.of("made/a", "made/b/c"), found());
    }

    @Test
    void replacesWhatIsThereWhenTheNewIsWhole() throws IOException {
        Path target = temp.resolve("made");
        NewDirectory.write(target, NewDirectoryTest::fill);
        assertThrows(
                IllegalStateException.class,
                () -> NewDirectory.replace(target, unfinished -> {
                    throw new IllegalStateException("the disk is full");
                }));
        assertEquals(List.of("made/a", "made/b/c"), found());
        NewDirectory.replace(target, unfinished -> AtomicFile.write(unfinished.resolve("d"), "3"));
        assertEquals(List.of("made/d"), found());
    }

    @Test
    void aFailureLeavesNothing() throws IOException {
        assertThrows(
                IllegalStateException.class,
                () -> NewDirectory.write(temp.resolve("made"), unfinished -> {
                    fill(unfinished);
                    throw new IllegalStateException("the disk is full");
                }));
        assertEquals(List.of(), found());
    }

    @Test
    void twoDoNotWriteTheSame() throws IOException {
        Path target = temp.resolve("made");
        NewDirectory.write(target, unfinished -> {
            fill(unfinished);
            CheckpointTest.assertFailure("is being written by another run", () -> NewDirectory.write(target, f -> {}));
        });
        assertEquals(List.of("made/a", "made/b/c"), found());
    }
}
