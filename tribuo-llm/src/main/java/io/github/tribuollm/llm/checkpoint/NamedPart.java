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

import java.util.Optional;
import java.util.stream.Stream;

/** A part of a matrix whose name is that of the matrix and a suffix. */
interface NamedPart {
    /** {@return what follows the name of the matrix} */
    String suffix();

    /** {@return the name of the part of a matrix} */
    default String name(String matrix) {
        return matrix + suffix();
    }

    /** {@return the name of the matrix, of the name of its part} */
    default String matrix(String name) {
        return name.substring(0, name.length() - suffix().length());
    }

    /** {@return the part that a name ends in} */
    static <P extends NamedPart> Optional<P> of(P[] parts, String name) {
        return Stream.of(parts).filter(part -> name.endsWith(part.suffix())).findFirst();
    }
}
