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
package io.github.tribuollm.graph;

/** The forms in which a session may hold the matrix W [out, in] of a frozen linear layer. */
public enum MatrixForm {
    /** One tensor of floats, of 16 or of 32 bits. */
    FLOATS,
    /** Bytes with a scale for each row, see {@link Int8Matrix}. */
    INT8,
    /** The same bytes for products of few rows without a gradient, see {@link Int8Blocks}. */
    INT8_BLOCKS,
    /** Four bits with a scale and an offset for each block of a row, see {@link Int4Matrix}. */
    INT4
}
