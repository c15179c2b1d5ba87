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
import io.github.tribuollm.llm.data.jinja.Value.Int;
import io.github.tribuollm.llm.data.jinja.Value.Mapping;
import io.github.tribuollm.llm.data.jinja.Value.Sequence;
import io.github.tribuollm.llm.data.jinja.Value.Text;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.Predicate;

/** Filters that go through elements. */
final class ListFilters {
    private ListFilters() {}

    static Map<String, Filter> all() {
        return Map.ofEntries(
                Map.entry("length", ListFilters::length),
                Map.entry("count", ListFilters::length),
                Map.entry("list", (value, arguments, rendering) -> Sequence.list(elements(value, rendering))),
                Map.entry("first", ListFilters::first),
                Map.entry("last", ListFilters::last),
                Map.entry("reverse", ListFilters::reverse),
                Map.entry("sort", ListFilters::sort),
                Map.entry("unique", ListFilters::unique),
                Map.entry("min", (value, arguments, rendering) -> extreme(value, arguments, rendering, "min", -1)),
                Map.entry("max", (value, arguments, rendering) -> extreme(value, arguments, rendering, "max", 1)),
                Map.entry("sum", ListFilters::sum),
                Map.entry("map", ListFilters::map),
                Map.entry("select", (value, arguments, rendering) -> select(value, arguments, rendering, true)),
                Map.entry("reject", (value, arguments, rendering) -> select(value, arguments, rendering, false)),
                Map.entry("selectattr", (value, arguments, rendering) -> selectBy(value, arguments, rendering, true)),
                Map.entry("rejectattr", (value, arguments, rendering) -> selectBy(value, arguments, rendering, false)),
                Map.entry("batch", ListFilters::batch),
                Map.entry("slice", ListFilters::slice),
                Map.entry("groupby", ListFilters::groupBy),
                Map.entry("items", ListFilters::items),
                Map.entry("dictsort", ListFilters::dictSort));
    }

    private static List<Value> elements(Value value, Rendering rendering) {
        return Python.elements(value, rendering.budget());
    }

    /** What a name with dots, or a number, leads to in a value; the fallback, if there is one, where nothing is. */
    static Value attribute(Value value, Value path, Value fallback) {
        Value found = value;
        if (path instanceof Text text) {
            for (String part : text.value().split("\\.", -1)) {
                boolean number =
                        !part.isEmpty() && part.length() < 10 && part.chars().allMatch(c -> c >= '0' && c <= '9');
                found = Attributes.item(found, number ? new Int(Long.parseLong(part)) : new Text(part));
                if (fallback != null && found instanceof Undefined) {
                    found = fallback;
                }
            }
            return found;
        }
        return Attributes.item(found, path);
    }

    /** What values are compared by: an attribute if one is given, in lower case unless case counts. */
    private static Function<Value, Value> key(Bound bound, int attribute, int caseSensitive) {
        boolean exact = bound.flag(caseSensitive, false);
        return item -> {
            Value key = bound.given(attribute) ? attribute(item, bound.get(attribute), null) : item;
            return comparable(key, exact);
        };
    }

    private static Value length(Value value, Arguments arguments, Rendering rendering) {
        return new Int(Python.length(value));
    }

    private static Value first(Value value, Arguments arguments, Rendering rendering) {
        List<Value> items = elements(value, rendering);
        return items.isEmpty() ? new Undefined("No first item, sequence was empty.") : items.get(0);
    }

    private static Value last(Value value, Arguments arguments, Rendering rendering) {
        if (value instanceof Stream stream && stream.isGenerator()) {
            throw new Failure("a generator has no last item; turn it into a list");
        }
        List<Value> items = elements(value, rendering);
        return items.isEmpty() ? new Undefined("No last item, sequence was empty.") : items.get(items.size() - 1);
    }

    private static Value reverse(Value value, Arguments arguments, Rendering rendering) {
        if (value instanceof Text text) {
            rendering.budget().characters(text.value().length());
            return new Text(new StringBuilder(text.value()).reverse().toString(), text.markup());
        }
        List<Value> items = new ArrayList<>(elements(value, rendering));
        Collections.reverse(items);
        return Stream.generator(items);
    }

    private static Value sort(Value value, Arguments arguments, Rendering rendering) {
        Bound bound = arguments.bind("sort", "reverse", "case_sensitive", "attribute");
        Function<Value, Value> keys = keys(bound);
        return Sequence.list(sorted(elements(value, rendering), keys, bound.flag(0, false), rendering));
    }

    /** What sort compares by: the list of the attributes that are given with commas, or of the item itself. */
    private static Function<Value, Value> keys(Bound bound) {
        boolean exact = bound.flag(1, false);
        List<Value> paths = new ArrayList<>();
        if (bound.given(2) && bound.get(2) instanceof Text text) {
            for (String path : text.value().split(",", -1)) {
                paths.add(new Text(path));
            }
        } else if (bound.given(2)) {
            paths.add(bound.get(2));
        }
        return item -> {
            List<Value> keys = paths.isEmpty()
                    ? List.of(item)
                    : paths.stream().map(path -> attribute(item, path, null)).toList();
            return Sequence.list(
                    keys.stream().map(key -> comparable(key, exact)).toList());
        };
    }

    private static Value comparable(Value key, boolean exact) {
        return !exact && key instanceof Text text ? new Text(Texts.lower(text.value())) : key;
    }

    private static List<Value> sorted(
            List<Value> items, Function<Value, Value> key, boolean reverse, Rendering rendering) {
        Comparator<Value> order = (a, b) -> Python.compare(key.apply(a), key.apply(b), rendering.budget());
        List<Value> sorted = new ArrayList<>(items);
        sorted.sort(reverse ? order.reversed() : order);
        return sorted;
    }

    private static Value unique(Value value, Arguments arguments, Rendering rendering) {
        Bound bound = arguments.bind("unique", "case_sensitive", "attribute");
        Function<Value, Value> key = key(bound, 1, 0);
        List<Value> seen = new ArrayList<>();
        List<Value> unique = new ArrayList<>();
        for (Value item : elements(value, rendering)) {
            Value wanted = key.apply(item);
            if (wanted instanceof Mapping || wanted instanceof Sequence sequence && !sequence.tuple()) {
                throw new Failure("unhashable type: '" + Python.type(wanted) + "'");
            }
            if (seen.stream().noneMatch(other -> Python.equal(other, wanted, rendering.budget()))) {
                seen.add(wanted);
                unique.add(item);
            }
        }
        return Stream.generator(unique);
    }

    private static Value extreme(Value value, Arguments arguments, Rendering rendering, String name, int sign) {
        Function<Value, Value> key = key(arguments.bind(name, "case_sensitive", "attribute"), 1, 0);
        Value best = null;
        for (Value item : elements(value, rendering)) {
            boolean better =
                    best == null || sign * Python.compare(key.apply(item), key.apply(best), rendering.budget()) > 0;
            best = better ? item : best;
        }
        return best == null ? new Undefined("No aggregated item, sequence was empty.") : best;
    }

    private static Value sum(Value value, Arguments arguments, Rendering rendering) {
        Bound bound = arguments.bind("sum", "attribute", "start");
        Value sum = bound.or(1, new Int(0));
        for (Value item : elements(value, rendering)) {
            Value part = bound.given(0) ? attribute(item, bound.get(0), null) : item;
            sum = Arithmetic.of("+", sum, part, rendering.budget());
        }
        return sum;
    }

    private static Value map(Value value, Arguments arguments, Rendering rendering) {
        if (!Python.truth(value)) {
            return Stream.generator(List.of());
        }
        Function<Value, Value> change = change(arguments, rendering);
        return Stream.generator(elements(value, rendering).stream().map(change).toList());
    }

    private static Function<Value, Value> change(Arguments arguments, Rendering rendering) {
        if (arguments.positional().isEmpty() && arguments.named().containsKey("attribute")) {
            Bound bound = arguments.bind("map", "attribute", "default");
            Value fallback = bound.given(1) ? bound.get(1) : null;
            return item -> attribute(item, bound.get(0), fallback);
        }
        String filter = name(arguments, 0, "map");
        Arguments rest = arguments.after(1);
        return item -> Filters.apply(filter, item, rest, rendering);
    }

    private static String name(Arguments arguments, int place, String filter) {
        if (arguments.positional().size() > place && arguments.positional().get(place) instanceof Text name) {
            return name.value();
        }
        throw new Failure(filter + " needs the name of a filter, a test or an attribute");
    }

    private static Value select(Value value, Arguments arguments, Rendering rendering, boolean wanted) {
        return selected(value, test(arguments, rendering), wanted, rendering);
    }

    private static Value selectBy(Value value, Arguments arguments, Rendering rendering, boolean wanted) {
        if (arguments.positional().isEmpty()) {
            throw new Failure("Missing parameter for attribute name");
        }
        Value path = arguments.positional().get(0);
        Predicate<Value> test = test(arguments.after(1), rendering);
        return selected(value, item -> test.test(attribute(item, path, null)), wanted, rendering);
    }

    private static Predicate<Value> test(Arguments arguments, Rendering rendering) {
        if (arguments.positional().isEmpty()) {
            return Python::truth;
        }
        String test = name(arguments, 0, "select");
        Arguments rest = arguments.after(1);
        return item -> Tests.holds(test, item, rest, rendering.budget());
    }

    private static Value selected(Value value, Predicate<Value> test, boolean wanted, Rendering rendering) {
        if (!Python.truth(value)) {
            return Stream.generator(List.of());
        }
        return Stream.generator(elements(value, rendering).stream()
                .filter(item -> test.test(item) == wanted)
                .toList());
    }

    private static Value batch(Value value, Arguments arguments, Rendering rendering) {
        Bound bound = arguments.bind("batch", "linecount", "fill_with");
        int size = count(bound);
        List<Value> items = elements(value, rendering);
        List<Value> batches = new ArrayList<>();
        for (int i = 0; i < items.size(); i += size) {
            List<Value> batch = new ArrayList<>(items.subList(i, Math.min(items.size(), i + size)));
            if (bound.given(1)) {
                rendering.budget().elements(size);
                batch.addAll(Collections.nCopies(size - batch.size(), bound.get(1)));
            }
            batches.add(Sequence.list(batch));
        }
        return Stream.generator(batches);
    }

    private static int count(Bound bound) {
        long count = bound.whole(0);
        if (count < 1 || count > Budget.ELEMENTS) {
            throw new Failure(bound.function() + " needs a count of at least 1");
        }
        return (int) count;
    }

    private static Value slice(Value value, Arguments arguments, Rendering rendering) {
        Bound bound = arguments.bind("slice", "slices", "fill_with");
        int slices = count(bound);
        rendering.budget().elements(slices);
        List<Value> items = elements(value, rendering);
        int longer = items.size() % slices;
        List<Value> parts = new ArrayList<>();
        int start = 0;
        for (int i = 0; i < slices; i++) {
            int end = start + items.size() / slices + (i < longer ? 1 : 0);
            List<Value> part = new ArrayList<>(items.subList(start, end));
            if (bound.given(1) && i >= longer) {
                part.add(bound.get(1));
            }
            parts.add(Sequence.list(part));
            start = end;
        }
        return Stream.generator(parts);
    }

    private static Value groupBy(Value value, Arguments arguments, Rendering rendering) {
        Bound bound = arguments.bind("groupby", "attribute", "default", "case_sensitive");
        Value fallback = bound.given(1) ? bound.get(1) : null;
        Function<Value, Value> name = item -> attribute(item, bound.get(0), fallback);
        boolean exact = bound.flag(2, false);
        Function<Value, Value> key = item -> comparable(name.apply(item), exact);
        List<Value> groups = new ArrayList<>();
        List<Value> group = new ArrayList<>();
        for (Value item : sorted(elements(value, rendering), key, false, rendering)) {
            if (!group.isEmpty() && !Python.equal(key.apply(group.get(0)), key.apply(item), rendering.budget())) {
                groups.add(Sequence.tuple(name.apply(group.get(0)), Sequence.list(group)));
                group.clear();
            }
            group.add(item);
        }
        if (!group.isEmpty()) {
            groups.add(Sequence.tuple(name.apply(group.get(0)), Sequence.list(group)));
        }
        return Sequence.list(groups);
    }

    private static Value items(Value value, Arguments arguments, Rendering rendering) {
        if (value instanceof Undefined) {
            return Stream.generator(List.of());
        }
        if (!(value instanceof Mapping mapping)) {
            throw new Failure("Can only get item pairs from a mapping.");
        }
        rendering.budget().elements(mapping.entries().size());
        return Stream.generator(ContainerMethods.items(mapping));
    }

    private static Value dictSort(Value value, Arguments arguments, Rendering rendering) {
        Bound bound = arguments.bind("dictsort", "case_sensitive", "by", "reverse");
        if (value instanceof Undefined undefined) {
            throw undefined.failure();
        }
        if (!(value instanceof Mapping mapping)) {
            throw new Failure("dictsort takes a dictionary, not " + Python.type(value));
        }
        int place = switch (bound.text(1, "key")) {
            case "key" -> 0;
            case "value" -> 1;
            default -> throw new Failure("You can only sort by either \"key\" or \"value\"");
        };
        boolean exact = bound.flag(0, false);
        Function<Value, Value> key = item -> {
            Value part = ((Sequence) item).items().get(place);
            return comparable(part, exact);
        };
        rendering.budget().elements(mapping.entries().size());
        return Sequence.list(sorted(ContainerMethods.items(mapping), key, bound.flag(2, false), rendering));
    }
}
