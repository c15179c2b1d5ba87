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

import io.github.tribuollm.graph.ElementType;
import java.nio.ByteBuffer;

/**
 * A part of a rounded matrix that a file holds.
 *
 * @param file the file
 * @param part the part
 */
record WrittenPart(SafetensorsFile file, Scheme.Part part) {
    private static final int ZERO = 128;

    /** Whether it is attached as it lies in the file. */
    boolean isInPlace() {
        return !isShifted()
                && file.offset(part.name()).orElseThrow() % part.type().bytes() == 0;
    }

    /** Whether the file has signed bytes and unsigned ones are attached. */
    private boolean isShifted() {
        return part.written() == DType.I8 && part.type() == ElementType.UINT8;
    }

    /** {@return its bytes in the file} */
    ByteBuffer stored() {
        return file.stored(part.name()).data();
    }

    /** Copies it as it is attached. */
    void copy(ByteBuffer target) {
        ByteBuffer source = stored();
        int zero = isShifted() ? ZERO : 0;
        for (int i = 0; i < source.limit(); i++) {
            target.put(i, (byte) (source.get(i) + zero));
        }
    }
}
