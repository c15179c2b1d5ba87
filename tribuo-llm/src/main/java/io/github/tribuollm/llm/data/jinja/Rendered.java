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
package io.github.tribuollm.llm.data.jinja;

import java.util.List;

/**
 * What a template makes of its variables.
 *
 * @param text the text
 * @param generations the parts of the text that stand in {@code generation} blocks, in order
 */
public record Rendered(String text, List<Span> generations) {
    /** Creates a result. */
    public Rendered {
        generations = List.copyOf(generations);
    }

    /**
     * A part of a text, in UTF-16 units.
     *
     * @param start where it begins
     * @param end where what follows it begins
     */
    public record Span(int start, int end) {}
}
