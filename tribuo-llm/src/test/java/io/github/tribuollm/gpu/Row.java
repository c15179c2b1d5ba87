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
package io.github.tribuollm.gpu;

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import com.google.gson.JsonObject;
import java.util.List;
import java.util.Locale;

/**
 * A row of the check's table.
 *
 * @param group the group of the check
 * @param name what was checked
 * @param precision in which precision, by its label
 * @param figures what was found; none if it failed before
 * @param seconds how long it took
 * @param failure why there are no figures; null if there are
 * @param passed whether there are figures and all hold
 */
record Row(
        String group,
        String name,
        String precision,
        List<Figure> figures,
        double seconds,
        String failure,
        boolean passed) {
    private static final Gson GSON = new GsonBuilder().serializeNulls().create();

    static Row of(CheckGroup group, Check check, List<Figure> figures, double seconds) {
        boolean holds = !figures.isEmpty() && figures.stream().allMatch(Figure::holds);
        return new Row(group.label(), check.name(), check.precision().label(), figures, seconds, null, holds);
    }

    static Row failed(CheckGroup group, Check check, String failure, double seconds) {
        return new Row(group.label(), check.name(), check.precision().label(), List.of(), seconds, failure, false);
    }

    static Row of(JsonObject json) {
        return GSON.fromJson(json, Row.class);
    }

    /** The row as JSON. */
    JsonObject json() {
        return GSON.toJsonTree(this).getAsJsonObject();
    }

    /** The row as a line of text. */
    String line() {
        String found = failure == null
                ? String.join(", ", figures.stream().map(Figure::toString).toList())
                : failure;
        return String.format(
                Locale.ROOT,
                "%-4s  %-12s  %-47s  %-4s  %6.1f s  %s",
                passed ? "pass" : "FAIL",
                group,
                name,
                precision,
                seconds,
                found);
    }
}
