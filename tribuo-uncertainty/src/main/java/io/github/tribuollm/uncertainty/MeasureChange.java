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
import java.util.Optional;

/**
 * How a measure of a token changed between two models: its value under the later one minus its value under the earlier.
 *
 * @param measure the name of the measure, such as {@code loss}
 */
public record MeasureChange(String measure) {

    private static final String PREFIX = "change of ";

    /** A change of a measure. */
    public MeasureChange {
        Objects.requireNonNull(measure, "measure");
    }

    /**
     * The change of a name.
     *
     * @param label the name of a measure in a document
     * @return the change, empty for the name of anything else
     */
    public static Optional<MeasureChange> named(String label) {
        return label.startsWith(PREFIX)
                ? Optional.of(new MeasureChange(label.substring(PREFIX.length())))
                : Optional.empty();
    }

    /**
     * {@return its name in documents, files and pages: {@code change of loss}}
     */
    public String label() {
        return PREFIX + measure;
    }
}
