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
import io.github.tribuollm.llm.data.jinja.Value.Mapping;
import io.github.tribuollm.llm.data.jinja.Value.Sequence;
import io.github.tribuollm.llm.data.jinja.Value.Text;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A part of a template that has a value. */
sealed interface Expression {
    Value evaluate(Frame frame);

    private static boolean truth(Expression expression, Frame frame) {
        return Python.truth(expression.evaluate(frame));
    }

    /** A literal. */
    record Constant(Value value) implements Expression {
        @Override
        public Value evaluate(Frame frame) {
            return value;
        }
    }

    /** A variable. */
    record Name(String name) implements Expression {
        @Override
        public Value evaluate(Frame frame) {
            frame.budget().step();
            return frame.get(name);
        }
    }

    /** {@code [a, b]}, or a tuple {@code (a, b)}. */
    record Listing(List<Expression> items, boolean tuple) implements Expression {
        @Override
        public Value evaluate(Frame frame) {
            frame.budget().elements(items.size());
            return new Sequence(items.stream().map(item -> item.evaluate(frame)).toList(), tuple);
        }
    }

    /** {@code {key: value}}. */
    record Dictionary(List<Map.Entry<Expression, Expression>> entries) implements Expression {
        @Override
        public Value evaluate(Frame frame) {
            frame.budget().elements(entries.size());
            Map<Value, Value> values = new LinkedHashMap<>();
            for (Map.Entry<Expression, Expression> entry : entries) {
                Value key = entry.getKey().evaluate(frame);
                values.put(Python.key(key), entry.getValue().evaluate(frame));
            }
            return new Mapping(values);
        }
    }

    /** {@code a.name}: a method, or what {@code a["name"]} is. */
    record Attribute(Expression of, String name) implements Expression {
        @Override
        public Value evaluate(Frame frame) {
            frame.budget().step();
            return Attributes.attribute(of.evaluate(frame), name);
        }
    }

    /** {@code a[index]}: an element, or the method of that name. */
    record Item(Expression of, Expression index) implements Expression {
        @Override
        public Value evaluate(Frame frame) {
            frame.budget().step();
            return Attributes.item(of.evaluate(frame), index.evaluate(frame));
        }
    }

    /** {@code a[lower:upper:step]}. */
    record Slice(Expression of, Expression lower, Expression upper, Expression step) implements Expression {
        @Override
        public Value evaluate(Frame frame) {
            return Python.slice(
                    of.evaluate(frame),
                    lower.evaluate(frame),
                    upper.evaluate(frame),
                    step.evaluate(frame),
                    frame.budget());
        }
    }

    /** What stands in the brackets of a call; {@code *list} and {@code **dictionary} may be null. */
    record Given(List<Expression> positional, Map<String, Expression> named, Expression list, Expression dictionary) {
        static final Given NOTHING = new Given(List.of(), Map.of(), null, null);

        Arguments evaluate(Frame frame) {
            if (this == NOTHING) {
                return Arguments.NONE;
            }
            List<Value> values = new ArrayList<>();
            positional.forEach(argument -> values.add(argument.evaluate(frame)));
            if (list != null) {
                values.addAll(Python.elements(list.evaluate(frame), frame.budget()));
            }
            Map<String, Value> names = new LinkedHashMap<>();
            named.forEach((name, argument) -> names.put(name, argument.evaluate(frame)));
            if (dictionary != null) {
                addNamed(names, dictionary.evaluate(frame));
            }
            return new Arguments(values, names);
        }

        Given with(String name, Expression argument) {
            Map<String, Expression> more = new LinkedHashMap<>(named);
            more.put(name, argument);
            return new Given(positional, more, list, dictionary);
        }

        private static void addNamed(Map<String, Value> names, Value more) {
            if (!(more instanceof Mapping mapping)) {
                throw new Failure("what follows ** must be a dictionary, not " + Python.type(more));
            }
            mapping.entries().forEach((key, value) -> {
                if (!(key instanceof Text name) || names.put(name.value(), value) != null) {
                    throw new Failure("what follows ** has a key that is no free name");
                }
            });
        }
    }

    /** {@code callee(arguments)}. */
    record Call(Expression callee, Given given, int line) implements Expression {
        Call with(String name, Expression argument) {
            return new Call(callee, given.with(name, argument), line);
        }

        @Override
        public Value evaluate(Frame frame) {
            Value value = callee.evaluate(frame);
            Arguments arguments = given.evaluate(frame);
            frame.rendering().at(line);
            if (value instanceof Undefined undefined) {
                throw undefined.failure();
            }
            if (value instanceof Loop loop) {
                return loop.recur(arguments);
            }
            if (value instanceof Callable callable) {
                return callable.call(frame.rendering(), arguments);
            }
            throw new Failure("'" + Python.type(value) + "' object is not callable");
        }
    }

    /** {@code value|filter(arguments)}. */
    record Filtered(Expression value, String filter, Given given, int line) implements Expression {
        Filtered of(Expression filtered) {
            return new Filtered(filtered, filter, given, line);
        }

        @Override
        public Value evaluate(Frame frame) {
            return apply(value.evaluate(frame), frame);
        }

        Value apply(Value to, Frame frame) {
            Arguments arguments = given.evaluate(frame);
            frame.rendering().at(line);
            return Filters.apply(filter, to, arguments, frame.rendering());
        }
    }

    /** {@code value is test(arguments)}. */
    record Tested(Expression value, String test, Given given, int line) implements Expression {
        @Override
        public Value evaluate(Frame frame) {
            Value tested = value.evaluate(frame);
            Arguments arguments = given.evaluate(frame);
            frame.rendering().at(line);
            return Bool.of(Tests.holds(test, tested, arguments, frame.budget()));
        }
    }

    /** {@code not a}. */
    record Not(Expression operand) implements Expression {
        @Override
        public Value evaluate(Frame frame) {
            return Bool.of(!truth(operand, frame));
        }
    }

    /** {@code -a} or {@code +a}. */
    record Signed(String sign, Expression operand) implements Expression {
        @Override
        public Value evaluate(Frame frame) {
            return Arithmetic.signed(sign, operand.evaluate(frame));
        }
    }

    /** {@code a + b} and the like. */
    record Binary(String operator, Expression left, Expression right, int line) implements Expression {
        @Override
        public Value evaluate(Frame frame) {
            Value first = left.evaluate(frame);
            Value second = right.evaluate(frame);
            frame.rendering().at(line);
            return Arithmetic.of(operator, first, second, frame.budget());
        }
    }

    /** {@code a ~ b ~ c}: the texts of all. */
    record Joined(List<Expression> parts) implements Expression {
        @Override
        public Value evaluate(Frame frame) {
            Output text = new Output(frame.budget());
            parts.forEach(part -> text.add(Printer.text(part.evaluate(frame), frame.budget())));
            return new Text(text.toString());
        }
    }

    /** A comparison with what follows it in a chain. */
    record Comparison(String operator, Expression right) {}

    /** {@code a < b <= c}, {@code a in b} and the like. */
    record Compared(Expression first, List<Comparison> rest, int line) implements Expression {
        @Override
        public Value evaluate(Frame frame) {
            Value left = first.evaluate(frame);
            for (Comparison comparison : rest) {
                Value right = comparison.right().evaluate(frame);
                frame.rendering().at(line);
                if (!Arithmetic.holds(comparison.operator(), left, right, frame.budget())) {
                    return Bool.FALSE;
                }
                left = right;
            }
            return Bool.TRUE;
        }
    }

    /** {@code a and b}: the first that decides. */
    record And(Expression left, Expression right) implements Expression {
        @Override
        public Value evaluate(Frame frame) {
            Value value = left.evaluate(frame);
            return Python.truth(value) ? right.evaluate(frame) : value;
        }
    }

    /** {@code a or b}: the first that decides. */
    record Or(Expression left, Expression right) implements Expression {
        @Override
        public Value evaluate(Frame frame) {
            Value value = left.evaluate(frame);
            return Python.truth(value) ? value : right.evaluate(frame);
        }
    }

    /** {@code a if condition else b}; without {@code else} otherwise undefined. */
    record Conditional(Expression condition, Expression then, Expression otherwise, int line) implements Expression {
        @Override
        public Value evaluate(Frame frame) {
            if (truth(condition, frame)) {
                return then.evaluate(frame);
            }
            return otherwise == null
                    ? new Undefined("the condition is false, and there is no else")
                    : otherwise.evaluate(frame);
        }
    }
}
