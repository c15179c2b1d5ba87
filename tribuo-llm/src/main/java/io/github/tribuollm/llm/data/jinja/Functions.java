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

import io.github.tribuollm.llm.data.jinja.Arguments.Bound;
import io.github.tribuollm.llm.data.jinja.Value.Int;
import io.github.tribuollm.llm.data.jinja.Value.Mapping;
import io.github.tribuollm.llm.data.jinja.Value.Sequence;
import io.github.tribuollm.llm.data.jinja.Value.Text;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The functions that templates are given. */
final class Functions {
    private static final Map<String, Callable> FUNCTIONS = Map.of(
            "range", Functions::range,
            "dict", Functions::dictionary,
            "namespace", Functions::namespace,
            "raise_exception", Functions::raise,
            "strftime_now", Functions::now);

    private Functions() {}

    /** The function of a name, or null. */
    static Callable get(String name) {
        return FUNCTIONS.get(name);
    }

    private static Value range(Rendering rendering, Arguments arguments) {
        int count = arguments.positional().size();
        Bound bound = count == 1 ? arguments.bind("range", "stop") : arguments.bind("range", "start", "stop", "step");
        long start = count == 1 ? 0 : bound.whole(0);
        long stop = bound.whole(count == 1 ? 0 : 1);
        long step = count == 3 ? bound.whole(2) : 1;
        if (step == 0) {
            throw new Failure("range() arg 3 must not be zero");
        }
        List<Value> numbers = new ArrayList<>();
        for (long i = start; step > 0 ? i < stop : i > stop; i += step) {
            numbers.add(new Int(i));
            if (numbers.size() > Budget.RANGE) {
                throw new Failure("a range has more than " + Budget.RANGE + " numbers");
            }
            if (step > 0 ? i > Long.MAX_VALUE - step : i < Long.MIN_VALUE - step) {
                break;
            }
        }
        rendering.budget().elements(numbers.size());
        return Sequence.list(numbers);
    }

    private static Value dictionary(Rendering rendering, Arguments arguments) {
        Map<Value, Value> entries = new LinkedHashMap<>();
        if (!arguments.positional().isEmpty()) {
            addTo(
                    entries,
                    new Arguments(arguments.positional(), Map.of())
                            .bind("dict", "entries")
                            .get(0),
                    rendering);
        }
        arguments.named().forEach((name, value) -> entries.put(new Text(name), value));
        rendering.budget().elements(entries.size());
        return new Mapping(entries);
    }

    private static void addTo(Map<Value, Value> entries, Value from, Rendering rendering) {
        if (from instanceof Mapping mapping) {
            entries.putAll(mapping.entries());
            return;
        }
        for (Value pair : Python.elements(from, rendering.budget())) {
            if (!(pair instanceof Sequence both) || both.items().size() != 2) {
                throw new Failure("dict() takes a dictionary or pairs of keys and values");
            }
            entries.put(Python.key(both.items().get(0)), both.items().get(1));
        }
    }

    private static Value namespace(Rendering rendering, Arguments arguments) {
        Namespace namespace = new Namespace();
        ((Mapping) dictionary(rendering, arguments)).entries().forEach((name, value) -> {
            if (!(name instanceof Text text)) {
                throw new Failure("a namespace takes names");
            }
            namespace.set(text.value(), value);
        });
        return namespace;
    }

    private static Value raise(Rendering rendering, Arguments arguments) {
        Value message = arguments.bind("raise_exception", "message").get(0);
        throw Failure.raised(Printer.text(message, rendering.budget()));
    }

    private static Value now(Rendering rendering, Arguments arguments) {
        return new Text(Dates.format(arguments.bind("strftime_now", "format").text(0), rendering.now()));
    }
}
