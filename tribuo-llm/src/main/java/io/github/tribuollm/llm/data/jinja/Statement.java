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

import io.github.tribuollm.llm.data.jinja.Value.Text;
import java.util.List;
import java.util.Map;

/** A part of a template that writes text, sets names, or decides what is done. */
sealed interface Statement {
    /** What becomes of the loop around a statement. */
    enum Flow {
        ON,
        BREAK,
        CONTINUE
    }

    Flow run(Frame frame, Output output);

    /** Runs statements until one leaves the loop around them. */
    static Flow run(List<Statement> body, Frame frame, Output output) {
        for (Statement statement : body) {
            Flow flow = statement.run(frame, output);
            if (flow != Flow.ON) {
                return flow;
            }
        }
        return Flow.ON;
    }

    private static String text(List<Statement> body, Frame frame) {
        Output text = new Output(frame.budget());
        run(body, frame, text);
        return text.toString();
    }

    /** Text between tags. */
    record Data(String text) implements Statement {
        @Override
        public Flow run(Frame frame, Output output) {
            output.add(text);
            return Flow.ON;
        }
    }

    /** {@code {{ value }}}. */
    record Print(Expression value, int line) implements Statement {
        @Override
        public Flow run(Frame frame, Output output) {
            frame.rendering().at(line);
            output.add(Printer.text(value.evaluate(frame), frame.budget()));
            return Flow.ON;
        }
    }

    /** {@code if}, with {@code else} as what is otherwise done, {@code elif} within it. */
    record If(Expression condition, List<Statement> then, List<Statement> otherwise, int line) implements Statement {
        @Override
        public Flow run(Frame frame, Output output) {
            frame.rendering().at(line);
            boolean holds = Python.truth(condition.evaluate(frame));
            return Statement.run(holds ? then : otherwise, frame, output);
        }
    }

    /** {@code for target in items if condition}, with {@code else}; the condition may be null. */
    record For(
            Target target,
            Expression items,
            Expression condition,
            boolean recursive,
            List<Statement> body,
            List<Statement> otherwise,
            int line)
            implements Statement {
        @Override
        public Flow run(Frame frame, Output output) {
            frame.rendering().at(line);
            go(items.evaluate(frame), 0, frame, output);
            return Flow.ON;
        }

        private void go(Value values, int depth, Frame frame, Output output) {
            Loop loop = new Loop(
                    Python.elements(values, frame.budget()).iterator(),
                    item -> takes(item, frame),
                    depth,
                    recursive ? inner -> nested(inner, depth, frame) : null);
            boolean completed = false;
            while (loop.advance()) {
                Frame inner = frame.inner();
                inner.set("loop", loop);
                target.set(loop.current(), inner);
                frame.rendering().at(line);
                Flow flow = Statement.run(body, inner, output);
                if (flow == Flow.BREAK) {
                    break;
                }
                completed |= flow == Flow.ON;
            }
            if (!completed) { // as in Jinja, also where each pass ended early
                Statement.run(otherwise, frame.inner(), output);
            }
        }

        private boolean takes(Value item, Frame frame) {
            if (condition == null) {
                return true;
            }
            Frame inner = frame.inner();
            target.set(item, inner);
            return Python.truth(condition.evaluate(inner));
        }

        private Value nested(Value values, int depth, Frame frame) {
            frame.budget().enter();
            Output text = new Output(frame.budget());
            go(values, depth + 1, frame, text);
            frame.budget().leave();
            return new Text(text.toString());
        }
    }

    /** {@code break} or {@code continue}. */
    record Leave(Flow flow) implements Statement {
        @Override
        public Flow run(Frame frame, Output output) {
            return flow;
        }
    }

    /** {@code set target = value}. */
    record Set(Target target, Expression value, int line) implements Statement {
        @Override
        public Flow run(Frame frame, Output output) {
            frame.rendering().at(line);
            target.set(value.evaluate(frame), frame);
            return Flow.ON;
        }
    }

    /** {@code set target}, to {@code endset}, through filters that may be none. */
    record SetBlock(Target target, List<Expression.Filtered> filters, List<Statement> body, int line)
            implements Statement {
        @Override
        public Flow run(Frame frame, Output output) {
            frame.rendering().at(line);
            target.set(filtered(filters, new Text(text(body, frame.inner())), frame), frame);
            return Flow.ON;
        }
    }

    private static Value filtered(List<Expression.Filtered> filters, Value value, Frame frame) {
        Value filtered = value;
        for (Expression.Filtered filter : filters) {
            filtered = filter.apply(filtered, frame);
        }
        return filtered;
    }

    /** {@code filter}, to {@code endfilter}. */
    record FilterBlock(List<Expression.Filtered> filters, List<Statement> body, int line) implements Statement {
        @Override
        public Flow run(Frame frame, Output output) {
            frame.rendering().at(line);
            Value text = filtered(filters, new Text(text(body, frame.inner())), frame);
            output.add(Printer.text(text, frame.budget()));
            return Flow.ON;
        }
    }

    /** {@code with a = 1, b = 2}, to {@code endwith}. */
    record With(List<Map.Entry<Target, Expression>> names, List<Statement> body) implements Statement {
        @Override
        public Flow run(Frame frame, Output output) {
            Frame inner = frame.inner();
            names.forEach(name -> name.getKey().set(name.getValue().evaluate(frame), inner));
            return Statement.run(body, inner, output);
        }
    }

    /** {@code macro}, to {@code endmacro}. */
    record Define(Macro.Definition definition) implements Statement {
        @Override
        public Flow run(Frame frame, Output output) {
            frame.set(definition.name(), new Macro(definition, frame));
            return Flow.ON;
        }
    }

    /** {@code call}, to {@code endcall}: a macro is called with the body as its {@code caller}. */
    record CallBlock(Expression.Call call, Macro.Definition caller) implements Statement {
        @Override
        public Flow run(Frame frame, Output output) {
            Expression.Constant body = new Expression.Constant(new Macro(caller, frame));
            output.add(Printer.text(call.with("caller", body).evaluate(frame), frame.budget()));
            return Flow.ON;
        }
    }

    /** {@code generation}, to {@code endgeneration}: what the model says. */
    record Generation(List<Statement> body, int line) implements Statement {
        @Override
        public Flow run(Frame frame, Output output) {
            frame.rendering().at(line);
            int start = output.length();
            String said = text(body, frame.inner());
            output.add(said);
            if (output != frame.rendering().output()) {
                throw new Failure("a generation block stands in a macro, or in a block that is set or filtered, where"
                        + " the place of its text is not known; take it out");
            }
            frame.rendering().generated(start, output.length());
            return Flow.ON;
        }
    }
}
