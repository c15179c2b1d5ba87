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
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AtomicFileTest {
    @TempDir
    Path temp;

    @Test
    void replacesAndCreatesDirectories() throws IOException {
        Path file = temp.resolve("a/b/file");
        AtomicFile.write(file, "one");
        AtomicFile.write(file, "zw\u00f6lf");
        assertEquals("zw\u00f6lf", Files.readString(file));
    }

    @Test
    void aFullDiskKeepsTheOldContent() throws IOException {
        Path file = Files.writeString(temp.resolve("file"), "old");
        CheckpointTest.assertFailure(
                "No space left",
                () -> AtomicFile.write(file, channel -> {
                    channel.write(ByteBuffer.allocate(10));
                    throw new IOException("No space left on device");
                }));
        assertEquals("old", Files.readString(file));
        try (var files = Files.list(temp)) {
            assertEquals(1, files.count());
        }
    }

    @Test
    void whatAKilledProcessLeftIsDeletedAndWhatIsBeingWrittenIsNot() throws IOException {
        Path file = temp.resolve("file");
        Path abandoned = Files.createFile(temp.resolve(".file." + UUID.randomUUID() + ".tmp"));
        Path writing = Files.createFile(temp.resolve(".file." + UUID.randomUUID() + ".tmp"));
        Path another = Files.createFile(temp.resolve(".file2." + UUID.randomUUID() + ".tmp"));
        Path users = Files.createFile(temp.resolve(".file.notes.tmp"));
        try (LockHolder writer = LockHolder.of(writing)) {
            assertTrue(writer.holds());
            AtomicFile.write(file, outer -> {
                AtomicFile.writeFully(outer, ByteBuffer.wrap(new byte[] {'a'}));
                AtomicFile.write(file, "b");
            });
        }
        assertEquals("a", Files.readString(file));
        try (var files = Files.list(temp)) {
            assertEquals(Set.of(file, writing, another, users), files.collect(Collectors.toSet()));
        }
        assertFalse(Files.exists(abandoned));
    }

    @Test
    void aDeviceIsWrittenToAndItsFailureIsSeen() {
        Path full = Path.of("/dev/full");
        assumeTrue(Files.exists(full), "this system has no /dev/full");
        AtomicFile.write(Path.of("/dev/null"), "text");
        CheckpointTest.assertFailure("/dev/full: cannot be written", () -> AtomicFile.write(full, "text"));
        assertTrue(Files.exists(full));
    }
}
