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

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Where native libraries put what they unpack. */
final class TemporaryDirectory {
    private static final String PROPERTY = "java.io.tmpdir";

    private TemporaryDirectory() {}

    /**
     * Checks that files can be made in it.
     *
     * @throws UnusableSurroundings with the remedy if they cannot
     */
    static void require() {
        String directory = System.getProperty(PROPERTY);
        try {
            Files.delete(Files.createTempFile(Path.of(directory), "tribuo-llm", null));
        } catch (IOException | RuntimeException e) {
            throw new UnusableSurroundings(
                    "No temporary file can be made in " + directory + ", where ONNX Runtime keeps its own; create the"
                            + " directory or free some space in it, or name another one: java -D" + PROPERTY
                            + "=DIRECTORY -jar ...",
                    e);
        }
    }
}
