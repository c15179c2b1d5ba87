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

import java.util.Iterator;
import java.util.List;

/** What can be gone through but not indexed: Python's generators, which are empty after one pass, and views. */
final class Stream implements Value {
    private final List<Value> items;
    private final boolean generator;
    private boolean spent;

    private Stream(List<Value> items, boolean generator) {
        this.items = items;
        this.generator = generator;
    }

    /** Elements that can be had once; it is true even where there are none. */
    static Stream generator(List<Value> items) {
        return new Stream(items, true);
    }

    /** Keys, values or items of a dictionary. */
    static Stream view(List<Value> items) {
        return new Stream(items, false);
    }

    boolean isGenerator() {
        return generator;
    }

    int size() {
        if (generator) {
            throw new Failure("object of type 'generator' has no len()");
        }
        return items.size();
    }

    /** The elements that are left; a generator has none after this. */
    List<Value> take() {
        if (generator && spent) {
            return List.of();
        }
        spent = true;
        return items;
    }

    Iterator<Value> iterator() {
        return take().iterator();
    }
}
