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
package io.github.tribuollm.tutorials;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A template on its way to a row: the variables drawn so far and the lines of the solution. */
final class Scene {
    private static final Pattern MENTION = Pattern.compile("\\{(\\w+)(?:\\.([\\w.]+))?}");

    private final Draw draw;
    private final Grammar grammar;
    private final Map<String, Value> variables = new HashMap<>();
    private final Set<Object> taken = new HashSet<>();
    private final List<String> solution = new ArrayList<>();
    private int result;

    Scene(Draw draw, Grammar grammar) {
        this.draw = draw;
        this.grammar = grammar;
    }

    void person(String variable) {
        boolean woman = draw.coin();
        variables.put(variable, new Value.Person(fresh(woman ? grammar.women() : grammar.men()), woman));
    }

    void words(String variable, String pool, int count) {
        List<List<String>> entries = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            entries.add(fresh(grammar.pool(pool)));
        }
        variables.put(variable, new Value.Words(List.copyOf(entries)));
    }

    void number(String variable, int number) {
        variables.put(variable, new Value.Whole(number));
    }

    int drawn(int low, int high, int step) {
        return draw.number(low, high, step);
    }

    OptionalInt value(Term term) {
        return term.value(this::number);
    }

    boolean oneIsLongest(String variable) {
        return variable(variable) instanceof Value.Words words && words.oneIsLongest();
    }

    /** Adds a line of the solution, whose {@code {#}} or {@code {$}} becomes the annotated calculation. */
    void solve(Term term, int value, String text) {
        String exact = term.written(this::number);
        String shown = grammar.spaced() ? exact.replaceAll("([-+*/])", " $1 ").replace('*', 'x') : exact;
        String annotated = "<<" + exact + "=" + value + ">>" + value;
        String line =
                draw.settle(text).replace("{#}", shown + " = " + annotated).replace("{$}", shown + " = $" + annotated);
        solution.add(text(line));
        result = value;
    }

    /** The solution's lines and GSM8K's last line, empty if nothing was solved. */
    String solution() {
        return solution.isEmpty() ? "" : String.join("\n", solution) + "\n#### " + result;
    }

    String oneOf(List<String> texts) {
        return texts.isEmpty() ? "" : text(draw.settle(draw.oneOf(texts)));
    }

    private String text(String pattern) {
        return MENTION.matcher(pattern).replaceAll(mention -> {
            String form = mention.group(2) == null ? "" : mention.group(2);
            return Matcher.quoteReplacement(variable(mention.group(1)).text(form));
        });
    }

    private int number(String name) {
        if (variable(name) instanceof Value.Whole whole) {
            return whole.number();
        }
        throw new IllegalArgumentException("the variable '" + name + "' is no number");
    }

    private Value variable(String name) {
        Value value = variables.get(name);
        if (value == null) {
            throw new IllegalArgumentException("there is no variable '" + name + "'");
        }
        return value;
    }

    private <T> T fresh(List<T> choices) {
        if (taken.containsAll(choices)) {
            throw new IllegalArgumentException("the template asks for more than the " + choices.size() + " entries");
        }
        T choice = draw.oneOf(choices);
        while (!taken.add(choice)) {
            choice = draw.oneOf(choices);
        }
        return choice;
    }
}
