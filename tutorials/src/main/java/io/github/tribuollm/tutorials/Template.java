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
import java.util.Arrays;
import java.util.List;
import java.util.OptionalInt;
import java.util.function.Consumer;

/** One kind of row: what is drawn, what is asked, and what is answered. */
final class Template {
    private static final int MOST_TRIES = 10_000;

    private final String name;
    private final List<Statement> statements = new ArrayList<>();
    private final List<String> asks = new ArrayList<>();
    private final List<String> inputs = new ArrayList<>();
    private final List<String> answers = new ArrayList<>();

    Template(String name) {
        this.name = name;
    }

    /** A step of the template, which says whether what was drawn fits it. */
    private interface Statement {
        boolean fits(Scene scene);
    }

    void add(String keyword, String rest) {
        switch (keyword) {
            case "person" -> draw(scene -> scene.person(rest));
            case "pick" -> pick(rest.split("\\s*=\\s*"));
            case "list" -> list(rest.split("\\s*=\\s*|\\s+|\\.\\."));
            case "let" -> let(rest.split("\\s*=\\s*|\\.\\.|\\s+by\\s+"));
            case "set" -> set(rest.split("\\s*=\\s*", 2));
            case "longest" -> statements.add(scene -> scene.oneIsLongest(rest));
            case "step" -> step(rest.split("\\s*=\\s*|\\s*\\|\\s*", 3));
            case "ask" -> asks.add(rest);
            case "input" -> inputs.add(rest);
            case "out" -> answers.add(rest);
            default -> throw new IllegalArgumentException("'" + keyword + "' is no statement of a template");
        }
    }

    private void draw(Consumer<Scene> drawing) {
        statements.add(scene -> {
            drawing.accept(scene);
            return true;
        });
    }

    private void pick(String[] parts) {
        draw(scene -> scene.words(parts[0], parts[1], 1));
    }

    private void list(String[] parts) {
        int low = Integer.parseInt(parts[2]);
        int high = Integer.parseInt(parts[parts.length - 1]);
        draw(scene -> scene.words(parts[0], parts[1], scene.drawn(low, high, 1)));
    }

    private void let(String[] parts) {
        int[] range = Arrays.stream(parts).skip(1).mapToInt(Integer::parseInt).toArray();
        int step = range.length == 3 ? range[2] : 1;
        draw(scene -> scene.number(parts[0], scene.drawn(range[0], range[1], step)));
    }

    private void set(String[] parts) {
        Term term = Term.parse(parts[1]);
        statements.add(scene -> {
            OptionalInt value = scene.value(term);
            value.ifPresent(v -> scene.number(parts[0], v));
            return value.isPresent();
        });
    }

    private void step(String[] parts) {
        Term term = Term.parse(parts[1]);
        statements.add(scene -> {
            OptionalInt value = scene.value(term);
            value.ifPresent(v -> {
                scene.solve(term, v, parts[2]);
                scene.number(parts[0], v);
            });
            return value.isPresent();
        });
    }

    Row row(Draw draw, Grammar grammar) {
        try {
            for (int i = 0; i < MOST_TRIES; i++) {
                Scene scene = new Scene(draw, grammar);
                if (statements.stream().allMatch(s -> s.fits(scene))) {
                    String question = scene.oneOf(asks);
                    String input = scene.oneOf(inputs);
                    return new Row(question, input, answers.isEmpty() ? scene.solution() : scene.oneOf(answers));
                }
            }
        } catch (IllegalArgumentException | IndexOutOfBoundsException e) {
            throw new IllegalStateException("template " + name + ": " + e.getMessage(), e);
        }
        throw new IllegalStateException("template " + name + ": no numbers fit its steps; widen their ranges");
    }

    @Override
    public String toString() {
        return name;
    }
}
