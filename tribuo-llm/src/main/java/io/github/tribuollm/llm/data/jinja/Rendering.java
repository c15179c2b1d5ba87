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

import java.time.LocalDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** One run of a template: what it is given, what it has cost, and where it is. */
final class Rendering {
    private final Map<String, Value> variables;
    private final LocalDateTime now;
    private final Budget budget = new Budget();
    private final Output output = new Output(budget);
    private final List<Rendered.Span> generations = new ArrayList<>();
    private int line = 1;

    Rendering(Map<String, Value> variables, LocalDateTime now) {
        this.variables = variables;
        this.now = now;
    }

    Budget budget() {
        return budget;
    }

    LocalDateTime now() {
        return now;
    }

    /** The text of the template itself, outside of macros and blocks that are set. */
    Output output() {
        return output;
    }

    /** Notes that the template says at this line what comes next. */
    void at(int place) {
        line = place;
        budget.step();
    }

    int line() {
        return line;
    }

    /** What a name means that no frame sets. */
    Value global(String name) {
        Value value = variables.get(name);
        if (value != null) {
            return value;
        }
        Value function = Functions.get(name);
        return function == null ? Undefined.name(name) : function;
    }

    void generated(int start, int end) {
        generations.add(new Rendered.Span(start, end));
    }

    List<Rendered.Span> generations() {
        return generations;
    }
}
