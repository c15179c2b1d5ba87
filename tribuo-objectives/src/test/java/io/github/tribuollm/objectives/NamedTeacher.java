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
package io.github.tribuollm.objectives;

import com.oracle.labs.mlrg.olcut.config.Config;
import io.github.tribuollm.objectives.target.SparseTeacher;

/** A sparse teacher whose rows a {@link TokenBatch} holds. */
public final class NamedTeacher implements SparseTeacher {
    @Config(mandatory = true, description = "Its name in the batch.")
    private String name;

    @Config(mandatory = true, description = "Entries for each token.")
    private int width;

    private NamedTeacher() {}

    public NamedTeacher(String name, int width) {
        this.name = name;
        this.width = width;
    }

    @Override
    public int width() {
        return width;
    }

    @Override
    public Rows rows(long[] sequences, int[] positions) {
        throw new UnsupportedOperationException("The batch holds the rows");
    }

    @Override
    public String toString() {
        return name;
    }
}
