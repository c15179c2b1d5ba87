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

import java.util.Objects;

/**
 * One view of a document on a {@link TokenPage}: its completion tokens coloured by one measure.
 *
 * @param heading what sets this panel apart from its neighbours, such as {@code before training}
 * @param document the tokens and what was measured about them
 * @param measure the name of the measure that colours the tokens, one of {@code document.measures()}
 */
public record Panel(String heading, TokenMeasures document, String measure) {

    /**
     * Checks that the document has the measure.
     *
     * @param heading what sets this panel apart
     * @param document the tokens and what was measured about them
     * @param measure the name of one of its measures
     * @throws IllegalArgumentException if the document has no such measure
     */
    public Panel {
        Objects.requireNonNull(heading, "heading");
        document.measure(measure);
    }
}
