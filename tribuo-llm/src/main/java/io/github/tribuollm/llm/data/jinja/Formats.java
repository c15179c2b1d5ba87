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
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.Iterator;
import java.util.List;

/** Python's two ways to put values into a text: {@code "%s" % value} and {@code "{}".format(value)}. */
final class Formats {
    private static final int WIDEST = 1000;

    private final String format;
    private final Budget budget;
    private final Output text;
    private int at;

    private Formats(String format, Budget budget) {
        this.format = format;
        this.budget = budget;
        this.text = new Output(budget);
    }

    /** {@code format % value}. */
    static Text percent(Text format, Value value, Budget budget) {
        if (format.markup()) {
            throw new Failure("% is not supported after the filter 'safe'");
        }
        List<Value> values = value instanceof Sequence several && several.tuple() ? several.items() : List.of(value);
        Formats formats = new Formats(format.value(), budget);
        Iterator<Value> rest = values.iterator();
        formats.percent(rest, value);
        boolean mayBeNamed = value instanceof Mapping
                || value instanceof Undefined
                || value instanceof Sequence sequence && !sequence.tuple();
        if (rest.hasNext() && !mayBeNamed) {
            throw new Failure("not all arguments converted during string formatting");
        }
        return new Text(formats.text.toString());
    }

    private void percent(Iterator<Value> values, Value all) {
        while (at < format.length()) {
            int next = format.indexOf('%', at);
            if (next < 0) {
                text.add(format.substring(at));
                return;
            }
            text.add(format.substring(at, next));
            at = next + 1;
            Value named = named(all);
            Layout layout = layout();
            char type = character();
            if (type == '%') {
                text.add("%");
            } else {
                text.add(layout.padded(converted(type, named == null ? next(values) : named, layout)));
            }
        }
    }

    private Value named(Value all) {
        if (at >= format.length() || format.charAt(at) != '(') {
            return null;
        }
        int end = format.indexOf(')', at);
        Value value = end < 0 || !(all instanceof Mapping mapping) ? null : mapping.get(format.substring(at + 1, end));
        if (value == null) {
            throw new Failure("a format names a value that is not there");
        }
        at = end + 1;
        return value;
    }

    private static Value next(Iterator<Value> values) {
        if (!values.hasNext()) {
            throw new Failure("not enough arguments for format string");
        }
        return values.next();
    }

    private char character() {
        if (at >= format.length()) {
            throw new Failure("incomplete format");
        }
        return format.charAt(at++);
    }

    /** How a value is laid out: to the left, with zeros, in a width, with so many digits. */
    private record Layout(boolean left, boolean zeros, boolean plus, int width, int precision) {
        String padded(String value) {
            int missing = width - Texts.length(value);
            if (missing <= 0) {
                return value;
            }
            if (left) {
                return value + " ".repeat(missing);
            }
            boolean signed = zeros && (value.startsWith("-") || value.startsWith("+"));
            String fill = (zeros ? "0" : " ").repeat(missing);
            return signed ? value.charAt(0) + fill + value.substring(1) : fill + value;
        }
    }

    private Layout layout() {
        boolean left = false;
        boolean zeros = false;
        boolean plus = false;
        while (at < format.length() && "-0+".indexOf(format.charAt(at)) >= 0) {
            char flag = character();
            left |= flag == '-';
            zeros |= flag == '0';
            plus |= flag == '+';
        }
        int width = number(0);
        int precision = -1;
        if (at < format.length() && format.charAt(at) == '.') {
            at++;
            precision = number(0);
        }
        return new Layout(left, zeros, plus, width, precision);
    }

    private int number(int none) {
        int number = none;
        while (at < format.length() && format.charAt(at) >= '0' && format.charAt(at) <= '9') {
            number = number * 10 + character() - '0';
            if (number > WIDEST) {
                throw new Failure("a format is wider than " + WIDEST);
            }
        }
        return number;
    }

    private String converted(char type, Value value, Layout layout) {
        return switch (type) {
            case 's' -> cut(Printer.text(value, budget), layout);
            case 'r' -> cut(Printer.representation(value, budget), layout);
            case 'd', 'i', 'u' -> signed(Long.toString(number(value)), layout);
            case 'x' -> Long.toString(number(value), 16);
            case 'X' -> Texts.upper(Long.toString(number(value), 16));
            case 'o' -> Long.toString(number(value), 8);
            case 'f', 'F' -> signed(fixed(Python.real(value), layout.precision() < 0 ? 6 : layout.precision()), layout);
            default -> throw new Failure("the format %" + type + " is not supported");
        };
    }

    private static long number(Value value) {
        return value instanceof Value.Real real ? (long) real.value() : Python.whole(value);
    }

    private static String cut(String text, Layout layout) {
        int[] points = text.codePoints().toArray();
        return layout.precision() < 0 || layout.precision() >= points.length
                ? text
                : new String(points, 0, layout.precision());
    }

    private static String signed(String number, Layout layout) {
        return layout.plus() && !number.startsWith("-") ? "+" + number : number;
    }

    private static String fixed(double value, int digits) {
        if (!Double.isFinite(value)) {
            return Numbers.text(value);
        }
        String text =
                new BigDecimal(value).setScale(digits, RoundingMode.HALF_EVEN).toPlainString();
        return value < 0 && !text.startsWith("-") ? "-" + text : text;
    }

    /** {@code format.format(arguments)}, with places that are empty, numbered or named and nothing else. */
    static Text braces(String format, Arguments arguments, Budget budget) {
        Formats formats = new Formats(format, budget);
        formats.braces(arguments);
        return new Text(formats.text.toString());
    }

    private void braces(Arguments arguments) {
        int unnamed = 0;
        while (at < format.length()) {
            char c = character();
            boolean doubled = at < format.length() && format.charAt(at) == c;
            if (c == '{' && !doubled) {
                int end = format.indexOf('}', at);
                String place = end < 0 ? "!" : format.substring(at, end);
                text.add(
                        Printer.text(argument(place.isEmpty() ? String.valueOf(unnamed++) : place, arguments), budget));
                at = end + 1;
            } else if (c == '}' && !doubled) {
                throw new Failure("Single '}' encountered in format string");
            } else {
                text.add(String.valueOf(c));
                at += doubled && (c == '{' || c == '}') ? 1 : 0;
            }
        }
    }

    private static Value argument(String place, Arguments arguments) {
        Value value = arguments.named().get(place);
        if (value == null && place.length() < 4 && place.chars().allMatch(Character::isDigit)) {
            int index = Integer.parseInt(place);
            value = index < arguments.positional().size()
                    ? arguments.positional().get(index)
                    : null;
        }
        if (value == null) {
            throw new Failure("format() has no argument for {" + place
                    + "}; attributes, conversions and widths are not supported");
        }
        return value;
    }
}
