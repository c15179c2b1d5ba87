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
package io.github.tribuollm.llm.token;

import io.github.tribuollm.llm.checkpoint.CheckpointFiles;
import io.github.tribuollm.llm.checkpoint.Tokenizer;
import java.lang.ref.Cleaner;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;

/** Gives tokens their texts. */
@FunctionalInterface
public interface TokenDecoder {
    /** Shows ids, where no tokenizer is known: {@code 12 7 401 }. */
    TokenDecoder IDS =
            tokens -> Arrays.stream(tokens).mapToObj(token -> token + " ").toList();

    /**
     * The text that each token adds; joined, these are the text.
     *
     * @param tokens token ids
     * @return one text for each token
     * @throws io.github.tribuollm.llm.checkpoint.CheckpointException if the tokenizer cannot be read
     * @throws IllegalArgumentException for an id that the tokenizer does not know
     */
    List<String> texts(int... tokens);

    /**
     * The tokenizer of a checkpoint, read when a text is first asked for, and released when nobody holds this any more.
     *
     * @param directory the checkpoint directory; {@link #IDS} is the answer where it has no tokenizer now
     * @return the decoder
     */
    static TokenDecoder of(Path directory) {
        return CheckpointFiles.of(directory).has(Tokenizer.FILE) ? new OfCheckpoint(directory) : IDS;
    }

    /** A tokenizer that is opened when first used. */
    final class OfCheckpoint implements TokenDecoder {
        private static final Cleaner CLEANER = Cleaner.create();

        private final Path directory;
        private Tokenizer tokenizer;

        private OfCheckpoint(Path directory) {
            this.directory = directory;
        }

        @Override
        public synchronized List<String> texts(int... tokens) {
            if (tokenizer == null) {
                tokenizer = Tokenizer.open(directory);
                CLEANER.register(this, tokenizer::close);
            }
            return tokenizer.display(tokens);
        }
    }
}
