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
package io.github.tribuollm.llm.hub;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * What a file's entity tag says of its content: files in large-file storage are tagged with their SHA-256, all others
 * with the SHA-1 that git gives them.
 *
 * @param hex 64 or 40 lower-case hexadecimal digits
 */
record ContentHash(String hex) {
    private static final Pattern DIGITS = Pattern.compile("[0-9a-f]{40}|[0-9a-f]{64}");
    private static final int GIT_LENGTH = 40;

    /** Reads {@code "tag"} and {@code W/"tag"}; empty where the tag is no hash. */
    static Optional<ContentHash> ofTag(String tag) {
        String bare = tag.replaceFirst("^W/", "").replace("\"", "");
        return DIGITS.matcher(bare).matches() ? Optional.of(new ContentHash(bare)) : Optional.empty();
    }

    private boolean isGit() {
        return hex.length() == GIT_LENGTH;
    }

    String algorithm() {
        return isGit() ? "git SHA-1" : "SHA-256";
    }

    /** A digest that comes out as this hash when the right {@code size} bytes are put in. */
    MessageDigest digest(long size) {
        try {
            MessageDigest digest = MessageDigest.getInstance(isGit() ? "SHA-1" : "SHA-256");
            if (isGit()) {
                digest.update(("blob " + size + "\0").getBytes(StandardCharsets.US_ASCII));
            }
            return digest;
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError("every Java platform has SHA-1 and SHA-256", e);
        }
    }

    boolean matches(MessageDigest digest) {
        return hex.equals(HexFormat.of().formatHex(digest.digest()));
    }
}
