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
package io.github.tribuollm.uncertainty.pages;

import io.github.tribuollm.uncertainty.TokenMeasures;
import java.util.List;
import java.util.Objects;

/**
 * One view of a document on a {@link TokenPage}: its completion tokens coloured by a measure. With one measure the view
 * is fixed; of several, the reader of the page chooses one for all such panels together.
 *
 * @param heading what sets this panel apart from its neighbours, such as {@code before training}
 * @param document the tokens and what was measured about them
 * @param measures the names of the measures that may colour the tokens, the one shown at first leading
 */
public record Panel(String heading, TokenMeasures document, List<String> measures) {

    /**
     * Checks that the document has the measures.
     *
     * @param heading what sets this panel apart
     * @param document the tokens and what was measured about them
     * @param measures the names of some of its measures, at least one
     * @throws IllegalArgumentException if no measure is named, or the document lacks one
     */
    public Panel {
        Objects.requireNonNull(heading, "heading");
        measures = List.copyOf(measures);
        if (measures.isEmpty()) {
            throw new IllegalArgumentException(
                    "panel '" + heading + "' of '" + document.title() + "' has no measure; measure something first");
        }
        measures.forEach(document::measure);
    }

    /**
     * A view of one measure.
     *
     * @param heading what sets this panel apart
     * @param document the tokens and what was measured about them
     * @param measure the name of one of its measures
     * @throws IllegalArgumentException if the document lacks the measure
     */
    public Panel(String heading, TokenMeasures document, String measure) {
        this(heading, document, List.of(measure));
    }

    /**
     * A view of whatever was measured, as the reader chooses.
     *
     * @param heading what sets this panel apart
     * @param document the tokens and what was measured about them
     * @throws IllegalArgumentException if the document has no measure
     */
    public Panel(String heading, TokenMeasures document) {
        this(heading, document, document.measureNames());
    }

    /** {@return whether the reader of the page chooses the measure} */
    boolean isChosen() {
        return measures.size() > 1;
    }
}
