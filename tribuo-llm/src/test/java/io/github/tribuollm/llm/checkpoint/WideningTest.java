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

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.reflect.Proxy;
import java.nio.IntBuffer;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** Tensors that are nearly too large to count. */
class WideningTest {
    /** A file of tensors [2^31 - 1] that hold one number everywhere. */
    private static TensorFile everywhere(int bits) {
        return (TensorFile) Proxy.newProxyInstance(
                TensorFile.class.getClassLoader(),
                new Class<?>[] {TensorFile.class},
                (proxy, method, arguments) -> switch (method.getName()) {
                    case "file" -> Path.of("model.gguf");
                    case "elements" -> (long) Integer.MAX_VALUE;
                    case "read" -> {
                        IntBuffer target = (IntBuffer) arguments[2];
                        while (target.hasRemaining()) {
                            target.put(bits);
                        }
                        yield null;
                    }
                    default -> throw new UnsupportedOperationException(method.getName());
                });
    }

    @Test
    void differencesAreSeenInTensorsOfNearlyTwoToThe31Elements() {
        assertFalse(Widening.sameFloats(everywhere(1), "a", everywhere(2), "b"));
    }

    @Test
    void floatsOfTwoGibibytesAreRefusedWithARemedy() {
        CheckpointException e =
                assertThrows(CheckpointException.class, () -> Widening.stored(everywhere(1), "a", "take another file"));
        assertTrue(
                e.getMessage().contains("model.gguf: tensor 'a' would have 8589934588 bytes as floats")
                        && e.getMessage().endsWith("; take another file"),
                e.getMessage());
    }
}
