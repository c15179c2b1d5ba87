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
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.function.Function;
import java.util.function.Predicate;

/** Where a loop is. Elements are asked for when they are needed: the condition of a loop may depend on its body. */
final class Loop implements Value {
    private final Iterator<Value> items;
    private final Predicate<Value> taken;
    private final int depth;
    private final Function<Value, Value> recursion;
    private final List<Value> ahead = new ArrayList<>();
    private Value before;
    private Value current;
    private List<Value> changed;
    private int index = -1;

    /**
     * Creates a loop before its first element.
     *
     * @param items what it goes through
     * @param taken which elements it takes
     * @param depth in how many loops of the same recursion it is
     * @param recursion what calling the loop does, or null
     */
    Loop(Iterator<Value> items, Predicate<Value> taken, int depth, Function<Value, Value> recursion) {
        this.items = items;
        this.taken = taken;
        this.depth = depth;
        this.recursion = recursion;
    }

    boolean advance() {
        if (!look()) {
            return false;
        }
        before = current;
        current = ahead.remove(0);
        index++;
        return true;
    }

    private boolean look() {
        return !ahead.isEmpty() || fetch();
    }

    private boolean fetch() {
        while (items.hasNext()) {
            Value item = items.next();
            if (taken.test(item)) {
                ahead.add(item);
                return true;
            }
        }
        return false;
    }

    Value current() {
        return current;
    }

    int length() {
        while (fetch()) {
            // the condition decides about all elements
        }
        return index + 1 + ahead.size();
    }

    Value attribute(String name) {
        return switch (name) {
            case "index" -> new Int(index + 1);
            case "index0" -> new Int(index);
            case "first" -> Bool.of(index == 0);
            case "last" -> Bool.of(!look());
            case "length" -> new Int(length());
            case "revindex" -> new Int(length() - index);
            case "revindex0" -> new Int(length() - index - 1);
            case "depth" -> new Int(depth + 1);
            case "depth0" -> new Int(depth);
            case "previtem" -> index == 0 ? new Undefined("there is no previous item") : before;
            case "nextitem" -> look() ? ahead.get(0) : new Undefined("there is no next item");
            case "cycle" -> (Callable) (rendering, arguments) -> cycle(arguments.positional());
            case "changed" -> (Callable) (rendering, arguments) -> changed(arguments.positional(), rendering.budget());
            default -> Undefined.attribute(this, name);
        };
    }

    private Value cycle(List<Value> values) {
        if (values.isEmpty()) {
            throw new Failure("no items for cycling given");
        }
        return values.get(index % values.size());
    }

    private Value changed(List<Value> values, Budget budget) {
        boolean same = changed != null && Python.equal(new Sequence(changed, true), new Sequence(values, true), budget);
        changed = values;
        return Bool.of(!same);
    }

    Value recur(Arguments arguments) {
        if (recursion == null) {
            throw new Failure("the loop must have the 'recursive' marker to be called");
        }
        return recursion.apply(arguments.bind("loop", "iterable").get(0));
    }
}
