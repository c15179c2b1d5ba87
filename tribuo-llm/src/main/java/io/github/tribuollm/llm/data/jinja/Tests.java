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
import java.util.Set;

/** What stands behind {@code is}. */
final class Tests {
    private static final Set<String> NAMES = Set.of(
            "defined",
            "undefined",
            "none",
            "string",
            "number",
            "integer",
            "float",
            "boolean",
            "true",
            "false",
            "mapping",
            "iterable",
            "sequence",
            "callable",
            "sameas",
            "odd",
            "even",
            "divisibleby",
            "lower",
            "upper",
            "escaped",
            "filter",
            "test",
            "in",
            "==",
            "eq",
            "equalto",
            "!=",
            "ne",
            ">",
            "gt",
            "greaterthan",
            ">=",
            "ge",
            "<",
            "lt",
            "lessthan",
            "<=",
            "le");

    private Tests() {}

    /** Refuses a test that there is not. */
    static void require(String name) {
        if (!NAMES.contains(name)) {
            throw new Failure("there is no test '" + name + "'");
        }
    }

    static boolean holds(String test, Value value, Arguments arguments, Budget budget) {
        require(test);
        String operator = operator(test);
        if (operator != null) {
            return Arithmetic.holds(
                    operator, value, arguments.bind(test, "other").get(0), budget);
        }
        return switch (test) {
            case "divisibleby" -> leaves(value, arguments.bind(test, "num").whole(0), 0, budget);
            case "sameas" -> same(value, arguments.bind(test, "other").get(0));
            default -> holdsAlone(test, value, arguments, budget);
        };
    }

    private static String operator(String test) {
        return switch (test) {
            case "==", "eq", "equalto" -> "==";
            case "!=", "ne" -> "!=";
            case ">", "gt", "greaterthan" -> ">";
            case ">=", "ge" -> ">=";
            case "<", "lt", "lessthan" -> "<";
            case "<=", "le" -> "<=";
            case "in" -> "in";
            default -> null;
        };
    }

    private static boolean holdsAlone(String test, Value value, Arguments arguments, Budget budget) {
        arguments.bind(test);
        return switch (test) {
            case "defined" -> !(value instanceof Undefined);
            case "undefined" -> value instanceof Undefined;
            case "none" -> value instanceof None;
            case "string" -> value instanceof Text;
            case "number" -> Python.isNumber(value);
            case "integer" -> value instanceof Int;
            case "float" -> value instanceof Real;
            case "boolean" -> value instanceof Bool;
            case "true" -> value.equals(Bool.TRUE);
            case "false" -> value.equals(Bool.FALSE);
            case "mapping" -> value instanceof Mapping;
            case "iterable" -> Python.isIterable(value);
            case "sequence" ->
                value instanceof Sequence
                        || value instanceof Text
                        || value instanceof Mapping
                        || value instanceof Undefined;
            case "callable" -> value instanceof Callable || value instanceof Loop || value instanceof Undefined;
            case "odd" -> leaves(value, 2, 1, budget);
            case "even" -> leaves(value, 2, 0, budget);
            case "lower" -> TextTests.holds("islower", Printer.text(value, budget));
            case "upper" -> TextTests.holds("isupper", Printer.text(value, budget));
            case "escaped" -> value instanceof Text text && text.markup();
            case "filter" -> value instanceof Text name && Filters.has(name.value());
            case "test" -> value instanceof Text name && NAMES.contains(name.value());
            default -> throw new Failure("there is no test '" + test + "'");
        };
    }

    /** Whether a division leaves this remainder. */
    private static boolean leaves(Value value, long divisor, long remainder, Budget budget) {
        return Python.equal(Arithmetic.of("%", value, new Int(divisor), budget), new Int(remainder), budget);
    }

    /** Whether two values are one object, as far as Python says so of small values. */
    private static boolean same(Value left, Value right) {
        return left == right
                || left instanceof Bool && left.equals(right)
                || left instanceof None && right instanceof None
                || left instanceof Int && left.equals(right)
                || left instanceof Text && left.equals(right);
    }
}
