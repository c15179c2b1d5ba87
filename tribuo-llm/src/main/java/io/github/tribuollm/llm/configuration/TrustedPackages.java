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
package io.github.tribuollm.llm.configuration;

import java.util.List;
import java.util.stream.Stream;

/**
 * The packages, with those below them, of which a file may name classes: a class that is named runs.
 *
 * @param names the packages
 */
record TrustedPackages(List<String> names) {
    private static final List<String> OWN = List.of("io.github.tribuollm", "org.tribuo");

    /** Takes a copy. */
    TrustedPackages {
        names = List.copyOf(names);
    }

    /**
     * This project's and Tribuo's.
     *
     * @param more packages that are trusted beside those
     */
    static TrustedPackages and(List<String> more) {
        return new TrustedPackages(Stream.concat(OWN.stream(), more.stream()).toList());
    }

    /** Whether a class is in one of them. */
    boolean hold(String className) {
        return names.stream().anyMatch(name -> className.startsWith(name + "."));
    }

    @Override
    public String toString() {
        return String.join(", ", names);
    }
}
