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
package io.github.tribuollm.runtime;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class NativeLibrariesTest {
    private static final String RUNTIME = System.mapLibraryName("onnxruntime");

    @TempDir
    Path temp;

    @Test
    void whatIsThereStays() throws IOException {
        Path folder = NativeLibraries.unpacked(temp).orElseThrow();
        Path library = folder.resolve(RUNTIME);
        Files.setLastModifiedTime(library, FileTime.fromMillis(1000));
        assertEquals(folder, NativeLibraries.unpacked(temp).orElseThrow());
        assertEquals(FileTime.fromMillis(1000), Files.getLastModifiedTime(library));
        try (Stream<Path> files = Files.list(folder)) {
            assertEquals(
                    List.of(),
                    files.filter(file -> file.toString().endsWith(".tmp")).toList());
        }
    }

    @Test
    void aLibraryThatIsCutShortIsUnpackedAgain() throws IOException {
        Path library = NativeLibraries.unpacked(temp).orElseThrow().resolve(RUNTIME);
        long size = Files.size(library);
        Files.write(library, new byte[5]);
        Path left = Files.createFile(library.resolveSibling(RUNTIME + "123.tmp"));
        NativeLibraries.unpacked(temp);
        assertEquals(size, Files.size(library));
        assertFalse(Files.exists(left), "what a killed process left");
    }

    @Test
    void aCacheThatIsNoFolderIsAnError() throws IOException {
        Path file = Files.createFile(temp.resolve("file"));
        assertThrows(IOException.class, () -> NativeLibraries.unpacked(file));
    }
}
