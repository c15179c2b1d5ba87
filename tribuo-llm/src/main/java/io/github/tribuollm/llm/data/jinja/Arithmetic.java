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
import io.github.tribuollm.llm.data.jinja.Value.Real;
import io.github.tribuollm.llm.data.jinja.Value.Sequence;
import io.github.tribuollm.llm.data.jinja.Value.Text;
import java.util.ArrayList;
import java.util.List;

/** Python's operators. */
final class Arithmetic {
    private Arithmetic() {}

    static Value signed(String sign, Value operand) {
        if (operand instanceof Undefined undefined) {
            throw undefined.failure();
        }
        if (!Python.isNumber(operand)) {
            throw new Failure("bad operand type for unary " + sign + ": '" + Python.type(operand) + "'");
        }
        boolean negative = sign.equals("-");
        if (operand instanceof Real number) {
            return new Real(negative ? -number.value() : number.value());
        }
        long whole = Python.whole(operand);
        return new Int(negative ? bounded(() -> Math.negateExact(whole)) : whole);
    }

    static boolean holds(String operator, Value left, Value right, Budget budget) {
        return switch (operator) {
            case "==" -> Python.equal(left, right, budget);
            case "!=" -> !Python.equal(left, right, budget);
            case "in" -> Python.contains(right, left, budget);
            case "not in" -> !Python.contains(right, left, budget);
            case "<" -> Python.compare(left, right, budget) < 0;
            case "<=" -> Python.compare(left, right, budget) <= 0;
            case ">" -> Python.compare(left, right, budget) > 0;
            case ">=" -> Python.compare(left, right, budget) >= 0;
            default -> throw new Failure("unknown comparison " + operator);
        };
    }

    static Value of(String operator, Value left, Value right, Budget budget) {
        if (Python.isNumber(left) && Python.isNumber(right)) {
            return Python.isWhole(left) && Python.isWhole(right)
                    ? whole(operator, Python.whole(left), Python.whole(right))
                    : new Real(real(operator, Python.real(left), Python.real(right)));
        }
        if (left instanceof Undefined undefined) {
            throw undefined.failure();
        }
        if (operator.equals("%") && left instanceof Text format) {
            return Formats.percent(format, right, budget);
        }
        if (right instanceof Undefined undefined) {
            throw undefined.failure();
        }
        Value value = switch (operator) {
            case "+" -> sum(left, right, budget);
            case "*" -> Python.isWhole(left) ? repeated(right, left, budget) : repeated(left, right, budget);
            default -> null;
        };
        if (value == null) {
            throw new Failure("unsupported operand types for " + operator + ": '" + Python.type(left) + "' and '"
                    + Python.type(right) + "'");
        }
        return value;
    }

    private static Value sum(Value left, Value right, Budget budget) {
        if (left instanceof Text a && right instanceof Text b) {
            boolean markup = a.markup() || b.markup();
            String first = markup && !a.markup() ? Texts.escaped(a.value()) : a.value();
            String second = markup && !b.markup() ? Texts.escaped(b.value()) : b.value();
            budget.characters((long) first.length() + second.length());
            return new Text(first + second, markup);
        }
        if (left instanceof Sequence a && right instanceof Sequence b && a.tuple() == b.tuple()) {
            budget.elements((long) a.items().size() + b.items().size());
            List<Value> items = new ArrayList<>(a.items());
            items.addAll(b.items());
            return new Sequence(items, a.tuple());
        }
        return null;
    }

    private static Value repeated(Value value, Value count, Budget budget) {
        if (!Python.isWhole(count)) {
            return null;
        }
        long times = Math.max(0, Python.whole(count));
        if (value instanceof Text text) {
            budget.characters(product(text.value().length(), times));
            return new Text(text.value().repeat(text.value().isEmpty() ? 0 : (int) times), text.markup());
        }
        if (value instanceof Sequence sequence) {
            budget.elements(product(sequence.items().size(), times));
            List<Value> items = new ArrayList<>();
            for (long i = 0; i < times && !sequence.items().isEmpty(); i++) {
                items.addAll(sequence.items());
            }
            return new Sequence(items, sequence.tuple());
        }
        return null;
    }

    /** The product, or the largest number where there is none. */
    private static long product(int size, long times) {
        return size == 0 ? 0 : times > Long.MAX_VALUE / size ? Long.MAX_VALUE : size * times;
    }

    private static Value whole(String operator, long a, long b) {
        return switch (operator) {
            case "+" -> new Int(bounded(() -> Math.addExact(a, b)));
            case "-" -> new Int(bounded(() -> Math.subtractExact(a, b)));
            case "*" -> new Int(bounded(() -> Math.multiplyExact(a, b)));
            case "/" -> new Real((double) a / divisor(b));
            case "//" -> new Int(Math.floorDiv(a, divisor(b)));
            case "%" -> new Int(Math.floorMod(a, divisor(b)));
            case "**" -> b >= 0 ? new Int(power(a, b)) : new Real(power((double) a, b));
            default -> throw new Failure("unknown operator " + operator);
        };
    }

    private static long divisor(long value) {
        if (value == 0) {
            throw new Failure("division by zero");
        }
        return value;
    }

    private static long power(long base, long exponent) {
        if (base == 0 || base == 1) {
            return exponent == 0 ? 1 : base;
        }
        if (base == -1) {
            return exponent % 2 == 0 ? 1 : -1;
        }
        if (exponent > Long.SIZE) {
            throw new Failure("a whole number has more than 64 bits");
        }
        return bounded(() -> {
            long power = 1;
            for (long i = 0; i < exponent; i++) {
                power = Math.multiplyExact(power, base);
            }
            return power;
        });
    }

    private static double power(double base, double exponent) {
        double power = Math.pow(base, exponent);
        if (base == 0 && exponent < 0
                || !Double.isFinite(power) && Double.isFinite(base) && Double.isFinite(exponent)) {
            throw new Failure(base + " ** " + exponent + " is no floating point number");
        }
        return power;
    }

    private static double real(String operator, double a, double b) {
        return switch (operator) {
            case "+" -> a + b;
            case "-" -> a - b;
            case "*" -> a * b;
            case "/" -> a / divisor(b);
            case "//" -> floored(a, divisor(b));
            case "%" -> remainder(a, divisor(b));
            case "**" -> power(a, b);
            default -> throw new Failure("unknown operator " + operator);
        };
    }

    /** The remainder with the sign of the divisor, exact as C's fmod is. */
    private static double remainder(double a, double b) {
        double remainder = a % b;
        return remainder == 0 ? Math.copySign(0, b) : remainder < 0 != b < 0 ? remainder + b : remainder;
    }

    /** The quotient without the remainder, which may be one less than the quotient rounded down. */
    private static double floored(double a, double b) {
        double quotient = (a - remainder(a, b)) / b;
        double floor = Math.floor(quotient);
        return quotient - floor > 0.5 ? floor + 1 : floor;
    }

    private static double divisor(double value) {
        if (value == 0) {
            throw new Failure("division by zero");
        }
        return value;
    }

    private static long bounded(java.util.function.LongSupplier operation) {
        try {
            return operation.getAsLong();
        } catch (ArithmeticException e) {
            throw new Failure("a whole number has more than 64 bits");
        }
    }
}
