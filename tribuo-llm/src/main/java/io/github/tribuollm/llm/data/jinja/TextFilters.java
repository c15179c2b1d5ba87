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
import io.github.tribuollm.llm.data.jinja.Filters.Filter;
import io.github.tribuollm.llm.data.jinja.Value.Mapping;
import io.github.tribuollm.llm.data.jinja.Value.Sequence;
import io.github.tribuollm.llm.data.jinja.Value.Text;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;

/** Filters that make texts. */
final class TextFilters {
    private TextFilters() {}

    static Map<String, Filter> all() {
        return Map.ofEntries(
                Map.entry("string", (value, arguments, rendering) -> soft(value, rendering)),
                Map.entry(
                        "safe",
                        (value, arguments, rendering) ->
                                new Text(soft(value, rendering).value(), true)),
                Map.entry("escape", TextFilters::escape),
                Map.entry("e", TextFilters::escape),
                Map.entry("upper", plain(Texts::upper)),
                Map.entry("lower", plain(Texts::lower)),
                Map.entry("capitalize", plain(Texts::capitalised)),
                Map.entry("title", plain(TextFilters::title)),
                Map.entry("trim", method("strip")),
                Map.entry("center", TextFilters::center),
                Map.entry("replace", TextFilters::replace),
                Map.entry("join", TextFilters::join),
                Map.entry("indent", TextFilters::indent),
                Map.entry("format", TextFilters::format));
    }

    /** The value as text; what the filter safe has marked stays marked. */
    private static Text soft(Value value, Rendering rendering) {
        return value instanceof Text text ? text : new Text(Printer.text(value, rendering.budget()));
    }

    private static Filter plain(UnaryOperator<String> change) {
        return (value, arguments, rendering) -> {
            Text text = soft(value, rendering);
            rendering.budget().characters(text.value().length());
            return new Text(change.apply(text.value()), text.markup());
        };
    }

    private static Filter method(String name) {
        return (value, arguments, rendering) ->
                TextMethods.call(name, soft(value, rendering), arguments, rendering.budget());
    }

    private static Value escape(Value value, Arguments arguments, Rendering rendering) {
        Text text = soft(value, rendering);
        rendering.budget().characters(5L * text.value().length());
        return text.markup() ? text : new Text(Texts.escaped(text.value()), true);
    }

    /** The filter's idea of a title: words begin after white space, hyphens and opening brackets. */
    private static String title(String text) {
        StringBuilder title = new StringBuilder();
        boolean[] begins = {true};
        text.codePoints().forEach(c -> {
            String character = Character.toString(c);
            title.append(begins[0] ? Texts.upper(character) : Texts.lower(character));
            begins[0] = Texts.isSpace(c) || "-({[<".indexOf(c) >= 0;
        });
        return title.toString();
    }

    private static Value center(Value value, Arguments arguments, Rendering rendering) {
        Value width = arguments.bind("center", "width").or(0, new Value.Int(80));
        return TextMethods.call("center", soft(value, rendering), Arguments.of(width), rendering.budget());
    }

    private static Value replace(Value value, Arguments arguments, Rendering rendering) {
        Bound given = arguments.bind("replace", "old", "new", "count");
        Arguments texts =
                Arguments.of(soft(given.get(0), rendering), soft(given.get(1), rendering), given.or(2, Value.NONE));
        Text text = new Text(Printer.text(value, rendering.budget()));
        return TextMethods.replaced(text, texts.bind("replace", "old", "new", "count"), rendering.budget());
    }

    private static Value join(Value value, Arguments arguments, Rendering rendering) {
        Bound bound = arguments.bind("join", "d", "attribute");
        Budget budget = rendering.budget();
        String separator = Printer.text(bound.or(0, Text.EMPTY), budget);
        Output text = new Output(budget);
        boolean first = true;
        for (Value item : Python.elements(value, budget)) {
            text.add(first ? "" : separator);
            Value part = bound.given(1) ? ListFilters.attribute(item, bound.get(1), null) : item;
            text.add(Printer.text(part, budget));
            first = false;
        }
        return new Text(text.toString());
    }

    private static Value indent(Value value, Arguments arguments, Rendering rendering) {
        if (!(value instanceof Text text)) {
            throw new Failure("indent takes a string, not " + Python.type(value));
        }
        Bound bound = arguments.bind("indent", "width", "first", "blank");
        String indention = indention(bound, rendering.budget());
        List<String> lines = Texts.lines(text.value() + "\n", false);
        boolean blank = bound.flag(2, false);
        Output indented = new Output(rendering.budget());
        for (int i = 0; i < lines.size(); i++) {
            String line = lines.get(i);
            boolean indents = i == 0 ? bound.flag(1, false) : blank || !line.isEmpty();
            indented.add((i == 0 ? "" : "\n") + (indents ? indention : "") + line);
        }
        return new Text(indented.toString(), text.markup());
    }

    private static String indention(Bound bound, Budget budget) {
        if (bound.has(0) && bound.get(0) instanceof Text text) {
            return text.value();
        }
        long width = Math.max(0, bound.whole(0, 4));
        budget.characters(width);
        return " ".repeat((int) width);
    }

    private static Value format(Value value, Arguments arguments, Rendering rendering) {
        Map<Value, Value> named = new LinkedHashMap<>();
        arguments.named().forEach((name, argument) -> named.put(new Text(name), argument));
        Value values = named.isEmpty() ? new Sequence(arguments.positional(), true) : new Mapping(named);
        return Formats.percent(soft(value, rendering), values, rendering.budget());
    }
}
