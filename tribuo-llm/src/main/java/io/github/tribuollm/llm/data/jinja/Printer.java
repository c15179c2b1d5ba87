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
import java.util.List;

/** Values as text: Python's {@code str} and {@code repr}. */
final class Printer {
    private final StringBuilder text = new StringBuilder();
    private final Budget budget;

    private Printer(Budget budget) {
        this.budget = budget;
    }

    /** What {@code str} gives. */
    static String text(Value value, Budget budget) {
        if (value instanceof Text text) {
            return text.value();
        }
        return value instanceof Undefined ? "" : representation(value, budget);
    }

    /** What {@code repr} gives. */
    static String representation(Value value, Budget budget) {
        Printer printer = new Printer(budget);
        printer.print(value);
        return printer.text.toString();
    }

    private void print(Value value) {
        budget.step();
        if (value instanceof Text string) {
            add(string.markup() ? "Markup(" + quoted(string.value()) + ")" : quoted(string.value()));
        } else if (value instanceof Sequence sequence) {
            print(sequence);
        } else if (value instanceof Mapping mapping) {
            print(mapping);
        } else {
            add(simple(value));
        }
    }

    private void add(String part) {
        budget.characters(part.length());
        if ((long) text.length() + part.length() > Budget.CHARACTERS) {
            throw new Failure("the text is longer than " + Budget.CHARACTERS + " characters");
        }
        text.append(part);
    }

    private static String simple(Value value) {
        if (value instanceof Bool bool) {
            return bool.value() ? "True" : "False";
        }
        if (value instanceof Int number) {
            return Long.toString(number.value());
        }
        if (value instanceof Real number) {
            return Numbers.text(number.value());
        }
        if (value instanceof None) {
            return "None";
        }
        if (value instanceof Undefined) {
            return "Undefined";
        }
        throw new Failure("a " + Python.type(value) + " has no text; go through it, or turn it into a list");
    }

    private void print(Sequence sequence) {
        List<Value> items = sequence.items();
        add(sequence.tuple() ? "(" : "[");
        for (int i = 0; i < items.size(); i++) {
            add(i == 0 ? "" : ", ");
            print(items.get(i));
        }
        add(sequence.tuple() ? items.size() == 1 ? ",)" : ")" : "]");
    }

    private void print(Mapping mapping) {
        add("{");
        String separator = "";
        for (var entry : mapping.entries().entrySet()) {
            add(separator);
            print(entry.getKey());
            add(": ");
            print(entry.getValue());
            separator = ", ";
        }
        add("}");
    }

    private static String quoted(String string) {
        char quote = string.indexOf('\'') >= 0 && string.indexOf('"') < 0 ? '"' : '\'';
        StringBuilder quoted = new StringBuilder().append(quote);
        string.codePoints().forEach(c -> {
            switch (c) {
                case '\n' -> quoted.append("\\n");
                case '\r' -> quoted.append("\\r");
                case '\t' -> quoted.append("\\t");
                case '\\' -> quoted.append("\\\\");
                default -> quoted.append(c == quote ? "\\" + quote : isPrintable(c) ? Character.toString(c) : coded(c));
            }
        });
        return quoted.append(quote).toString();
    }

    private static String coded(int c) {
        return c < 0x100 ? String.format("\\x%02x", c) : String.format(c < 0x10000 ? "\\u%04x" : "\\U%08x", c);
    }

    static boolean isPrintable(int c) {
        return switch (Character.getType(c)) {
            case Character.CONTROL,
                    Character.FORMAT,
                    Character.SURROGATE,
                    Character.PRIVATE_USE,
                    Character.UNASSIGNED,
                    Character.LINE_SEPARATOR,
                    Character.PARAGRAPH_SEPARATOR -> false;
            case Character.SPACE_SEPARATOR -> c == ' ';
            default -> true;
        };
    }
}
