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

import java.util.HashMap;
import java.util.Map;
import java.util.Set;

/** What stands behind a bar: Jinja's filters, and {@code tojson} as transformers has it. */
final class Filters {
    private static final Map<String, Filter> FILTERS = new HashMap<>();

    /** Filters that Jinja has for web pages and for looking at things, which no chat template needs. */
    private static final Set<String> NOT_SUPPORTED = Set.of(
            "attr",
            "filesizeformat",
            "forceescape",
            "pprint",
            "random",
            "striptags",
            "truncate",
            "urlencode",
            "urlize",
            "wordcount",
            "wordwrap",
            "xmlattr");

    static {
        FILTERS.putAll(TextFilters.all());
        FILTERS.putAll(ListFilters.all());
        FILTERS.putAll(ValueFilters.all());
    }

    private Filters() {}

    /** What a filter makes of a value. */
    @FunctionalInterface
    interface Filter {
        Value apply(Value value, Arguments arguments, Rendering rendering);
    }

    static boolean has(String name) {
        return FILTERS.containsKey(name);
    }

    /** Refuses a filter that there is not. */
    static void require(String name) {
        if (!has(name)) {
            throw new Failure(
                    NOT_SUPPORTED.contains(name)
                            ? "the filter '" + name + "' is not supported"
                            : "there is no filter '" + name + "'");
        }
    }

    static Value apply(String name, Value value, Arguments arguments, Rendering rendering) {
        require(name);
        return FILTERS.get(name).apply(value, arguments, rendering);
    }
}
