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
package io.github.tribuollm.llm.teacher;

import io.github.tribuollm.llm.checkpoint.Sha256;
import io.github.tribuollm.llm.data.TokenSequence;
import java.nio.ByteBuffer;
import java.util.List;

/** What tells the tokens of one data set, and which of them are learned, from another's. */
final class DataHash {
    private DataHash() {}

    /** The SHA-256 of all tokens and marks, in hexadecimal. */
    static String of(List<TokenSequence> data) {
        Sha256 digest = new Sha256();
        for (TokenSequence sequence : data) {
            ByteBuffer bytes = ByteBuffer.allocate(4 * sequence.length() + 4);
            bytes.putInt(sequence.length()).asIntBuffer().put(sequence.tokens());
            digest.add(bytes.array()).add(sequence.completion().toByteArray());
        }
        return digest.hex();
    }
}
