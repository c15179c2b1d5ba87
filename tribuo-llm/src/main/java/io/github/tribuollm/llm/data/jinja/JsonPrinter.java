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

import io.github.tribuollm.llm.data.jinja.Value.Bool;
import io.github.tribuollm.llm.data.jinja.Value.Int;
import io.github.tribuollm.llm.data.jinja.Value.Mapping;
import io.github.tribuollm.llm.data.jinja.Value.None;
import io.github.tribuollm.llm.data.jinja.Value.Real;
import io.github.tribuollm.llm.data.jinja.Value.Sequence;
import io.github.tribuollm.llm.data.jinja.Value.Text;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Values as JSON, as Python's {@code json.dumps} writes them, which is transformers' filter {@code tojson}. */
final class JsonPrinter {
    private final StringBuilder text = new StringBuilder();
    private final Layout layout;
    private final Budget budget;

    /**
     * How JSON is written.
     *
     * @param indent what each level is indented by, null for one line
     * @param itemSeparator what stands between items
     * @param keySeparator what stands between a key and its value
     * @param ascii whether other characters than ASCII are escaped
     * @param sorted whether keys are sorted
     */
    record Layout(String indent, String itemSeparator, String keySeparator, boolean ascii, boolean sorted) {}

    private JsonPrinter(Layout layout, Budget budget) {
        this.layout = layout;
        this.budget = budget;
    }

    static String text(Value value, Layout layout, Budget budget) {
        JsonPrinter printer = new JsonPrinter(layout, budget);
        printer.print(value, 0);
        return printer.text.toString();
    }

    private void add(String part) {
        budget.characters(part.length());
        if ((long) text.length() + part.length() > Budget.CHARACTERS) {
            throw new Failure("the text is longer than " + Budget.CHARACTERS + " characters");
        }
        text.append(part);
    }

    private void print(Value value, int level) {
        budget.step();
        if (value instanceof Text string) {
            add(quoted(string.value()));
        } else if (value instanceof Sequence sequence) {
            print(sequence, level);
        } else if (value instanceof Mapping mapping) {
            print(mapping, level);
        } else {
            add(simple(value));
        }
    }

    private static String simple(Value value) {
        if (value instanceof Bool bool) {
            return bool.value() ? "true" : "false";
        }
        if (value instanceof Int number) {
            return Long.toString(number.value());
        }
        if (value instanceof Real number) {
            return real(number.value());
        }
        if (value instanceof None) {
            return "null";
        }
        throw new Failure("Object of type " + Python.type(value) + " is not JSON serializable");
    }

    private static String real(double value) {
        if (Double.isNaN(value)) {
            return "NaN";
        }
        return Double.isInfinite(value) ? value > 0 ? "Infinity" : "-Infinity" : Numbers.text(value);
    }

    private void print(Sequence sequence, int level) {
        if (sequence.items().isEmpty()) {
            add("[]");
            return;
        }
        add("[");
        boolean first = true;
        for (Value item : sequence.items()) {
            add(first ? "" : layout.itemSeparator());
            newLine(level + 1);
            print(item, level + 1);
            first = false;
        }
        newLine(level);
        add("]");
    }

    private void print(Mapping mapping, int level) {
        if (mapping.entries().isEmpty()) {
            add("{}");
            return;
        }
        add("{");
        boolean first = true;
        for (Map.Entry<Value, Value> entry : entries(mapping)) {
            add(first ? "" : layout.itemSeparator());
            newLine(level + 1);
            add(quoted(name(entry.getKey())));
            add(layout.keySeparator());
            print(entry.getValue(), level + 1);
            first = false;
        }
        newLine(level);
        add("}");
    }

    private List<Map.Entry<Value, Value>> entries(Mapping mapping) {
        List<Map.Entry<Value, Value>> entries =
                new ArrayList<>(mapping.entries().entrySet());
        if (layout.sorted()) {
            entries.sort((a, b) -> Python.compare(a.getKey(), b.getKey(), budget));
        }
        return entries;
    }

    private static String name(Value key) {
        return key instanceof Text text ? text.value() : simple(key);
    }

    private void newLine(int level) {
        if (layout.indent() != null) {
            budget.characters((long) layout.indent().length() * level);
            add("\n" + layout.indent().repeat(level));
        }
    }

    private String quoted(String string) {
        StringBuilder quoted = new StringBuilder(string.length() + 2).append('"');
        string.chars().forEach(c -> {
            switch (c) {
                case '"' -> quoted.append("\\\"");
                case '\\' -> quoted.append("\\\\");
                case '\n' -> quoted.append("\\n");
                case '\r' -> quoted.append("\\r");
                case '\t' -> quoted.append("\\t");
                case '\f' -> quoted.append("\\f");
                case '\b' -> quoted.append("\\b");
                default -> {
                    if (c < 0x20 || layout.ascii() && c > 0x7E) {
                        quoted.append(String.format("\\u%04x", c));
                    } else {
                        quoted.append((char) c);
                    }
                }
            }
        });
        return quoted.append('"').toString();
    }
}
