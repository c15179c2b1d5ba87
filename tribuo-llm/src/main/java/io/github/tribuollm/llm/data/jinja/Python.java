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
import java.util.Iterator;
import java.util.List;
import java.util.Map;

/** What Python's built-in functions make of values: truth, types, lengths, elements, equality and order. */
final class Python {
    private Python() {}

    static boolean truth(Value value) {
        if (value instanceof Bool bool) {
            return bool.value();
        }
        if (value instanceof Int number) {
            return number.value() != 0;
        }
        if (value instanceof Real number) {
            return number.value() != 0;
        }
        if (value instanceof Stream stream) {
            return stream.isGenerator() || stream.size() > 0;
        }
        return !value.isEmpty() && !(value instanceof Undefined);
    }

    /** The name of a value's type, for messages. */
    static String type(Value value) {
        if (value instanceof Sequence sequence) {
            return sequence.tuple() ? "tuple" : "list";
        }
        if (value instanceof Stream stream) {
            return stream.isGenerator() ? "generator" : "view";
        }
        if (value instanceof None) {
            return "None";
        }
        return value instanceof Text
                ? "str"
                : value instanceof Bool
                        ? "bool"
                        : value instanceof Int
                                ? "int"
                                : value instanceof Real ? "float" : value instanceof Mapping ? "dict" : other(value);
    }

    private static String other(Value value) {
        if (value instanceof Callable) {
            return "function";
        }
        if (value instanceof Namespace) {
            return "namespace";
        }
        return value instanceof Loop ? "loop" : "Undefined";
    }

    static boolean isNumber(Value value) {
        return value instanceof Int || value instanceof Real || value instanceof Bool;
    }

    static boolean isWhole(Value value) {
        return value instanceof Int || value instanceof Bool;
    }

    static long whole(Value value) {
        if (value instanceof Int number) {
            return number.value();
        }
        if (value instanceof Bool bool) {
            return bool.value() ? 1 : 0;
        }
        throw new Failure("'" + type(value) + "' is no whole number");
    }

    static double real(Value value) {
        return value instanceof Real number ? number.value() : whole(value);
    }

    static int length(Value value) {
        if (value instanceof Text text) {
            return Texts.length(text.value());
        }
        if (value instanceof Sequence sequence) {
            return sequence.items().size();
        }
        if (value instanceof Mapping mapping) {
            return mapping.entries().size();
        }
        if (value instanceof Stream stream) {
            return stream.size();
        }
        if (value instanceof Loop loop) {
            return loop.length();
        }
        if (value instanceof Undefined) {
            return 0;
        }
        throw new Failure("object of type '" + type(value) + "' has no len()");
    }

    /** The elements of a value, of a text its characters, of a dictionary its keys. */
    static List<Value> elements(Value value, Budget budget) {
        List<Value> items = elements(value);
        budget.elements(items.size());
        return items;
    }

    private static List<Value> elements(Value value) {
        if (value instanceof Sequence sequence) {
            return sequence.items();
        }
        if (value instanceof Mapping mapping) {
            return List.copyOf(mapping.entries().keySet());
        }
        if (value instanceof Text text) {
            return Texts.characters(text.value());
        }
        if (value instanceof Stream stream) {
            return stream.take();
        }
        if (value instanceof Undefined) {
            return List.of();
        }
        throw new Failure("'" + type(value) + "' object is not iterable");
    }

    static boolean isIterable(Value value) {
        return value instanceof Sequence
                || value instanceof Mapping
                || value instanceof Text
                || value instanceof Stream
                || value instanceof Loop
                || value instanceof Undefined;
    }

    static boolean equal(Value left, Value right, Budget budget) {
        budget.step();
        if (isNumber(left) && isNumber(right)) {
            return isWhole(left) && isWhole(right) ? whole(left) == whole(right) : real(left) == real(right);
        }
        if (left instanceof Text a && right instanceof Text b) {
            return a.value().equals(b.value());
        }
        if (left instanceof Sequence a && right instanceof Sequence b) {
            return a.tuple() == b.tuple() && equal(a.items(), b.items(), budget);
        }
        if (left instanceof Mapping a && right instanceof Mapping b) {
            return equal(a, b, budget);
        }
        return left == right
                || left instanceof None && right instanceof None
                || left instanceof Undefined && right instanceof Undefined;
    }

    private static boolean equal(List<Value> left, List<Value> right, Budget budget) {
        if (left.size() != right.size()) {
            return false;
        }
        for (int i = 0; i < left.size(); i++) {
            if (!equal(left.get(i), right.get(i), budget)) {
                return false;
            }
        }
        return true;
    }

    private static boolean equal(Mapping left, Mapping right, Budget budget) {
        if (left.entries().size() != right.entries().size()) {
            return false;
        }
        for (Map.Entry<Value, Value> entry : left.entries().entrySet()) {
            Value other = right.entries().get(entry.getKey());
            if (other == null || !equal(entry.getValue(), other, budget)) {
                return false;
            }
        }
        return true;
    }

    /** Negative, zero or positive as the left value is less than, equal to or greater than the right one. */
    static int compare(Value left, Value right, Budget budget) {
        budget.step();
        if (left instanceof Undefined undefined) {
            throw undefined.failure();
        }
        if (right instanceof Undefined undefined) {
            throw undefined.failure();
        }
        if (isNumber(left) && isNumber(right)) {
            return isWhole(left) && isWhole(right)
                    ? Long.compare(whole(left), whole(right))
                    : Double.compare(real(left) + 0.0, real(right) + 0.0);
        }
        if (left instanceof Text a && right instanceof Text b) {
            return Texts.compare(a.value(), b.value());
        }
        if (left instanceof Sequence a && right instanceof Sequence b && a.tuple() == b.tuple()) {
            return compare(a.items(), b.items(), budget);
        }
        throw new Failure("'" + type(left) + "' and '" + type(right) + "' have no order");
    }

    private static int compare(List<Value> left, List<Value> right, Budget budget) {
        Iterator<Value> others = right.iterator();
        for (Value item : left) {
            if (!others.hasNext()) {
                return 1;
            }
            Value other = others.next();
            if (!equal(item, other, budget)) {
                return compare(item, other, budget);
            }
        }
        return others.hasNext() ? -1 : 0;
    }

    static boolean contains(Value container, Value sought, Budget budget) {
        if (container instanceof Text text) {
            if (!(sought instanceof Text part)) {
                throw new Failure("'in <string>' requires string as left operand, not " + type(sought));
            }
            budget.search(text.value().length(), part.value().length());
            return text.value().contains(part.value());
        }
        if (container instanceof Mapping mapping) {
            return mapping.entries().containsKey(key(sought));
        }
        for (Value item : elements(container, budget)) {
            if (equal(item, sought, budget)) {
                return true;
            }
        }
        return false;
    }

    /** A value in the form in which it is a key; equal numbers are the same key. */
    static Value key(Value value) {
        if (value instanceof Text text) {
            return text.markup() ? new Text(text.value()) : text;
        }
        if (value instanceof Bool) {
            return new Int(whole(value));
        }
        if (value instanceof Real number && number.value() == Math.rint(number.value())) {
            return new Int((long) number.value());
        }
        if (value instanceof Int || value instanceof Real || value instanceof None) {
            return value;
        }
        if (value instanceof Undefined undefined) {
            throw undefined.failure();
        }
        throw new Failure("a '" + type(value) + "' cannot be the key of a dictionary here");
    }

    /** The element at an index or a key, or null where there is none. */
    static Value item(Value container, Value index) {
        if (container instanceof Undefined undefined) {
            throw undefined.failure();
        }
        if (container instanceof Mapping mapping) {
            return index instanceof Sequence || index instanceof Mapping
                    ? null
                    : mapping.entries().get(key(index));
        }
        if (!isWhole(index)) {
            return null;
        }
        if (container instanceof Sequence sequence) {
            int place = place(whole(index), sequence.items().size());
            return place < 0 ? null : sequence.items().get(place);
        }
        return container instanceof Text text ? Texts.character(text.value(), whole(index)) : null;
    }

    /** An index counted from the front, or -1 where it is out of bounds. */
    static int place(long index, int size) {
        long place = index < 0 ? index + size : index;
        return place < 0 || place >= size ? -1 : (int) place;
    }

    /** The part of a list or text that a slice takes; a bound is None where it is not given. */
    static Value slice(Value container, Value lower, Value upper, Value step, Budget budget) {
        if (container instanceof Text text) {
            int[] points = text.value().codePoints().toArray();
            StringBuilder part = new StringBuilder();
            for (int i : indices(points.length, lower, upper, step)) {
                part.appendCodePoint(points[i]);
            }
            budget.characters(points.length);
            return new Text(part.toString(), text.markup());
        }
        if (container instanceof Sequence sequence) {
            List<Value> part = new ArrayList<>();
            for (int i : indices(sequence.items().size(), lower, upper, step)) {
                part.add(sequence.items().get(i));
            }
            budget.elements(part.size());
            return new Sequence(part, sequence.tuple());
        }
        if (container instanceof Undefined undefined) {
            throw undefined.failure();
        }
        throw new Failure("'" + type(container) + "' object has no slices");
    }

    private static int[] indices(int size, Value lower, Value upper, Value step) {
        long stride = step instanceof None ? 1 : whole(step);
        if (stride == 0) {
            throw new Failure("slice step cannot be zero");
        }
        long first = bound(lower, stride > 0 ? 0 : size - 1, size, stride);
        long last = bound(upper, stride > 0 ? size : -1, size, stride);
        long distance = stride > 0 ? last - first : first - last;
        long count = distance <= 0 ? 0 : (distance - 1) / Math.abs(Math.max(stride, -size - 1L)) + 1;
        int[] indices = new int[(int) count];
        for (int i = 0; i < count; i++) {
            indices[i] = (int) (first + i * stride);
        }
        return indices;
    }

    private static long bound(Value given, long usual, int size, long stride) {
        if (given instanceof None) {
            return usual;
        }
        long bound = whole(given);
        bound = bound < 0 ? Math.max(bound + size, -1) : bound;
        return stride > 0 ? Math.max(0, Math.min(bound, size)) : Math.min(bound, size - 1L);
    }
}
