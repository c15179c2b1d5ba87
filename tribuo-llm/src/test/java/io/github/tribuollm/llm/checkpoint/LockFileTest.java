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
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LockFileTest {
    @TempDir
    Path temp;

    @Test
    void aSecondTryInThisProcessDoesNotGiveTheLockUp() throws IOException {
        Path file = temp.resolve("lock");
        LockFile first = LockFile.take(file).orElseThrow();
        try (first) {
            assertEquals(Optional.empty(), LockFile.take(file));
            assertEquals(Optional.empty(), LockFile.take(temp.resolve("./lock")));
            try (LockHolder other = LockHolder.of(file)) {
                assertFalse(other.holds(), "another process takes what this one holds");
            }
        }
        try (LockHolder other = LockHolder.of(file)) {
            assertTrue(other.holds());
            assertEquals(Optional.empty(), LockFile.take(file));
        }
        LockFile.take(file).orElseThrow().close();
    }

    @Test
    void aLinkIsNotFollowed() throws IOException {
        Path outside = Files.writeString(temp.resolve("outside"), "text");
        Path link = Files.createSymbolicLink(temp.resolve("lock"), outside);
        IOException refused = assertThrows(IOException.class, () -> LockFile.take(link));
        assertTrue(refused.getMessage().contains("is a symbolic link"), refused.getMessage());
        assertEquals("text", Files.readString(outside));
    }
}
