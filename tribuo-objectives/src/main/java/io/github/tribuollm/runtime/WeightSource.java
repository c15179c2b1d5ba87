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
package io.github.tribuollm.runtime;

import java.nio.ByteBuffer;

/** Where a session finds its weights. */
@FunctionalInterface
public interface WeightSource {
    /**
     * The memory of one weight. It is shared, never copied, and must stay unchanged while a session uses it.
     *
     * @param name the weight's name in the graph
     * @return a direct buffer in native byte order that holds exactly the float32 elements, row-major
     */
    ByteBuffer float32(String name);
}
