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

/**
 * An array among a GGUF file's metadata, which stays in the file until it is asked for.
 *
 * @param type the number of its elements' type
 * @param count how many there are
 * @param from the offset of the first
 */
record GgufArray(int type, int count, long from) {
    /** The number of the type of bytes. */
    static final int UINT8 = 0;

    /** The number of the type of 32-bit numbers without sign. */
    static final int UINT32 = 4;

    /** The number of the type of 32-bit numbers. */
    static final int INT32 = 5;

    /** The number of the type of 32-bit floats. */
    static final int FLOAT32 = 6;

    /** The number of the type of texts. */
    static final int TEXT = 8;
}
