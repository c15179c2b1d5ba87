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
 * A tensor of a GGUF file: bytes {@code from} to {@code to} of the file.
 *
 * @param name its name there
 * @param type its type
 * @param shape its dimensions, row major; the last is a multiple of the type's block
 * @param from the offset of the first byte
 * @param to the offset after the last byte
 */
record GgufTensor(String name, GgufType type, long[] shape, long from, long to) {
    /** The elements of a row. */
    long width() {
        return shape[shape.length - 1];
    }
}
