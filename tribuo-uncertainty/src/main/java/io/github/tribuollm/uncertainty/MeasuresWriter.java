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
package io.github.tribuollm.uncertainty;

import java.io.Closeable;
import java.io.IOException;

/** Writes documents and what was measured about them, one at a time, keeping none. */
public interface MeasuresWriter extends Closeable {

    /**
     * Writes one document after those before it.
     *
     * @param document the tokens and what was measured about them
     * @throws IOException if it cannot be written
     * @throws IllegalArgumentException if the format cannot hold this document beside those before it
     */
    void write(TokenMeasures document) throws IOException;
}
