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
package io.github.tribuollm.llm.checkpoint;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/**
 * A typed view of a JSON object such as a checkpoint's {@code config.json}. Immutable.
 *
 * <p>A field that is absent and a field that is null are the same. Every accessor throws a {@link CheckpointException}
 * naming the file and the field when the value has another type, and those without a fallback when it is missing.
 */
public final class CheckpointConfig {
    /** The most bytes that such a file may have. */
    static final long LIMIT = 16L << 20;

    private final Path file;
    private final String prefix;
    private final JsonObject object;

    private CheckpointConfig(Path file, String prefix, JsonObject object) {
        this.file = file;
        this.prefix = prefix;
        this.object = object;
    }

    /**
     * Reads a JSON file of at most 16 MiB that holds one object.
     *
     * @param file the file
     * @return its typed view
     * @throws CheckpointException when the file is missing, too large or not strict JSON
     */
    public static CheckpointConfig read(Path file) {
        return new CheckpointConfig(file, "", StrictJson.object(file, LIMIT));
    }

    /**
     * Reads the config.json of a checkpoint.
     *
     * @param checkpoint a directory or GGUF file, as {@link CheckpointFiles#of} finds it
     * @return its typed view
     * @throws CheckpointException when it is missing, too large or not strict JSON
     */
    public static CheckpointConfig ofCheckpoint(Path checkpoint) {
        return CheckpointFiles.of(checkpoint).config(Checkpoint.CONFIG);
    }

    /** The same of a text that has been read. */
    static CheckpointConfig parse(Path file, byte[] json) {
        return new CheckpointConfig(file, "", StrictJson.parse(file, json, StrictJson::object));
    }

    /** A file that is not there: it has no fields. */
    static CheckpointConfig empty(Path file) {
        return new CheckpointConfig(file, "", new JsonObject());
    }

    /**
     * Reads a JSON file that need not be there.
     *
     * @param file the file
     * @return its typed view, without fields where there is no such file
     * @throws CheckpointException when the file is too large or not strict JSON
     */
    public static CheckpointConfig readIfPresent(Path file) {
        return MissingFile.isNamed(file) ? read(file) : empty(file);
    }

    /** {@return the file this view was read from} */
    public Path file() {
        return file;
    }

    /**
     * The architecture's name, for example {@code llama}.
     *
     * @return the field {@code model_type}
     * @throws CheckpointException when it is missing
     */
    public String modelType() {
        return text("model_type");
    }

    /** {@return the names of all fields, those whose value is null included} */
    public Set<String> keys() {
        return Collections.unmodifiableSet(object.keySet());
    }

    /**
     * Whether a field has a value.
     *
     * @param key the field
     * @return true when it is present and not null
     */
    public boolean contains(String key) {
        JsonElement value = object.get(key);
        return value != null && !value.isJsonNull();
    }

    /**
     * A required integer.
     *
     * @param key the field
     * @return its value
     * @throws CheckpointException when it is missing or not a 32-bit integer
     */
    public int integer(String key) {
        return required(key, e -> integer(key, e));
    }

    /**
     * An optional integer.
     *
     * @param key the field
     * @param fallback the value when the field is absent or null
     * @return its value or the fallback
     * @throws CheckpointException when it is not a 32-bit integer
     */
    public int integer(String key, int fallback) {
        return contains(key) ? integer(key) : fallback;
    }

    /**
     * A required number.
     *
     * @param key the field
     * @return its finite value
     * @throws CheckpointException when it is missing or not a finite number
     */
    public double number(String key) {
        return required(key, e -> number(key, e));
    }

    /**
     * An optional number.
     *
     * @param key the field
     * @param fallback the value when the field is absent or null
     * @return its finite value or the fallback
     * @throws CheckpointException when it is not a finite number
     */
    public double number(String key, double fallback) {
        return contains(key) ? number(key) : fallback;
    }

    /**
     * An optional truth value.
     *
     * @param key the field
     * @param fallback the value when the field is absent or null
     * @return its value or the fallback
     * @throws CheckpointException when it is not true or false
     */
    public boolean flag(String key, boolean fallback) {
        return contains(key) ? required(key, e -> flag(key, e)) : fallback;
    }

    /**
     * A required string.
     *
     * @param key the field
     * @return its value
     * @throws CheckpointException when it is missing or not a string
     */
    public String text(String key) {
        return required(key, e -> text(key, e));
    }

    /**
     * An optional string.
     *
     * @param key the field
     * @param fallback the value when the field is absent or null
     * @return its value or the fallback
     * @throws CheckpointException when it is not a string
     */
    public String text(String key, String fallback) {
        return contains(key) ? text(key) : fallback;
    }

    /**
     * An integer or a list of integers, such as {@code eos_token_id}.
     *
     * @param key the field
     * @return the integers, empty when the field is absent or null
     * @throws CheckpointException when a value is not a 32-bit integer
     */
    public List<Integer> integers(String key) {
        return list(key, this::integer);
    }

    /**
     * A list of lists of integers, such as {@code bad_words_ids}.
     *
     * @param key the field
     * @return the lists, empty when the field is absent or null
     * @throws CheckpointException when an element is not a list of 32-bit integers
     */
    public List<List<Integer>> integerLists(String key) {
        return list(key, (field, element) -> {
            if (!(element instanceof JsonArray array)) {
                throw wrong(key, "a list of lists of 32-bit integers", object.get(key));
            }
            return array.asList().stream().map(e -> integer(key, e)).toList();
        });
    }

    /**
     * A number or a list of numbers, such as {@code long_factor}.
     *
     * @param key the field
     * @return the finite numbers, empty when the field is absent or null
     * @throws CheckpointException when a value is not a finite number
     */
    public List<Double> numbers(String key) {
        return list(key, this::number);
    }

    /**
     * A string or a list of strings, such as {@code target_modules}.
     *
     * @param key the field
     * @return the strings, empty when the field is absent or null
     * @throws CheckpointException when a value is not a string
     */
    public List<String> texts(String key) {
        return list(key, this::text);
    }

    /**
     * A nested object, such as {@code rope_scaling}.
     *
     * @param key the field
     * @return a view of it whose errors name both fields, empty when the field is absent or null
     * @throws CheckpointException when it is not an object
     */
    public Optional<CheckpointConfig> section(String key) {
        if (!contains(key)) {
            return Optional.empty();
        }
        if (!(object.get(key) instanceof JsonObject nested)) {
            throw wrong(key, "an object", object.get(key));
        }
        return Optional.of(new CheckpointConfig(file, prefix + key + ".", nested));
    }

    /**
     * A list of nested objects, such as several chat templates.
     *
     * @param key the field
     * @return views of them whose errors name the field and the place
     * @throws CheckpointException when the field is neither absent nor a list of objects
     */
    public List<CheckpointConfig> sections(String key) {
        if (contains(key) && !isList(key)) {
            throw wrong(key, "a list of objects", object.get(key));
        }
        List<CheckpointConfig> sections = new ArrayList<>();
        for (JsonElement element : contains(key) ? object.get(key).getAsJsonArray() : new JsonArray()) {
            if (!(element instanceof JsonObject nested)) {
                throw wrong(key, "a list of objects", element);
            }
            sections.add(new CheckpointConfig(file, prefix + key + "[" + sections.size() + "].", nested));
        }
        return sections;
    }

    /** {@return a view of an object without fields in the same file} */
    public CheckpointConfig emptySection() {
        return new CheckpointConfig(file, prefix, new JsonObject());
    }

    /**
     * Refuses a value that is well-formed but not supported.
     *
     * @param key the field
     * @param supported whether its value is supported
     * @throws CheckpointException naming file, field and value when it is not
     */
    public void require(String key, boolean supported) {
        if (!supported) {
            throw unsupported(key);
        }
    }

    /**
     * The refusal of a value that is well-formed but not supported.
     *
     * @param key the field
     * @return an exception naming file, field and value
     */
    public CheckpointException unsupported(String key) {
        return new CheckpointException(file + ": field " + prefix + key + ": the value " + excerpt(key)
                + " is not supported in this architecture");
    }

    /**
     * Whether a field says nothing: absent, null, false, or an empty string, list or object.
     *
     * @param key the field
     * @return true when it can be ignored
     */
    public boolean isVoid(String key) {
        if (!contains(key)) {
            return true;
        }
        String json = object.get(key).toString();
        return json.equals("false") || json.equals("\"\"") || json.equals("[]") || json.equals("{}");
    }

    /**
     * The JSON text of a field, for error messages.
     *
     * @param key the field
     * @return at most 80 characters of its JSON text
     */
    public String excerpt(String key) {
        return excerpt(object.get(key));
    }

    /**
     * Whether a field is a string.
     *
     * @param key the field
     * @return true when it is present and a string
     */
    public boolean isText(String key) {
        return object.get(key) instanceof JsonPrimitive p && p.isString();
    }

    /**
     * Whether a field is a list.
     *
     * @param key the field
     * @return true when it is present and a list
     */
    public boolean isList(String key) {
        return object.get(key) instanceof JsonArray;
    }

    /**
     * The same configuration with another truth value.
     *
     * @param key the field
     * @param value its value
     * @return a view of which only this field is not as the file has it
     */
    public CheckpointConfig with(String key, boolean value) {
        JsonObject changed = copy();
        changed.addProperty(key, value);
        return new CheckpointConfig(file, prefix, changed);
    }

    JsonObject copy() {
        return object.deepCopy();
    }

    private <T> T required(String key, Function<JsonElement, T> read) {
        if (!contains(key)) {
            throw new CheckpointException(
                    file + ": the field '" + prefix + key + "' is missing; take the file from the original checkpoint");
        }
        return read.apply(object.get(key));
    }

    private <T> List<T> list(String key, ListItem<T> item) {
        if (!contains(key)) {
            return List.of();
        }
        if (!(object.get(key) instanceof JsonArray array)) {
            return List.of(item.read(key, object.get(key)));
        }
        List<T> values = new ArrayList<>(array.size());
        for (JsonElement e : array) {
            values.add(item.read(key, e));
        }
        return List.copyOf(values);
    }

    private interface ListItem<T> {
        T read(String key, JsonElement element);
    }

    private int integer(String key, JsonElement e) {
        try {
            if (e instanceof JsonPrimitive p && p.isNumber()) {
                return new BigDecimal(bounded(p.getAsString())).intValueExact();
            }
        } catch (ArithmeticException | NumberFormatException ignored) {
            // reported below
        }
        throw wrong(key, "a 32-bit integer", e);
    }

    private static String bounded(String digits) {
        if (digits.length() > 32 || digits.contains("e") || digits.contains("E")) {
            throw new NumberFormatException(digits);
        }
        return digits;
    }

    private double number(String key, JsonElement e) {
        if (e instanceof JsonPrimitive p && p.isNumber() && Double.isFinite(p.getAsDouble())) {
            return p.getAsDouble();
        }
        throw wrong(key, "a finite number", e);
    }

    private boolean flag(String key, JsonElement e) {
        if (e instanceof JsonPrimitive p && p.isBoolean()) {
            return p.getAsBoolean();
        }
        throw wrong(key, "true or false", e);
    }

    private String text(String key, JsonElement e) {
        if (e instanceof JsonPrimitive p && p.isString()) {
            return p.getAsString();
        }
        throw wrong(key, "a string", e);
    }

    private CheckpointException wrong(String key, String expected, JsonElement found) {
        return new CheckpointException(
                file + ": the field '" + prefix + key + "' must be " + expected + ", found " + excerpt(found));
    }

    private static String excerpt(JsonElement e) {
        String json = String.valueOf(e);
        return json.length() <= 80 ? json : json.substring(0, 77) + "...";
    }
}
