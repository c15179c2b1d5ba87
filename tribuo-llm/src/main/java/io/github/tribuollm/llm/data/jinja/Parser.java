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

import io.github.tribuollm.llm.data.jinja.Statement.Flow;
import io.github.tribuollm.llm.data.jinja.Token.Kind;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Reads the statements of a template. */
final class Parser {
    private static final int DEEPEST = 100;

    private final Tokens tokens;
    private final ExpressionParser expressions;
    private int depth;
    private int loops;
    private boolean generations;

    private Parser(Tokens tokens) {
        this.tokens = tokens;
        this.expressions = new ExpressionParser(tokens);
    }

    /**
     * What is read of a template.
     *
     * @param body its statements
     * @param words the names, attributes and strings in it
     * @param generations whether it has generation blocks
     */
    record Parsed(List<Statement> body, Set<String> words, boolean generations) {}

    static Parsed parse(String source) {
        Tokens tokens = new Tokens(Lexer.tokens(source));
        try {
            Parser parser = new Parser(tokens);
            List<Statement> body = parser.statements();
            return new Parsed(body, tokens.words(), parser.generations);
        } catch (Failure e) {
            throw new SyntaxFailure(e.getMessage(), tokens.current().line());
        }
    }

    /** Reads statements up to a tag that begins with one of some words, which is not passed. */
    private List<Statement> statements(String... ends) {
        if (++depth > DEEPEST) {
            throw new Failure("blocks stand in one another more than " + DEEPEST + " levels deep");
        }
        List<Statement> body = new ArrayList<>();
        while (tokens.current().kind() != Kind.END) {
            Token token = tokens.next();
            switch (token.kind()) {
                case DATA -> body.add(new Statement.Data(token.text()));
                case BEGIN_VARIABLE -> {
                    body.add(new Statement.Print(expressions.tuple(), token.line()));
                    tokens.expect(Kind.END_VARIABLE);
                }
                default -> {
                    if (List.of(ends).contains(tokens.current().text())) {
                        depth--;
                        return body;
                    }
                    body.add(statement());
                    tokens.expect(Kind.END_BLOCK);
                }
            }
        }
        if (ends.length > 0) {
            throw new Failure("the template ends where " + String.join(" or ", ends) + " is missing");
        }
        depth--;
        return body;
    }

    /** Reads a body after its tag, up to its end, which is passed but for the tag's own end. */
    private List<Statement> block(String end) {
        List<Statement> body = body(end);
        tokens.next();
        return body;
    }

    /** Reads a body after its tag, up to one of some ends, which is not passed. */
    private List<Statement> body(String... ends) {
        tokens.passOperator(":");
        tokens.expect(Kind.END_BLOCK);
        return statements(ends);
    }

    private Statement statement() {
        Token word = tokens.expect(Kind.NAME);
        int line = word.line();
        return switch (word.text()) {
            case "if" -> conditional(line);
            case "for" -> loop(line);
            case "set" -> assignment(line);
            case "macro" -> new Statement.Define(macro());
            case "call" -> callBlock();
            case "filter" -> new Statement.FilterBlock(filters(), outsideLoop("endfilter"), line);
            case "with" -> with();
            case "generation" -> generation(line);
            case "print" -> new Statement.Print(expressions.tuple(), line);
            case "break" -> leave(Flow.BREAK);
            case "continue" -> leave(Flow.CONTINUE);
            case "include", "import", "from", "extends", "block", "autoescape", "do", "trans", "debug" ->
                throw new Failure("the tag '" + word.text() + "' is not supported: a chat template is one file");
            default -> throw new Failure("unknown tag '" + word.text() + "'");
        };
    }

    private Statement conditional(int line) {
        Expression condition = expressions.tupleWithoutCondition();
        List<Statement> then = body("elif", "else", "endif");
        Token next = tokens.next();
        List<Statement> otherwise = switch (next.text()) {
            case "elif" -> List.of(conditional(next.line()));
            case "else" -> block("endif");
            default -> List.of();
        };
        return new Statement.If(condition, then, otherwise, line);
    }

    private Statement loop(int line) {
        Target target = expressions.target();
        tokens.expectName("in");
        Expression items = expressions.tupleWithoutCondition();
        Expression condition = tokens.passName("if") ? expressions.expression() : null;
        boolean recursive = tokens.passName("recursive");
        loops++;
        List<Statement> body = body("endfor", "else");
        loops--;
        List<Statement> otherwise = tokens.next().text().equals("else") ? block("endfor") : List.of();
        return new Statement.For(target, items, condition, recursive, body, otherwise, line);
    }

    private Statement assignment(int line) {
        Target target = expressions.targetOrAttribute();
        if (tokens.passOperator("=")) {
            return new Statement.Set(target, expressions.tuple(), line);
        }
        List<Expression.Filtered> filters = tokens.passOperator("|") ? filters() : List.of();
        return new Statement.SetBlock(target, filters, outsideLoop("endset"), line);
    }

    private List<Expression.Filtered> filters() {
        List<Expression.Filtered> filters = new ArrayList<>();
        do {
            filters.add(expressions.filter());
        } while (tokens.passOperator("|"));
        return filters;
    }

    private Macro.Definition macro() {
        String name = tokens.expect(Kind.NAME).text();
        return definition(name, parameters(), "endmacro");
    }

    private Macro.Definition definition(String name, List<Macro.Parameter> parameters, String end) {
        Set<String> outer = tokens.collectNames(new HashSet<>());
        List<Statement> body = outsideLoop(end);
        Set<String> used = tokens.collectNames(outer);
        outer.addAll(used);
        return new Macro.Definition(name, parameters, body, used);
    }

    /** Reads a body in which the loop around it cannot be left. */
    private List<Statement> outsideLoop(String end) {
        int around = loops;
        loops = 0;
        List<Statement> body = block(end);
        loops = around;
        return body;
    }

    private List<Macro.Parameter> parameters() {
        List<Macro.Parameter> parameters = new ArrayList<>();
        tokens.expectOperator("(");
        while (!tokens.passOperator(")")) {
            if (!parameters.isEmpty()) {
                tokens.expectOperator(",");
            }
            String name = tokens.expect(Kind.NAME).text();
            Expression fallback = tokens.passOperator("=") ? expressions.expression() : null;
            if (fallback == null
                    && !parameters.isEmpty()
                    && parameters.get(parameters.size() - 1).fallback() != null) {
                throw new Failure("the parameter '" + name + "' without a default follows one with a default");
            }
            parameters.add(new Macro.Parameter(name, fallback));
        }
        return parameters;
    }

    private Statement callBlock() {
        List<Macro.Parameter> parameters = tokens.current().isOperator("(") ? parameters() : List.of();
        if (!(expressions.expression() instanceof Expression.Call call)) {
            throw new Failure("a call block calls a macro");
        }
        return new Statement.CallBlock(call, definition("caller", parameters, "endcall"));
    }

    private Statement with() {
        List<Map.Entry<Target, Expression>> names = new ArrayList<>();
        while (tokens.current().kind() != Kind.END_BLOCK) {
            if (!names.isEmpty()) {
                tokens.expectOperator(",");
            }
            Target target = expressions.target();
            tokens.expectOperator("=");
            names.add(Map.entry(target, expressions.expression()));
        }
        return new Statement.With(names, block("endwith"));
    }

    private Statement generation(int line) {
        generations = true;
        return new Statement.Generation(outsideLoop("endgeneration"), line);
    }

    private Statement leave(Flow flow) {
        if (loops == 0) {
            throw new Failure(flow.name().toLowerCase(java.util.Locale.ROOT) + " stands outside of a loop");
        }
        return new Statement.Leave(flow);
    }
}
