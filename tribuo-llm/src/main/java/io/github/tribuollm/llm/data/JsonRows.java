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
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import com.google.gson.Strictness;
import com.google.gson.stream.JsonReader;
import com.google.gson.stream.JsonToken;
import java.io.BufferedReader;
import java.io.FileInputStream;
import java.io.FilterReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.Reader;
import java.io.StringReader;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.NoSuchElementException;

/**
 * The rows of a UTF-8 file that is either one JSON array of objects or one JSON object a line. One row is in memory at
 * a time and a row is bounded. The file is closed at its end and at the first error.
 */
abstract sealed class JsonRows implements Iterator<JsonRow>, AutoCloseable {
    /** The most characters one row may have. */
    static final int MAX_ROW_CHARACTERS = 16 << 20;

    private static final char BYTE_ORDER_MARK = '\uFEFF';

    final Path file;
    final BoundedReader in;
    private JsonRow next;
    private boolean finished;

    private JsonRows(Path file, BoundedReader in) {
        this.file = file;
        this.in = in;
    }

    static JsonRows open(Path file) {
        try {
            // A FileInputStream is also closed when an abandoned iterator is collected.
            BoundedReader in = new BoundedReader(new BufferedReader(new InputStreamReader(
                    new FileInputStream(file.toFile()),
                    StandardCharsets.UTF_8
                            .newDecoder()
                            .onMalformedInput(CodingErrorAction.REPORT)
                            .onUnmappableCharacter(CodingErrorAction.REPORT))));
            return in.startsWith('[') ? new OfArray(file, in) : new OfLines(file, in);
        } catch (IOException e) {
            throw new DataException("Cannot read " + file + ": " + reason(e), e);
        }
    }

    /** Reads one row, or returns null at the end. */
    abstract JsonRow read() throws IOException;

    /** Returns where the row that is being read is. */
    abstract String origin();

    @Override
    public boolean hasNext() {
        if (next == null && !finished) {
            next = readOrClose();
        }
        return next != null;
    }

    private JsonRow readOrClose() {
        boolean more = false;
        try {
            in.rowStarts();
            JsonRow row = read();
            more = row != null;
            return row;
        } catch (IOException | JsonParseException | IllegalStateException e) {
            throw new DataException(origin() + ": " + reason(e), e);
        } finally {
            if (!more) {
                close();
            }
        }
    }

    @Override
    public JsonRow next() {
        if (!hasNext()) {
            throw new NoSuchElementException("No more rows in " + file);
        }
        JsonRow row = next;
        next = null;
        return row;
    }

    @Override
    public void close() {
        finished = true;
        try {
            in.close();
        } catch (IOException e) {
            throw new DataException("Cannot close " + file + ": " + e, e);
        }
    }

    private static String reason(Exception e) {
        Throwable cause = e.getCause() instanceof IOException ? e.getCause() : e;
        if (cause instanceof CharacterCodingException) {
            return "the text is not UTF-8; convert the file";
        }
        if (cause instanceof RowTooLongException || cause instanceof java.io.FileNotFoundException) {
            return cause.getMessage();
        }
        return "the JSON is broken; " + cause.getMessage();
    }

    private static JsonElement parse(JsonReader reader) {
        return JsonParser.parseReader(reader);
    }

    private static JsonReader strict(Reader in) {
        JsonReader reader = new JsonReader(in);
        reader.setStrictness(Strictness.STRICT);
        return reader;
    }

    /** One array of objects, streamed. */
    private static final class OfArray extends JsonRows {
        private final JsonReader reader;
        private int row;
        private boolean begun;

        OfArray(Path file, BoundedReader in) {
            super(file, in);
            this.reader = strict(in);
        }

        @Override
        JsonRow read() throws IOException {
            row++;
            if (!begun) {
                reader.beginArray();
                begun = true;
            }
            if (reader.hasNext()) {
                return JsonRow.of(parse(reader), origin(), "");
            }
            reader.endArray();
            if (reader.peek() != JsonToken.END_DOCUMENT) {
                throw new IOException("something follows the array");
            }
            return null;
        }

        @Override
        String origin() {
            return file.getFileName() + " row " + row;
        }
    }

    /** One object a line; blank lines are skipped. */
    private static final class OfLines extends JsonRows {
        private int line;

        OfLines(Path file, BoundedReader in) {
            super(file, in);
            this.line = in.skippedLines;
        }

        @Override
        JsonRow read() throws IOException {
            line++;
            String text = in.line();
            while (text != null && text.isBlank()) {
                line++;
                in.rowStarts();
                text = in.line();
            }
            return text == null ? null : row(text);
        }

        private JsonRow row(String text) throws IOException {
            JsonReader reader = strict(new StringReader(text));
            JsonElement value = parse(reader);
            if (reader.peek() != JsonToken.END_DOCUMENT) {
                throw new IOException("something follows the object");
            }
            return JsonRow.of(value, origin(), "");
        }

        @Override
        String origin() {
            return file.getFileName() + ":" + line;
        }
    }

    /** A reader that stops a row from growing without bound. */
    private static final class BoundedReader extends FilterReader {
        private long sinceRowStart;
        private int skippedLines;

        BoundedReader(BufferedReader in) {
            super(in);
        }

        void rowStarts() {
            sinceRowStart = 0;
        }

        /** Skips a byte order mark and blanks, and tells the first character without consuming it. */
        boolean startsWith(char wanted) throws IOException {
            int c;
            do {
                in.mark(1);
                c = in.read();
                skippedLines += c == '\n' ? 1 : 0;
            } while (c == BYTE_ORDER_MARK || c == ' ' || c == '\t' || c == '\r' || c == '\n');
            in.reset();
            return c == wanted;
        }

        String line() throws IOException {
            StringBuilder text = new StringBuilder(256);
            int c = read();
            if (c < 0) {
                return null;
            }
            for (; c >= 0 && c != '\n'; c = read()) {
                text.append((char) c);
            }
            return text.toString();
        }

        @Override
        public int read() throws IOException {
            count(1);
            return super.read();
        }

        @Override
        public int read(char[] buffer, int offset, int length) throws IOException {
            int n = super.read(buffer, offset, length);
            count(Math.max(n, 0));
            return n;
        }

        private void count(int characters) throws RowTooLongException {
            sinceRowStart += characters;
            if (sinceRowStart > MAX_ROW_CHARACTERS) {
                throw new RowTooLongException();
            }
        }
    }

    /** A row over the bound. */
    private static final class RowTooLongException extends IOException {
        private static final long serialVersionUID = 1L;

        RowTooLongException() {
            super("the row is longer than " + MAX_ROW_CHARACTERS + " characters; is the file one JSON object a line, or"
                    + " one array of objects?");
        }
    }
}
