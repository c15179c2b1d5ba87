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
import io.github.tribuollm.llm.data.jinja.Value.Real;
import io.github.tribuollm.llm.data.jinja.Value.Sequence;
import io.github.tribuollm.llm.data.jinja.Value.Text;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.Map;

/** Filters of single values: numbers, defaults, and JSON. */
final class ValueFilters {
    private ValueFilters() {}

    static Map<String, Filter> all() {
        return Map.of(
                "default", ValueFilters::fallback,
                "d", ValueFilters::fallback,
                "abs", ValueFilters::absolute,
                "int", ValueFilters::whole,
                "float", ValueFilters::real,
                "round", ValueFilters::rounded,
                "tojson", ValueFilters::json);
    }

    private static Value fallback(Value value, Arguments arguments, Rendering rendering) {
        Bound bound = arguments.bind("default", "default_value", "boolean");
        boolean missing = value instanceof Undefined || bound.flag(1, false) && !Python.truth(value);
        return missing ? bound.or(0, Text.EMPTY) : value;
    }

    private static Value absolute(Value value, Arguments arguments, Rendering rendering) {
        boolean negative = Python.isNumber(value) && Python.real(value) < 0;
        return Arithmetic.signed(negative ? "-" : "+", value);
    }

    private static Value whole(Value value, Arguments arguments, Rendering rendering) {
        Bound bound = arguments.bind("int", "default", "base");
        requireDefined(value);
        try {
            if (value instanceof Text text) {
                return new Int(parsed(text.value(), bound.whole(1, 10)));
            }
            if (value instanceof Real number) {
                return new Int(truncated(number.value()));
            }
            return Python.isWhole(value) ? new Int(Python.whole(value)) : bound.or(0, new Int(0));
        } catch (NumberFormatException e) {
            return bound.or(0, new Int(0));
        }
    }

    private static void requireDefined(Value value) {
        if (value instanceof Undefined undefined) {
            throw undefined.failure();
        }
    }

    private static long parsed(String text, long base) {
        String digits = Texts.stripped(text, Texts::isSpace).replace("_", "");
        try {
            return Long.parseLong(digits, (int) base);
        } catch (NumberFormatException e) {
            return truncated(number(digits));
        }
    }

    private static double number(String text) {
        if (!text.matches("[+-]?(\\d+\\.?\\d*|\\.\\d+)([eE][+-]?\\d+)?")) {
            throw new NumberFormatException();
        }
        return Double.parseDouble(text);
    }

    private static long truncated(double value) {
        if (!(Math.abs(value) < 0x1p63)) {
            throw new NumberFormatException();
        }
        return (long) value;
    }

    private static Value real(Value value, Arguments arguments, Rendering rendering) {
        Bound bound = arguments.bind("float", "default");
        requireDefined(value);
        if (Python.isNumber(value)) {
            return new Real(Python.real(value));
        }
        try {
            if (value instanceof Text text) {
                return new Real(
                        number(Texts.stripped(text.value(), Texts::isSpace).replace("_", "")));
            }
        } catch (NumberFormatException e) {
            // the default says what it is then
        }
        return bound.or(0, new Real(0));
    }

    private static Value rounded(Value value, Arguments arguments, Rendering rendering) {
        Bound bound = arguments.bind("round", "precision", "method");
        int digits = (int) Math.max(-400, Math.min(400, bound.whole(0, 0)));
        RoundingMode mode = switch (bound.text(1, "common")) {
            case "common" -> RoundingMode.HALF_EVEN;
            case "ceil" -> RoundingMode.CEILING;
            case "floor" -> RoundingMode.FLOOR;
            default -> throw new Failure("method must be common, ceil or floor");
        };
        if (Python.isWhole(value) && mode == RoundingMode.HALF_EVEN) {
            return new Int(new BigDecimal(Python.whole(value))
                    .setScale(Math.min(0, digits), mode)
                    .longValue());
        }
        double number = Python.real(value);
        if (!Double.isFinite(number)) {
            return new Real(number);
        }
        if (mode == RoundingMode.HALF_EVEN) {
            return new Real(new BigDecimal(number).setScale(digits, mode).doubleValue());
        }
        double scale = Math.pow(10, digits);
        double scaled = number * scale;
        return new Real((mode == RoundingMode.CEILING ? Math.ceil(scaled) : Math.floor(scaled)) / scale);
    }

    private static Value json(Value value, Arguments arguments, Rendering rendering) {
        Bound bound = arguments.bind("tojson", "ensure_ascii", "indent", "separators", "sort_keys");
        String indent = bound.given(1) ? indent(bound, rendering.budget()) : null;
        String itemSeparator = indent == null ? ", " : ",";
        String keySeparator = ": ";
        if (bound.given(2)) {
            if (!(bound.get(2) instanceof Sequence separators)
                    || separators.items().size() != 2
                    || !(separators.items().get(0) instanceof Text items)
                    || !(separators.items().get(1) instanceof Text keys)) {
                throw new Failure("tojson takes two strings as separators");
            }
            itemSeparator = items.value();
            keySeparator = keys.value();
        }
        JsonPrinter.Layout layout =
                new JsonPrinter.Layout(indent, itemSeparator, keySeparator, bound.flag(0, false), bound.flag(3, false));
        return new Text(JsonPrinter.text(value, layout, rendering.budget()));
    }

    private static String indent(Bound bound, Budget budget) {
        if (bound.get(1) instanceof Text text) {
            return text.value();
        }
        long width = Math.max(0, bound.whole(1));
        budget.characters(width);
        return " ".repeat((int) width);
    }
}
