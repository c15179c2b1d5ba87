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

import io.github.tribuollm.llm.data.jinja.Expression.Comparison;
import io.github.tribuollm.llm.data.jinja.Expression.Constant;
import io.github.tribuollm.llm.data.jinja.Expression.Given;
import io.github.tribuollm.llm.data.jinja.Token.Kind;
import io.github.tribuollm.llm.data.jinja.Value.Bool;
import io.github.tribuollm.llm.data.jinja.Value.Text;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;

/** Reads expressions: what binds least is read first, what binds most last. */
final class ExpressionParser {
    private static final int DEEPEST = 200;
    private static final Constant NONE = new Constant(Value.NONE);
    private static final Set<String> COMPARISONS = Set.of("==", "!=", "<", "<=", ">", ">=");
    private static final Set<String> NO_ARGUMENT = Set.of("else", "or", "and");

    private final Tokens tokens;
    private int depth;

    ExpressionParser(Tokens tokens) {
        this.tokens = tokens;
    }

    /** Reads an expression, or several with commas, which are a tuple. */
    Expression tuple() {
        return tuple(this::expression, false);
    }

    /** Reads the same without {@code if}, which belongs to the statement. */
    Expression tupleWithoutCondition() {
        return tuple(this::or, false);
    }

    private Expression tuple(Supplier<Expression> part, boolean mayBeEmpty) {
        List<Expression> parts = new ArrayList<>();
        boolean several = false;
        while (!endsTuple()) {
            parts.add(part.get());
            if (!tokens.passOperator(",")) {
                break;
            }
            several = true;
        }
        if (!several && parts.size() == 1) {
            return parts.get(0);
        }
        if (parts.isEmpty() && !mayBeEmpty) {
            throw new Failure("expected an expression, not " + tokens.current());
        }
        return new Expression.Listing(parts, true);
    }

    private boolean endsTuple() {
        Token token = tokens.current();
        return token.kind() == Kind.END_VARIABLE
                || token.kind() == Kind.END_BLOCK
                || token.isOperator(")")
                || token.isName("recursive");
    }

    Expression expression() {
        if (++depth > DEEPEST) {
            throw new Failure("an expression is nested more than " + DEEPEST + " levels deep");
        }
        Expression value = or();
        while (tokens.current().isName("if")) {
            int line = tokens.next().line();
            Expression condition = or();
            Expression otherwise = tokens.passName("else") ? expression() : null;
            value = new Expression.Conditional(condition, value, otherwise, line);
        }
        depth--;
        return value;
    }

    private Expression or() {
        Expression left = and();
        while (tokens.passName("or")) {
            left = new Expression.Or(left, and());
        }
        return left;
    }

    private Expression and() {
        Expression left = not();
        while (tokens.passName("and")) {
            left = new Expression.And(left, not());
        }
        return left;
    }

    private Expression not() {
        int count = 0;
        while (tokens.passName("not")) {
            count++;
        }
        Expression value = comparison();
        for (int i = 0; i < count; i++) {
            value = new Expression.Not(value);
        }
        return value;
    }

    private Expression comparison() {
        int line = tokens.current().line();
        Expression first = sum();
        List<Comparison> rest = new ArrayList<>();
        for (String operator = comparator(); operator != null; operator = comparator()) {
            rest.add(new Comparison(operator, sum()));
        }
        return rest.isEmpty() ? first : new Expression.Compared(first, rest, line);
    }

    private String comparator() {
        Token token = tokens.current();
        if (token.kind() == Kind.OPERATOR && COMPARISONS.contains(token.text())) {
            return tokens.next().text();
        }
        if (tokens.passName("in")) {
            return "in";
        }
        if (token.isName("not") && tokens.ahead().isName("in")) {
            tokens.next();
            tokens.next();
            return "not in";
        }
        return null;
    }

    private Expression sum() {
        return binary(this::joined, Set.of("+", "-"));
    }

    private Expression joined() {
        Expression first = product();
        if (!tokens.current().isOperator("~")) {
            return first;
        }
        List<Expression> parts = new ArrayList<>(List.of(first));
        while (tokens.passOperator("~")) {
            parts.add(product());
        }
        return new Expression.Joined(parts);
    }

    private Expression product() {
        return binary(this::power, Set.of("*", "/", "//", "%"));
    }

    private Expression power() {
        return binary(() -> signed(true), Set.of("**"));
    }

    private Expression binary(Supplier<Expression> operand, Set<String> operators) {
        Expression left = operand.get();
        while (tokens.current().kind() == Kind.OPERATOR
                && operators.contains(tokens.current().text())) {
            Token operator = tokens.next();
            left = new Expression.Binary(operator.text(), left, operand.get(), operator.line());
        }
        return left;
    }

    private Expression signed(boolean filtered) {
        Token token = tokens.current();
        Expression value;
        if (token.isOperator("-") || token.isOperator("+")) {
            if (++depth > DEEPEST) {
                throw new Failure("an expression is nested more than " + DEEPEST + " levels deep");
            }
            value = new Expression.Signed(tokens.next().text(), signed(false));
            depth--;
        } else {
            value = primary();
        }
        Expression extended = postfix(value);
        return filtered ? filtersAndTests(extended) : extended;
    }

    private Expression primary() {
        Token token = tokens.next();
        return switch (token.kind()) {
            case NAME -> name(token.text());
            case NUMBER -> new Constant(token.value());
            case STRING -> string(token);
            case OPERATOR -> bracket(token);
            default -> throw new Failure("unexpected " + token);
        };
    }

    private static Expression name(String name) {
        return switch (name) {
            case "true", "True" -> new Constant(Bool.TRUE);
            case "false", "False" -> new Constant(Bool.FALSE);
            case "none", "None" -> NONE;
            default -> new Expression.Name(name);
        };
    }

    private Expression string(Token first) {
        if (tokens.current().kind() != Kind.STRING) {
            return new Constant(first.value());
        }
        StringBuilder text = new StringBuilder(first.text());
        while (tokens.current().kind() == Kind.STRING) {
            text.append(tokens.next().text());
        }
        return new Constant(new Text(text.toString()));
    }

    private Expression bracket(Token token) {
        switch (token.text()) {
            case "(" -> {
                Expression value = tuple(this::expression, true);
                tokens.expectOperator(")");
                return value;
            }
            case "[" -> {
                return new Expression.Listing(listed("]", this::expression), false);
            }
            case "{" -> {
                return new Expression.Dictionary(listed("}", this::entry));
            }
            default -> throw new Failure("unexpected " + token);
        }
    }

    private <T> List<T> listed(String end, Supplier<T> item) {
        List<T> items = new ArrayList<>();
        while (!tokens.passOperator(end)) {
            if (!items.isEmpty()) {
                tokens.expectOperator(",");
                if (tokens.passOperator(end)) {
                    break;
                }
            }
            items.add(item.get());
        }
        return items;
    }

    private Map.Entry<Expression, Expression> entry() {
        Expression key = expression();
        tokens.expectOperator(":");
        return Map.entry(key, expression());
    }

    private Expression postfix(Expression start) {
        Expression value = start;
        while (true) {
            Token token = tokens.current();
            if (tokens.passOperator(".")) {
                value = attribute(value);
            } else if (tokens.passOperator("[")) {
                value = subscript(value);
            } else if (token.isOperator("(")) {
                value = new Expression.Call(value, given(), token.line());
            } else {
                return value;
            }
        }
    }

    private Expression attribute(Expression of) {
        Token token = tokens.next();
        return switch (token.kind()) {
            case NAME -> new Expression.Attribute(of, token.text());
            case NUMBER -> new Expression.Item(of, new Constant(token.value()));
            default -> throw new Failure("expected a name or a number, not " + token);
        };
    }

    private Expression subscript(Expression of) {
        Expression lower = tokens.current().isOperator(":") ? NONE : expression();
        if (!tokens.passOperator(":")) {
            tokens.expectOperator("]");
            return new Expression.Item(of, lower);
        }
        Expression upper = bound();
        Expression step = tokens.passOperator(":") ? bound() : NONE;
        tokens.expectOperator("]");
        return new Expression.Slice(of, lower, upper, step);
    }

    private Expression bound() {
        return tokens.current().isOperator(":") || tokens.current().isOperator("]") ? NONE : expression();
    }

    private Given given() {
        List<Expression> positional = new ArrayList<>();
        Map<String, Expression> named = new LinkedHashMap<>();
        Expression list = null;
        Expression dictionary = null;
        tokens.expectOperator("(");
        while (!tokens.passOperator(")")) {
            if (tokens.passOperator("*")) {
                list = once(list);
            } else if (tokens.passOperator("**")) {
                dictionary = once(dictionary);
            } else if (tokens.current().kind() == Kind.NAME && tokens.ahead().isOperator("=")) {
                String name = tokens.next().text();
                tokens.next();
                if (named.put(name, expression()) != null) {
                    throw new Failure("the argument '" + name + "' is given twice");
                }
            } else if (named.isEmpty() && list == null && dictionary == null) {
                positional.add(expression());
            } else {
                throw new Failure("an argument without a name follows one with a name");
            }
            if (!tokens.passOperator(",")) {
                tokens.expectOperator(")");
                break;
            }
        }
        boolean nothing = positional.isEmpty() && named.isEmpty() && list == null && dictionary == null;
        return nothing ? Given.NOTHING : new Given(positional, named, list, dictionary);
    }

    private Expression once(Expression former) {
        if (former != null) {
            throw new Failure("arguments are unpacked twice");
        }
        return expression();
    }

    private Expression filtersAndTests(Expression start) {
        Expression value = start;
        while (true) {
            Token token = tokens.current();
            if (tokens.passOperator("|")) {
                value = filter().of(value);
            } else if (tokens.passName("is")) {
                value = test(value);
            } else if (token.isOperator("(")) {
                value = new Expression.Call(value, given(), token.line());
            } else {
                return value;
            }
        }
    }

    /** Reads a filter's name and arguments; what it is applied to is yet to come. */
    Expression.Filtered filter() {
        Token token = tokens.expect(Kind.NAME);
        String name = dotted(token.text());
        Filters.require(name);
        Given given = tokens.current().isOperator("(") ? given() : Given.NOTHING;
        return new Expression.Filtered(NONE, name, given, token.line());
    }

    private String dotted(String first) {
        StringBuilder name = new StringBuilder(first);
        while (tokens.passOperator(".")) {
            name.append('.').append(tokens.expect(Kind.NAME).text());
        }
        return name.toString();
    }

    private Expression test(Expression value) {
        boolean negated = tokens.passName("not");
        Token token = tokens.expect(Kind.NAME);
        String name = dotted(token.text());
        Tests.require(name);
        Expression tested = new Expression.Tested(value, name, testArguments(), token.line());
        return negated ? new Expression.Not(tested) : tested;
    }

    private Given testArguments() {
        Token token = tokens.current();
        if (token.isOperator("(")) {
            return given();
        }
        boolean begins = switch (token.kind()) {
            case NAME -> !NO_ARGUMENT.contains(token.text());
            case STRING, NUMBER -> true;
            default -> token.isOperator("[") || token.isOperator("{");
        };
        if (!begins) {
            return Given.NOTHING;
        }
        if (token.isName("is")) {
            throw new Failure("tests with 'is' cannot follow one another");
        }
        return new Given(List.of(postfix(primary())), Map.of(), null, null);
    }

    /** Reads what a loop sets: a name, or several. */
    Target target() {
        return targets(false);
    }

    /** Reads what can be set: a name, an attribute of a namespace, or several of them. */
    Target targetOrAttribute() {
        return targets(true);
    }

    private Target targets(boolean attributes) {
        List<Target> targets = new ArrayList<>();
        boolean several = false;
        while (tokens.current().kind() == Kind.NAME && !tokens.current().isName("in")
                || tokens.current().isOperator("(")) {
            targets.add(one(attributes));
            if (!tokens.passOperator(",")) {
                break;
            }
            several = true;
        }
        if (targets.isEmpty()) {
            throw new Failure("expected a name, not " + tokens.current());
        }
        return several ? new Target.Several(targets) : targets.get(0);
    }

    private Target one(boolean attributes) {
        if (tokens.passOperator("(")) {
            Target inner = targets(attributes);
            tokens.expectOperator(")");
            return inner;
        }
        String name = tokens.next().text();
        if (attributes && tokens.passOperator(".")) {
            return new Target.Attribute(name, tokens.expect(Kind.NAME).text());
        }
        if (name.equals("loop") || !(name(name) instanceof Expression.Name)) {
            throw new Failure("'" + name + "' cannot be set");
        }
        return new Target.Name(name);
    }
}
