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

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Templates of rows, read from a resource of this package. Its lines are
 * <ul>
 *   <li>{@code women = a, b}, {@code men = a, b}: names;
 *   <li>{@code pool name = a/b, c/d}: things with their forms, for example singular and plural;
 *   <li>{@code table name}, then a line {@code a | b | c} for each entry, then an empty line: a pool of longer texts;
 *   <li>{@code spaced}: solutions write {@code 3 x 4} where others write {@code 3*4};
 *   <li>{@code template name}, then its statements, then an empty line.
 * </ul>
 * Statements run in order:
 * <ul>
 *   <li>{@code person p}, {@code pick w = pool}, {@code list w = pool 2..4}: draw somebody, an entry, several entries,
 *       none of them twice in a row;
 *   <li>{@code let n = 10..50 by 10}, {@code set n = a*b}: draw or compute a number;
 *   <li>{@code step n = a+b | text}: compute a number as a line of the solution, {@code {#}} in the text is the
 *       calculation and {@code {$}} the calculation in dollars;
 *   <li>{@code longest w}: one entry of the list is longer than the others;
 *   <li>{@code ask}, {@code input}, {@code out}: alternative texts of the instruction, the input, and the answer of a
 *       template without steps.
 * </ul>
 * If a number is not whole or not positive, or the longest entry is not alone, the template begins again. A text
 * mentions a variable as {@code {w}} or in a {@linkplain Value form} {@code {w.s}}, and {@code [a|b]} is one of its
 * alternatives.
 */
final class Grammar {
    private final Map<String, List<List<String>>> pools = new HashMap<>();
    private final List<Template> templates = new ArrayList<>();
    private List<String> women = List.of();
    private List<String> men = List.of();
    private boolean spaced;

    private Grammar() {}

    static Grammar load(String resource) {
        try (InputStream in = Grammar.class.getResourceAsStream(resource)) {
            if (in == null) {
                throw new IllegalStateException("The resource " + resource + " is missing from the class path");
            }
            return parse(resource, new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8)));
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot read the resource " + resource, e);
        }
    }

    static Grammar parse(String origin, BufferedReader reader) throws IOException {
        Grammar grammar = new Grammar();
        Block block = grammar::declare;
        int number = 0;
        for (String line = reader.readLine(); line != null; line = reader.readLine()) {
            number++;
            if (line.startsWith("#")) {
                continue;
            }
            try {
                block = line.isBlank() ? grammar::declare : block.read(line.strip());
            } catch (IllegalArgumentException | IndexOutOfBoundsException e) {
                throw new IllegalStateException(origin + ":" + number + ": " + e.getMessage(), e);
            }
        }
        return grammar;
    }

    /** Reads a line and says who reads the next one. */
    private interface Block {
        Block read(String line);
    }

    private Block declare(String line) {
        String[] words = line.split("\\s+", 3);
        switch (words[0]) {
            case "women" -> women = items(line);
            case "men" -> men = items(line);
            case "spaced" -> spaced = true;
            case "pool" ->
                pools.put(
                        words[1],
                        items(line).stream().map(i -> List.of(i.split("/"))).toList());
            case "table" -> {
                return table(words[1]);
            }
            case "template" -> {
                return template(words[1]);
            }
            default -> throw new IllegalArgumentException("'" + words[0] + "' declares nothing");
        }
        return this::declare;
    }

    private static List<String> items(String line) {
        return List.of(line.substring(line.indexOf('=') + 1).strip().split("\\s*,\\s*"));
    }

    private Block table(String name) {
        List<List<String>> entries = new ArrayList<>();
        pools.put(name, entries);
        return new Block() {
            @Override
            public Block read(String line) {
                entries.add(List.of(line.split("\\s*\\|\\s*")));
                return this;
            }
        };
    }

    private Block template(String name) {
        Template template = new Template(name);
        templates.add(template);
        return new Block() {
            @Override
            public Block read(String line) {
                String[] parts = line.split("\\s+", 2);
                template.add(parts[0], parts[1]);
                return this;
            }
        };
    }

    /** The next row, of a template drawn with equal probability. */
    Row next(Draw draw) {
        return draw.oneOf(templates).row(draw, this);
    }

    List<Template> templates() {
        return List.copyOf(templates);
    }

    List<List<String>> pool(String name) {
        List<List<String>> pool = pools.get(name);
        if (pool == null) {
            throw new IllegalArgumentException("there is no pool '" + name + "'");
        }
        return pool;
    }

    List<String> women() {
        return women;
    }

    List<String> men() {
        return men;
    }

    boolean spaced() {
        return spaced;
    }
}
