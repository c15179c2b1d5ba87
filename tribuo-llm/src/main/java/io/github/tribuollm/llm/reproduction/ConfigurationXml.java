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
package io.github.tribuollm.llm.reproduction;

import com.oracle.labs.mlrg.olcut.config.ConfigurationManager;
import io.github.tribuollm.llm.checkpoint.AtomicFile;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;

/** Configurations as files, which are there whole or not at all. */
final class ConfigurationXml {
    private ConfigurationXml() {}

    /**
     * Writes a configuration.
     *
     * @param configuration the components
     * @param file the file, created or replaced
     * @throws io.github.tribuollm.llm.checkpoint.CheckpointException if it cannot be written; an earlier one is then
     *     unchanged
     */
    static void save(ConfigurationManager configuration, Path file) {
        ByteArrayOutputStream xml = new ByteArrayOutputStream();
        try {
            configuration.save(xml, "xml", true);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        AtomicFile.write(file, xml.toByteArray());
    }
}
