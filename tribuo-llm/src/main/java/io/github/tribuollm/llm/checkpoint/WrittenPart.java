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

import java.nio.ByteBuffer;

/**
 * A part of a rounded matrix that a file holds.
 *
 * @param file the file
 * @param part the part
 */
record WrittenPart(SafetensorsFile file, Scheme.Part part) {
    /** Whether it is attached as it lies in the file. */
    boolean isInPlace() {
        return part.isAsWritten()
                && file.offset(part.name()).orElseThrow() % part.type().bytes() == 0;
    }

    /** {@return the bytes in the file} */
    ByteBuffer stored() {
        return file.stored(part.writtenName()).data();
    }

    /** Copies it as it is attached. */
    void copy(ByteBuffer target) {
        if (part.isAsWritten()) {
            target.put(0, stored(), 0, target.limit());
        } else {
            part.copy(stored(), target);
        }
    }
}
