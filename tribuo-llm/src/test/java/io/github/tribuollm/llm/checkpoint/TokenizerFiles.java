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

import java.nio.file.Path;

/** What is read of a tokenizer before the native library, for tests that may not let that library see anything else. */
public final class TokenizerFiles {
    private TokenizerFiles() {}

    /**
     * Reads the vocabulary and the special tokens.
     *
     * @throws CheckpointException as opening the tokenizer does
     */
    public static void read(Path directory) {
        Path file = directory.resolve(Tokenizer.FILE);
        Vocabulary vocabulary = Vocabulary.read(file, StrictJson.bytes(file, 1 << 26));
        CheckpointConfig config = CheckpointConfig.readIfPresent(directory.resolve("tokenizer_config.json"));
        SpecialTokens special =
                SpecialTokens.of(SpecialTokens.Sources.read(new DirectoryFiles(directory), vocabulary, config));
        special.eos().ifPresent(eos -> {
            if (eos < 0) {
                throw new AssertionError("accepted the token " + eos);
            }
        });
        config.flag("add_bos_token", false);
        ChatFiles.read(directory);
    }
}
