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

import io.github.tribuollm.llm.data.jinja.Value.Mapping;
import io.github.tribuollm.llm.data.jinja.Value.Sequence;
import io.github.tribuollm.llm.data.jinja.Value.Text;
import java.util.Set;

/** What stands behind a dot or in square brackets: a key, an element, or a method from a fixed list; nothing else. */
final class Attributes {
    private static final Set<String> CHANGING = Set.of(
            "append",
            "clear",
            "extend",
            "insert",
            "pop",
            "popitem",
            "remove",
            "reverse",
            "setdefault",
            "sort",
            "update");

    private Attributes() {}

    static Value attribute(Value of, String name) {
        Value method = own(of, name);
        if (method != null) {
            return method;
        }
        Value item = of instanceof Mapping mapping ? mapping.get(name) : null;
        return item == null ? Undefined.attribute(of, name) : item;
    }

    static Value item(Value of, Value index) {
        Value item = Python.item(of, index);
        if (item != null) {
            return item;
        }
        if (index instanceof Text name) {
            Value method = own(of, name.value());
            return method == null ? Undefined.attribute(of, name.value()) : method;
        }
        return new Undefined("'" + Python.type(of) + "' has no element of this key");
    }

    /** What a value has of itself, beside keys; null where there is nothing. */
    private static Value own(Value of, String name) {
        if (of instanceof Undefined undefined) {
            throw undefined.failure();
        }
        if (of instanceof Namespace namespace) {
            return namespace.get(name);
        }
        if (of instanceof Loop loop) {
            return loop.attribute(name);
        }
        boolean changes = CHANGING.contains(name) && (of instanceof Mapping || of instanceof Sequence s && !s.tuple());
        return changes
                ? new Undefined("'" + Python.type(of) + "' cannot be changed, so it has no '" + name + "'")
                : method(of, name);
    }

    private static Value method(Value of, String name) {
        if (of instanceof Text text && TextMethods.NAMES.contains(name)) {
            return (Callable) (rendering, arguments) -> TextMethods.call(name, text, arguments, rendering.budget());
        }
        if (of instanceof Mapping mapping && ContainerMethods.OF_MAPPINGS.contains(name)) {
            return (Callable)
                    (rendering, arguments) -> ContainerMethods.call(name, mapping, arguments, rendering.budget());
        }
        if (of instanceof Sequence sequence && ContainerMethods.OF_SEQUENCES.contains(name)) {
            return (Callable)
                    (rendering, arguments) -> ContainerMethods.call(name, sequence, arguments, rendering.budget());
        }
        return null;
    }
}
