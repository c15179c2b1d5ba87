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
package io.github.tribuollm.llm.reproduction;

/**
 * A result before and after.
 *
 * @param name its name: that of a model's hash, such as {@code adapter-sha256}, or {@code model/benchmark} of samples
 * @param recorded its SHA-256 when it was made
 * @param found its SHA-256 when it was made again; null if it was not
 */
public record ComparedResult(String name, String recorded, String found) {
    /** {@return whether they are the same} */
    public boolean same() {
        return recorded.equals(found);
    }
}
