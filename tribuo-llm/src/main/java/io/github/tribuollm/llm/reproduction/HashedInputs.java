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

import io.github.tribuollm.llm.data.HashedInput;
import java.util.SortedMap;

/**
 * A trainer whose result depends on files that its own provenance names but does not hash, because hashing them takes
 * long. It records their hashes in the provenance of the models it trains.
 */
public interface HashedInputs {
    /**
     * What the files are now.
     *
     * @return by the names under which models record their hashes
     * @throws io.github.tribuollm.llm.checkpoint.CheckpointException if a file cannot be read
     */
    SortedMap<String, HashedInput> inputs();
}
