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

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.Strictness;
import com.google.gson.stream.JsonReader;
import com.google.gson.stream.JsonToken;
import java.io.IOException;
import java.io.StringReader;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/**
 * A row that was told from the others and is not read yet.
 *
 * @param bytes its bytes, which need not be text
 * @param origin what the row is called
 * @param place where it begins, for errors
 * @param file the file that it is in
 * @param reading how text becomes the fields of a row
 */
record RowText(byte[] bytes, String origin, String place, Path file, Reading reading) {
    /** How text becomes the fields of a row. */
    interface Reading {
        JsonElement fields(RowText row, String text);
    }

    /**
     * Reads the row.
     *
     * @throws DataException saying what it is, if it is no JSON object in UTF-8
     */
    JsonRow read() {
        return JsonRow.of(reading.fields(this, text()), origin, "");
    }

    private String text() {
        CharsetDecoder decoder = StandardCharsets.UTF_8.newDecoder();
        CharBuffer text = CharBuffer.allocate(bytes.length);
        CoderResult result = decoder.decode(ByteBuffer.wrap(bytes), text, true);
        text.flip();
        if (result.isError()) {
            int bad = new String(text.array(), 0, text.length()).getBytes(StandardCharsets.UTF_8).length;
            throw new DataException(String.format(
                    "%s: the text is not UTF-8: byte 0x%02X after %s; if the file is in Latin-1 or Windows-1252, convert"
                            + " it with: iconv -f WINDOWS-1252 -t UTF-8 %s > rows.jsonl",
                    place, bytes[bad], JsonFault.tail(text.toString()), file));
        }
        return text.toString();
    }

    /** One JSON object. */
    static JsonObject object(RowText row, String text) {
        try {
            JsonReader reader = new JsonReader(new StringReader(text));
            reader.setStrictness(Strictness.STRICT);
            JsonElement value = UniqueNames.value(reader);
            if (reader.peek() == JsonToken.END_DOCUMENT && value.isJsonObject()) {
                return value.getAsJsonObject();
            }
        } catch (UniqueNames.Duplicate e) {
            throw new DataException(row.place() + ": " + e.getMessage() + "; leave the one that is meant", e);
        } catch (IOException | JsonParseException | IllegalStateException | NumberFormatException e) {
            throw new DataException(row.place() + ": " + JsonFault.of(text, row.file()), e);
        }
        throw new DataException(row.place() + ": " + JsonFault.of(text, row.file()));
    }
}
