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
import com.google.gson.JsonNull;
import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;
import com.google.gson.Strictness;
import com.google.gson.ToNumberPolicy;
import com.google.gson.stream.JsonReader;
import com.google.gson.stream.JsonToken;
import com.google.gson.stream.MalformedJsonException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.Reader;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Set;

/** Reads JSON files of bounded size as RFC 8259 has them, in UTF-8, refusing duplicate names. */
public final class StrictJson {
    private static final int DEEPEST = 32;

    private StrictJson() {}

    /**
     * What consumes the one value of a document.
     *
     * @param <T> what becomes of it
     */
    public interface Body<T> {
        /**
         * Reads the value.
         *
         * @param reader at the beginning of the document
         * @return what becomes of it
         * @throws IOException if the document is not the one expected
         */
        T read(JsonReader reader) throws IOException;
    }

    static byte[] bytes(Path file, long limit) {
        try {
            if (!Files.isRegularFile(file)) {
                throw MissingFile.unknown(file);
            }
            long size = Files.size(file);
            if (size > limit) {
                throw new CheckpointException(file + ": " + size + " bytes, more than the limit of " + limit);
            }
            try (var in = Files.newInputStream(file)) {
                byte[] bytes = in.readNBytes((int) limit + 1);
                if (bytes.length > limit) {
                    throw new CheckpointException(file + ": grew beyond the limit of " + limit + " bytes");
                }
                return bytes;
            }
        } catch (IOException e) {
            throw new CheckpointException(file + ": cannot be read: " + e, e);
        }
    }

    static JsonObject object(Path file, long limit) {
        byte[] json = bytes(file, limit);
        MissingFile.requireNoPointer(file, json);
        return parse(file, json, StrictJson::object);
    }

    /**
     * Reads a document.
     *
     * @param <T> what becomes of it
     * @param file where it comes from, for messages
     * @param utf8 the document
     * @param body reads its one value
     * @return what the body returns
     * @throws CheckpointException if it is not valid, or not what the body expects
     */
    public static <T> T parse(Object file, byte[] utf8, Body<T> body) {
        Reader text = new InputStreamReader(new ByteArrayInputStream(utf8), StandardCharsets.UTF_8.newDecoder());
        try (JsonReader reader = new JsonReader(text)) {
            reader.setStrictness(Strictness.STRICT);
            reader.setNestingLimit(DEEPEST);
            T value = body.read(reader);
            if (reader.peek() != JsonToken.END_DOCUMENT) {
                throw new CheckpointException(file + ": text after the end of the JSON document");
            }
            return value;
        } catch (CharacterCodingException e) {
            throw new CheckpointException(file + ": not valid UTF-8", e);
        } catch (MalformedJsonException e) {
            throw new CheckpointException(file + ": malformed JSON: " + firstLine(e), e);
        } catch (IOException | IllegalStateException | NumberFormatException e) {
            throw new CheckpointException(file + ": not the JSON expected: " + firstLine(e), e);
        }
    }

    static JsonObject object(JsonReader reader) throws IOException {
        JsonObject object = new JsonObject();
        forEachName(reader, name -> object.add(name, element(reader)));
        return object;
    }

    /** What reads the value of one name. */
    public interface Field {
        /**
         * Reads the value.
         *
         * @param name the name
         * @throws IOException if the value is not the one expected
         */
        void read(String name) throws IOException;
    }

    /**
     * Reads an object.
     *
     * @param reader before the object
     * @param field reads, or skips, the value of each name
     * @throws IOException if it is no object, or has a name twice
     */
    public static void forEachName(JsonReader reader, Field field) throws IOException {
        Set<String> seen = new HashSet<>();
        reader.beginObject();
        while (reader.hasNext()) {
            String name = sound(reader.nextName(), reader);
            if (!seen.add(name)) {
                throw new MalformedJsonException("duplicate name at " + reader.getPath());
            }
            field.read(name);
        }
        reader.endObject();
    }

    /** Reads a non-negative integer written in digits only. */
    static long natural(JsonReader reader) throws IOException {
        String path = reader.getPath();
        if (reader.peek() != JsonToken.NUMBER) {
            throw new MalformedJsonException("expected a non-negative integer at " + path);
        }
        String digits = reader.nextString();
        try {
            long value = Long.parseLong(digits);
            if (value >= 0 && digits.charAt(0) != '-') {
                return value;
            }
        } catch (NumberFormatException e) {
            // reported below
        }
        throw new MalformedJsonException("expected a non-negative integer at " + path + ", found " + digits);
    }

    /** Reads a string of whole characters. */
    static String text(JsonReader reader) throws IOException {
        return sound(reader.nextString(), reader);
    }

    private static String sound(String text, JsonReader reader) throws IOException {
        if (hasHalfPair(text)) {
            throw new MalformedJsonException("half a surrogate pair in the text at " + reader.getPath());
        }
        return text;
    }

    private static boolean hasHalfPair(String text) {
        for (int i = 0; i < text.length(); i++) {
            if (Character.isSurrogate(text.charAt(i))) {
                return text.codePoints().anyMatch(c -> c >= Character.MIN_SURROGATE && c <= Character.MAX_SURROGATE);
            }
        }
        return false;
    }

    /** Reads past a value as strictly as one that is used; the reader's own skipping checks neither text nor numbers. */
    static void skip(JsonReader reader) throws IOException {
        switch (reader.peek()) {
            case BEGIN_OBJECT -> forEachName(reader, name -> skip(reader));
            case BEGIN_ARRAY -> {
                reader.beginArray();
                while (reader.hasNext()) {
                    skip(reader);
                }
                reader.endArray();
            }
            case STRING -> text(reader);
            case NUMBER -> reader.nextDouble();
            case BOOLEAN -> reader.nextBoolean();
            case NULL -> reader.nextNull();
            default -> throw new MalformedJsonException("expected a value at " + reader.getPath());
        }
    }

    private static JsonElement element(JsonReader reader) throws IOException {
        return switch (reader.peek()) {
            case BEGIN_OBJECT -> object(reader);
            case BEGIN_ARRAY -> array(reader);
            case STRING -> new JsonPrimitive(text(reader));
            case NUMBER -> new JsonPrimitive(ToNumberPolicy.LAZILY_PARSED_NUMBER.readNumber(reader));
            case BOOLEAN -> new JsonPrimitive(reader.nextBoolean());
            case NULL -> {
                reader.nextNull();
                yield JsonNull.INSTANCE;
            }
            default -> throw new MalformedJsonException("expected a value at " + reader.getPath());
        };
    }

    private static JsonArray array(JsonReader reader) throws IOException {
        JsonArray array = new JsonArray();
        reader.beginArray();
        while (reader.hasNext()) {
            array.add(element(reader));
        }
        reader.endArray();
        return array;
    }

    private static String firstLine(Exception e) {
        String message = String.valueOf(e.getMessage());
        int end = message.indexOf('\n');
        return end < 0 ? message : message.substring(0, end);
    }
}
