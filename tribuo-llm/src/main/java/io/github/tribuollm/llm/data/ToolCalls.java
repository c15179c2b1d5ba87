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
package io.github.tribuollm.llm.data;

import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import io.github.tribuollm.llm.data.jinja.JsonValues;
import io.github.tribuollm.llm.data.jinja.Value;
import io.github.tribuollm.llm.data.jinja.Value.Mapping;
import io.github.tribuollm.llm.data.jinja.Value.Sequence;
import io.github.tribuollm.llm.data.jinja.Value.Text;
import java.util.List;

/** Calls of tools that a file writes as a text of JSON. */
final class ToolCalls {
    private ToolCalls() {}

    /** Adds {@code tool_calls} from the field {@code value}: a call with name and arguments, or an array of them. */
    static Mapping addTo(Mapping fields, JsonRow turn) {
        Value written = parsed(turn);
        List<Value> calls = written instanceof Sequence several ? several.items() : List.of(written);
        List<Mapping> toolCalls =
                calls.stream().map(call -> toolCall(call, turn)).toList();
        return fields.with("tool_calls", Sequence.list(toolCalls));
    }

    private static Value parsed(JsonRow turn) {
        try {
            return JsonValues.of(JsonParser.parseString(turn.text("value")));
        } catch (JsonParseException | IllegalArgumentException e) {
            throw turn.wrong("value", "of a function_call is no JSON of a call with name and arguments");
        }
    }

    private static Mapping toolCall(Value call, JsonRow turn) {
        if (call instanceof Mapping function
                && function.get("name") instanceof Text name
                && !name.value().isEmpty()
                && function.has("arguments")) {
            return Mapping.EMPTY.with("type", new Text("function")).with("function", function);
        }
        throw turn.wrong("value", "of a function_call has no name and arguments");
    }
}
