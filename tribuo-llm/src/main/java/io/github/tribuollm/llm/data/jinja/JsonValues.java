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

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonNull;
import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;
import io.github.tribuollm.llm.data.jinja.Value.Bool;
import io.github.tribuollm.llm.data.jinja.Value.Int;
import io.github.tribuollm.llm.data.jinja.Value.Mapping;
import io.github.tribuollm.llm.data.jinja.Value.Real;
import io.github.tribuollm.llm.data.jinja.Value.Sequence;
import io.github.tribuollm.llm.data.jinja.Value.Text;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** From JSON to values and back, as Python's json reads and writes it. */
public final class JsonValues {
    private static final int DEEPEST = 200;

    private JsonValues() {}

    /**
     * The value of a JSON element.
     *
     * @param element the element
     * @return its value; a number is whole where it is written without a point and an exponent
     * @throws IllegalArgumentException if a number is not finite, a whole number has more than 64 bits, or the element is nested too deeply
     */
    public static Value of(JsonElement element) {
        return of(element, 0);
    }

    private static Value of(JsonElement element, int depth) {
        if (depth > DEEPEST) {
            throw new IllegalArgumentException("is nested more than " + DEEPEST + " levels deep");
        }
        if (element instanceof JsonObject object) {
            Map<Value, Value> entries = new LinkedHashMap<>();
            object.entrySet().forEach(e -> entries.put(new Text(e.getKey()), of(e.getValue(), depth + 1)));
            return new Mapping(entries);
        }
        if (element instanceof JsonArray array) {
            List<Value> items = new ArrayList<>(array.size());
            array.forEach(item -> items.add(of(item, depth + 1)));
            return Sequence.list(items);
        }
        return element instanceof JsonPrimitive primitive ? of(primitive) : Value.NONE;
    }

    private static Value of(JsonPrimitive primitive) {
        if (primitive.isBoolean()) {
            return Bool.of(primitive.getAsBoolean());
        }
        if (primitive.isString()) {
            return new Text(primitive.getAsString());
        }
        String written = primitive.getAsString();
        if (written.chars().anyMatch(c -> c == '.' || c == 'e' || c == 'E')) {
            double number = Double.parseDouble(written);
            if (!Double.isFinite(number)) {
                throw new IllegalArgumentException("holds the number " + written + ", which is not finite");
            }
            return new Real(number);
        }
        try {
            return new Int(Long.parseLong(written));
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException("holds the number " + written + " of more than 64 bits");
        }
    }

    /**
     * The JSON element of a value.
     *
     * @param value the value
     * @return its element
     * @throws IllegalArgumentException if JSON has nothing like it
     */
    public static JsonElement json(Value value) {
        if (value instanceof Mapping mapping) {
            JsonObject object = new JsonObject();
            mapping.entries().forEach((key, item) -> object.add(name(key), json(item)));
            return object;
        }
        if (value instanceof Sequence sequence) {
            JsonArray array = new JsonArray(sequence.items().size());
            sequence.items().forEach(item -> array.add(json(item)));
            return array;
        }
        return value instanceof Value.None ? JsonNull.INSTANCE : primitive(value);
    }

    private static JsonPrimitive primitive(Value value) {
        if (value instanceof Bool bool) {
            return new JsonPrimitive(bool.value());
        }
        if (value instanceof Int number) {
            return new JsonPrimitive(number.value());
        }
        if (value instanceof Real number) {
            return new JsonPrimitive(number.value());
        }
        return new JsonPrimitive(name(value));
    }

    private static String name(Value value) {
        if (value instanceof Text text) {
            return text.value();
        }
        throw new IllegalArgumentException("JSON has nothing like " + value);
    }
}
