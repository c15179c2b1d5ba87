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

import io.github.tribuollm.llm.data.jinja.Value.Mapping;
import io.github.tribuollm.llm.data.jinja.Value.Sequence;
import io.github.tribuollm.llm.data.jinja.Value.Text;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** A macro and the names that it sees. */
final class Macro implements Callable {
    private static final String CALLER = "caller";

    private final Definition definition;
    private final Frame outer;

    Macro(Definition definition, Frame outer) {
        this.definition = definition;
        this.outer = outer;
    }

    /**
     * A parameter of a macro.
     *
     * @param name its name
     * @param fallback its value where none is given, or null
     */
    record Parameter(String name, Expression fallback) {}

    /**
     * What a template says of a macro.
     *
     * @param name its name
     * @param parameters its parameters
     * @param body what it does
     * @param used the names in its body, which tell whether it takes {@code varargs}, {@code kwargs} and a {@code caller}
     */
    record Definition(String name, List<Parameter> parameters, List<Statement> body, Set<String> used) {
        boolean has(String parameter) {
            return parameters.stream().anyMatch(p -> p.name().equals(parameter));
        }
    }

    @Override
    public Value call(Rendering rendering, Arguments arguments) {
        rendering.budget().enter();
        Frame frame = outer.inner();
        Map<String, Value> named = new LinkedHashMap<>(arguments.named());
        setParameters(frame, arguments.positional(), named);
        setRest(frame, arguments.positional(), named);
        Output text = new Output(rendering.budget());
        Statement.run(definition.body(), frame, text);
        rendering.budget().leave();
        return new Text(text.toString());
    }

    private void setParameters(Frame frame, List<Value> positional, Map<String, Value> named) {
        int place = 0;
        for (Parameter parameter : definition.parameters()) {
            Value value = place < positional.size() ? positional.get(place) : named.remove(parameter.name());
            if (value == null) {
                value = parameter.fallback() == null
                        ? new Undefined("parameter '" + parameter.name() + "' was not provided")
                        : parameter.fallback().evaluate(frame);
            }
            frame.set(parameter.name(), value);
            place++;
        }
    }

    private void setRest(Frame frame, List<Value> positional, Map<String, Value> named) {
        if (definition.used().contains(CALLER) && !definition.has(CALLER)) {
            Value caller = named.remove(CALLER);
            frame.set(CALLER, caller == null ? new Undefined("No caller defined") : caller);
        }
        if (definition.used().contains("kwargs") && !definition.has("kwargs")) {
            Map<Value, Value> rest = new LinkedHashMap<>();
            named.forEach((name, value) -> rest.put(new Text(name), value));
            frame.set("kwargs", new Mapping(rest));
        } else if (!named.isEmpty()) {
            throw new Failure("macro '" + definition.name() + "' takes no keyword argument '"
                    + named.keySet().iterator().next() + "'");
        }
        int taken = Math.min(definition.parameters().size(), positional.size());
        if (definition.used().contains("varargs") && !definition.has("varargs")) {
            frame.set("varargs", new Sequence(positional.subList(taken, positional.size()), true));
        } else if (positional.size() > taken) {
            throw new Failure("macro '" + definition.name() + "' takes not more than " + taken + " argument(s)");
        }
    }
}
