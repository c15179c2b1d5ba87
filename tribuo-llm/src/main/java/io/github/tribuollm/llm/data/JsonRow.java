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

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;
import io.github.tribuollm.llm.data.jinja.JsonValues;
import io.github.tribuollm.llm.data.jinja.Value;
import io.github.tribuollm.llm.data.jinja.Value.Mapping;
import io.github.tribuollm.llm.data.jinja.Value.Text;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** A JSON object with the place it was read from, so that a wrong field can be named. */
public final class JsonRow {
    private final JsonObject fields;
    private final String origin;
    private final String prefix;

    private JsonRow(JsonObject fields, String origin, String prefix) {
        this.fields = fields;
        this.origin = origin;
        this.prefix = prefix;
    }

    static JsonRow of(JsonElement value, String origin, String prefix) {
        if (!value.isJsonObject()) {
            String what = prefix.isEmpty() ? "the row" : "\"" + prefix + "\"";
            throw new DataException(origin + ": " + what + " is not a JSON object");
        }
        return new JsonRow(value.getAsJsonObject(), origin, prefix.isEmpty() ? "" : prefix + ".");
    }

    /**
     * {@return where the row is, as {@code file:line} or {@code file row n}}
     */
    public String origin() {
        return origin;
    }

    /** {@return the names of all fields, in their order} */
    Stream<String> names() {
        return fields.keySet().stream();
    }

    /**
     * Reads a string.
     *
     * @param field the field's name
     * @return its value
     * @throws DataException if it is missing or not a string
     */
    public String text(String field) {
        JsonElement value = fields.get(field);
        if (value == null) {
            throw wrong(field, "is missing; the row has " + fields.keySet());
        }
        if (!value.isJsonPrimitive() || !value.getAsJsonPrimitive().isString()) {
            throw wrong(field, "is not a string");
        }
        return requireCharacters(field, value.getAsString());
    }

    /** Half of a character has no UTF-8 form, and would reach the tokenizer as another character. */
    private String requireCharacters(String field, String text) {
        if (!StandardCharsets.UTF_16.newEncoder().canEncode(text)) {
            throw wrong(field, "holds half of a character (a lone surrogate, such as \\ud83d); write both halves");
        }
        return text;
    }

    /**
     * Reads a string that need not be there.
     *
     * @param field the field's name
     * @return its value, empty where the field is missing or null
     * @throws DataException if it is something else than a string
     */
    public String textOrEmpty(String field) {
        JsonElement value = fields.get(field);
        return value == null || value.isJsonNull() ? "" : text(field);
    }

    /**
     * Tells whether a field is there.
     *
     * @param field the field's name
     * @return false where it is missing or null
     */
    public boolean has(String field) {
        JsonElement value = fields.get(field);
        return value != null && !value.isJsonNull();
    }

    /**
     * Reads a switch: true, false, 1 or 0.
     *
     * @param field the field's name
     * @return whether it is on
     * @throws DataException if it is missing or something else
     */
    public boolean isOn(String field) {
        JsonElement value = fields.get(field);
        if (value instanceof JsonPrimitive primitive && primitive.isBoolean()) {
            return primitive.getAsBoolean();
        }
        if (value instanceof JsonPrimitive primitive && primitive.isNumber()) {
            double number = primitive.getAsDouble();
            if (number == 0 || number == 1) {
                return number == 1;
            }
        }
        throw wrong(field, "is " + value + "; use 0 or 1");
    }

    /**
     * Reads any value.
     *
     * @param field the field's name
     * @return its value, None where the field is missing
     * @throws DataException if it holds a whole number of more than 64 bits
     */
    public Value value(String field) {
        JsonElement value = fields.get(field);
        try {
            return value == null ? Value.NONE : JsonValues.of(value);
        } catch (IllegalArgumentException e) {
            throw wrong(field, e.getMessage());
        }
    }

    /**
     * {@return all fields in their order}
     *
     * @throws DataException if one holds a whole number of more than 64 bits
     */
    public Mapping values() {
        Map<Value, Value> values = new LinkedHashMap<>();
        fields.keySet().forEach(field -> values.put(new Text(field), value(field)));
        return new Mapping(values);
    }

    /**
     * Tells whether a field is an array.
     *
     * @param field the field's name
     * @return false where it is something else, or missing
     */
    public boolean isArray(String field) {
        return has(field) && fields.get(field).isJsonArray();
    }

    /**
     * Reads an array of finite numbers.
     *
     * @param field the field's name
     * @return its values; NaN where an element is null
     * @throws DataException if it is missing, not an array, or an element is neither a finite number nor null
     */
    public float[] numbers(String field) {
        JsonArray array = array(field);
        float[] values = new float[array.size()];
        for (int i = 0; i < values.length; i++) {
            JsonElement value = array.get(i);
            values[i] = value.isJsonNull() ? Float.NaN : number(field + "[" + i + "]", value);
        }
        return values;
    }

    /**
     * Reads a finite number.
     *
     * @param field the field's name
     * @return its value
     * @throws DataException if it is missing or not a finite number
     */
    public float number(String field) {
        if (!has(field)) {
            throw wrong(field, "is missing; the row has " + fields.keySet());
        }
        return number(field, fields.get(field));
    }

    private float number(String field, JsonElement value) {
        if (value.isJsonPrimitive() && value.getAsJsonPrimitive().isNumber()) {
            float number = value.getAsFloat();
            if (Float.isFinite(number)) {
                return number;
            }
        }
        throw wrong(field, "is not a finite number");
    }

    /**
     * Reads an array of token ids.
     *
     * @param field the field's name
     * @return its values, all at least 0
     * @throws DataException if it is missing, not an array, or an element is not an id
     */
    public int[] ids(String field) {
        JsonArray array = array(field);
        int[] ids = new int[array.size()];
        for (int i = 0; i < ids.length; i++) {
            double value = number(field + "[" + i + "]", array.get(i));
            ids[i] = (int) value;
            if (ids[i] != value || ids[i] < 0) {
                throw wrong(field + "[" + i + "]", "is not a token id");
            }
        }
        return ids;
    }

    private JsonArray array(String field) {
        JsonElement value = fields.get(field);
        if (value == null) {
            throw wrong(field, "is missing; the row has " + fields.keySet());
        }
        if (!value.isJsonArray()) {
            throw wrong(field, "is not an array");
        }
        return value.getAsJsonArray();
    }

    /**
     * Reads an array of strings.
     *
     * @param field the field's name
     * @return its values
     * @throws DataException if it is missing, not an array, or an element is not a string
     */
    public List<String> texts(String field) {
        JsonArray array = array(field);
        List<String> texts = new ArrayList<>(array.size());
        for (int i = 0; i < array.size(); i++) {
            if (!(array.get(i) instanceof JsonPrimitive text && text.isString())) {
                throw wrong(field + "[" + i + "]", "is not a string");
            }
            texts.add(requireCharacters(field + "[" + i + "]", text.getAsString()));
        }
        return texts;
    }

    /**
     * {@return a copy of the row as it was read}
     */
    public JsonObject json() {
        return fields.deepCopy();
    }

    /**
     * Reads an array of objects.
     *
     * @param field the field's name
     * @return the objects, which name themselves {@code field[i]}
     * @throws DataException if it is missing or not an array of objects
     */
    public List<JsonRow> rows(String field) {
        JsonArray array = array(field);
        List<JsonRow> rows = new ArrayList<>(array.size());
        for (int i = 0; i < array.size(); i++) {
            rows.add(of(array.get(i), origin, prefix + field + "[" + i + "]"));
        }
        return rows;
    }

    /**
     * Makes the exception for a field that cannot be used.
     *
     * @param field the field's name
     * @param problem what is wrong with it
     * @return the exception, which names the row and the field
     */
    public DataException wrong(String field, String problem) {
        return new DataException(origin + ": field \"" + prefix + field + "\" " + problem);
    }
}
