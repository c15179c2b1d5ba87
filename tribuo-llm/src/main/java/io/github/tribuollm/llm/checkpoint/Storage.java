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

/** How the weights of a frozen base are held in memory. The results are the same to the bit. */
public enum Storage {
    /** {@link #FLOAT32} where it fits comfortably, else {@link #STORED}. */
    AUTO,
    /** Widened once: the fastest. Tensors that would have 2 GiB or more stay as they are stored. */
    FLOAT32,
    /** As the file stores them, memory-mapped: 16-bit floats are widened wherever they are used. */
    STORED
}
