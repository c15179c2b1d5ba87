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
package io.github.tribuollm.llm.hub;

/** Names in a hub, read without one. */
public final class HubNames {
    private HubNames() {}

    /** Reads a location; it means the same when it is written out again. */
    public static void read(String location) {
        HubRepository repository = HubRepository.parse(location);
        if (!HubRepository.parse(repository.toString()).equals(repository)) {
            throw new AssertionError(location + " is not " + repository);
        }
        if (repository.toString().contains("..") || repository.toString().contains("//..")) {
            throw new AssertionError(location + " leads elsewhere");
        }
    }
}
