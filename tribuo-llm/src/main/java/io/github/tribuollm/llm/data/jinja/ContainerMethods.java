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

import io.github.tribuollm.llm.data.jinja.Value.Int;
import io.github.tribuollm.llm.data.jinja.Value.Mapping;
import io.github.tribuollm.llm.data.jinja.Value.Sequence;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** The methods of Python's dictionaries, lists and tuples that change nothing. */
final class ContainerMethods {
    static final Set<String> OF_MAPPINGS = Set.of("get", "items", "keys", "values", "copy");
    static final Set<String> OF_SEQUENCES = Set.of("index", "count", "copy");

    private ContainerMethods() {}

    static Value call(String method, Mapping mapping, Arguments arguments, Budget budget) {
        if (method.equals("get")) {
            Arguments.Bound bound = arguments.bind("get", "key", "default");
            Value value = mapping.entries().get(Python.key(bound.get(0)));
            return value == null ? bound.or(1, Value.NONE) : value;
        }
        arguments.bind(method);
        budget.elements(mapping.entries().size());
        return switch (method) {
            case "items" -> Stream.view(items(mapping));
            case "keys" -> Stream.view(List.copyOf(mapping.entries().keySet()));
            case "values" -> Stream.view(List.copyOf(mapping.entries().values()));
            case "copy" -> mapping;
            default -> throw new Failure("unknown method " + method);
        };
    }

    /** Pairs of keys and values. */
    static List<Value> items(Mapping mapping) {
        List<Value> items = new ArrayList<>(mapping.entries().size());
        mapping.entries().forEach((key, value) -> items.add(Sequence.tuple(key, value)));
        return items;
    }

    static Value call(String method, Sequence sequence, Arguments arguments, Budget budget) {
        if (method.equals("copy")) {
            arguments.bind("copy");
            return sequence;
        }
        Value sought = arguments.bind(method, "value").get(0);
        List<Integer> places = new ArrayList<>();
        for (int i = 0; i < sequence.items().size(); i++) {
            if (Python.equal(sequence.items().get(i), sought, budget)) {
                places.add(i);
            }
        }
        if (method.equals("count")) {
            return new Int(places.size());
        }
        if (places.isEmpty()) {
            throw new Failure("the value is not in the " + Python.type(sequence));
        }
        return new Int(places.get(0));
    }
}
