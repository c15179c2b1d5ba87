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
package io.github.tribuollm.llm.data;

import io.github.tribuollm.llm.checkpoint.Sha256;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.OffsetDateTime;
import java.time.ZoneId;

/**
 * What identifies a file's content in provenance.
 *
 * @param sha256 the SHA-256 of the file's bytes, in hexadecimal
 * @param modified when the file was last changed
 */
public record FileStamp(String sha256, OffsetDateTime modified) {
    private static final int BUFFER_BYTES = 1 << 16;

    /**
     * Reads a file through to compute its hash.
     *
     * @param file the file
     * @return its stamp
     * @throws DataException if the file cannot be read
     */
    public static FileStamp of(Path file) {
        try (InputStream in = Files.newInputStream(file)) {
            Sha256 digest = new Sha256();
            byte[] buffer = new byte[BUFFER_BYTES];
            for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
                digest.add(ByteBuffer.wrap(buffer, 0, n));
            }
            OffsetDateTime modified =
                    OffsetDateTime.ofInstant(Files.getLastModifiedTime(file).toInstant(), ZoneId.systemDefault());
            return new FileStamp(digest.hex(), modified);
        } catch (IOException e) {
            throw new DataException("Cannot read " + file + " to compute its hash: " + e, e);
        }
    }
}
