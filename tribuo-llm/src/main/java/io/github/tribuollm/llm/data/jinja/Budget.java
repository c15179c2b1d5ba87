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

/**
 * What one rendering may cost. The bounds count steps, not seconds, so that the same template is refused everywhere or
 * nowhere.
 */
final class Budget {
    /** The most characters that a rendering, or a string within it, may have. */
    static final int CHARACTERS = 1 << 23;

    /** The most elements of a list. */
    static final int ELEMENTS = 1 << 20;

    /** The longest range, as in Python's sandbox. */
    static final int RANGE = 100_000;

    /** The most calls of macros within one another. */
    static final int CALLS = 100;

    /** The most steps: nodes of the template, elements and, by eight, characters that are gone through. */
    private static final long STEPS = 20_000_000;

    /** The most characters of all strings that a rendering makes on its way. */
    private static final long ALL_CHARACTERS = 1L << 27;

    private long steps = STEPS;
    private long characters = ALL_CHARACTERS;
    private int calls;

    /** Counts one node. */
    void step() {
        spend(1);
    }

    private void spend(long count) {
        steps -= count;
        if (steps < 0 || count < 0) {
            throw new Failure("the template takes more than " + STEPS + " steps; does a loop not end?");
        }
    }

    /** Counts characters before they are made. */
    void characters(long count) {
        if (count > CHARACTERS) {
            throw new Failure("the text is longer than " + CHARACTERS + " characters");
        }
        characters -= count;
        if (characters < 0) {
            throw new Failure("the template makes more than " + ALL_CHARACTERS + " characters on its way");
        }
        spend(1 + (count >> 3));
    }

    /** Counts the search of a text for another. */
    void search(long length, long sought) {
        spend(1 + (length >> 3) + (length * Math.min(sought, length) >> 6));
    }

    /** Counts elements before they are made or gone through. */
    void elements(long count) {
        if (count > ELEMENTS) {
            throw new Failure("the list is longer than " + ELEMENTS + " elements");
        }
        spend(1 + count);
    }

    /** Counts a frame of names, which costs more than a node. */
    void frame() {
        spend(10);
    }

    void enter() {
        if (++calls > CALLS) {
            throw new Failure("macros call one another more than " + CALLS + " levels deep");
        }
    }

    void leave() {
        calls--;
    }
}
