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
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SortedMap;
import java.util.stream.Collectors;

/**
 * A file that is not what it was.
 *
 * @param name the name of its hash
 * @param place where it is now: a path, or a location in a hub
 * @param recorded its SHA-256 when it was read for the recorded result
 * @param found its SHA-256 now
 */
public record ChangedInput(String name, String place, String recorded, String found) {
    /** {@return those inputs whose recorded hash is another one; none where no hash was recorded} */
    static List<ChangedInput> among(Map<String, String> recorded, SortedMap<String, HashedInput> now) {
        List<ChangedInput> changed = new ArrayList<>();
        now.forEach((name, input) -> {
            String before = recorded.get(name);
            if (before != null && !before.equals(input.sha256())) {
                changed.add(new ChangedInput(name, input.place(), before, input.sha256()));
            }
        });
        return changed;
    }

    /**
     * Stops where an input has changed.
     *
     * @param changed the inputs that have
     * @param what cannot be reproduced then, such as {@code The model}
     * @throws ReproductionException naming every changed file and its hashes
     */
    static void requireNone(List<ChangedInput> changed, String what) {
        if (!changed.isEmpty()) {
            throw new ReproductionException(
                    changed.stream().map(Objects::toString).collect(Collectors.joining("\n")) + "\n" + what
                            + " cannot be reproduced; put the former files back");
        }
    }

    @Override
    public String toString() {
        return place + " has changed (" + name + "): it had SHA-256 " + recorded + ", now it has " + found;
    }
}
