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

import io.github.tribuollm.llm.data.jinja.Token.Kind;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** The tokens of a template, one after another, and the words that have been passed. */
final class Tokens {
    private final List<Token> tokens;
    private final Set<String> words = new HashSet<>();
    private Set<String> names = new HashSet<>();
    private int at;

    Tokens(List<Token> tokens) {
        this.tokens = tokens;
    }

    Token current() {
        return tokens.get(at);
    }

    Token ahead() {
        return tokens.get(Math.min(at + 1, tokens.size() - 1));
    }

    Token next() {
        Token token = current();
        if (token.kind() == Kind.NAME) {
            names.add(token.text());
            words.add(token.text());
        } else if (token.kind() == Kind.STRING) {
            words.add(token.text());
        }
        at = Math.min(at + 1, tokens.size() - 1);
        return token;
    }

    /** From here on collects names in another set, and returns the former one. */
    Set<String> collectNames(Set<String> into) {
        Set<String> former = names;
        names = into;
        return former;
    }

    /** All names, attributes and strings so far. */
    Set<String> words() {
        return words;
    }

    boolean passName(String name) {
        boolean there = current().isName(name);
        if (there) {
            next();
        }
        return there;
    }

    boolean passOperator(String operator) {
        boolean there = current().isOperator(operator);
        if (there) {
            next();
        }
        return there;
    }

    Token expect(Kind kind) {
        if (current().kind() != kind) {
            throw new Failure("unexpected " + current());
        }
        return next();
    }

    void expectName(String name) {
        if (!passName(name)) {
            throw new Failure("expected '" + name + "', not " + current());
        }
    }

    void expectOperator(String operator) {
        if (!passOperator(operator)) {
            throw new Failure("expected '" + operator + "', not " + current());
        }
    }
}
