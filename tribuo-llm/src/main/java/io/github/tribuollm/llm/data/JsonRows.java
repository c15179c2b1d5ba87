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

import com.google.gson.JsonObject;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.function.BooleanSupplier;

/**
 * The rows of a UTF-8 file that is either one JSON array of objects, or one JSON object a line, or one document. Rows
 * are told apart first and read when they are asked for, so that one that cannot be read does not hide the next. One
 * row is in memory at a time and a row is bounded. The file is closed at its end and at the first fault of its
 * structure.
 */
abstract sealed class JsonRows implements Iterator<RowText>, AutoCloseable {
    final Path file;
    final RowBytes in;
    private RowText next;
    private boolean finished;

    private JsonRows(Path file, RowBytes in) {
        this.file = file;
        this.in = in;
    }

    /** The rows of a file of JSON objects. */
    static JsonRows open(Path file) {
        RowBytes in = RowBytes.open(file);
        return in.skipBlanks() == '[' ? new OfArray(file, in) : new OfLines(file, in);
    }

    /** The one row of a plain text: an object with the text in one field. */
    static JsonRows ofDocument(Path file, String field) {
        return new OfDocument(file, RowBytes.open(file), field);
    }

    /**
     * Finds the next row, or returns null at the end.
     *
     * @throws DataException if what follows is no row, nor the end
     */
    abstract RowText find();

    @Override
    public boolean hasNext() {
        if (next == null && !finished) {
            try {
                in.rowStarts();
                next = find();
            } finally {
                if (next == null) {
                    close();
                }
            }
        }
        return next != null;
    }

    @Override
    public RowText next() {
        if (!hasNext()) {
            throw new NoSuchElementException("No more rows in " + file);
        }
        RowText row = next;
        next = null;
        return row;
    }

    @Override
    public void close() {
        finished = true;
        in.close();
    }

    /** Bytes up to one that a condition ends, which is consumed and not part of them. */
    final byte[] until(BooleanSupplier end) {
        while (in.read() >= 0 && !end.getAsBoolean()) {
            in.keep();
        }
        return in.kept();
    }

    /** One object a line; blank lines are skipped. */
    private static final class OfLines extends JsonRows {
        OfLines(Path file, RowBytes in) {
            super(file, in);
        }

        @Override
        RowText find() {
            if (in.skipBlanks() < 0) {
                return null;
            }
            String origin = file.getFileName() + ":" + in.line();
            in.names(origin);
            return new RowText(until(() -> in.last() == '\n'), origin, origin, file, RowText::object);
        }
    }

    /** One array of objects. */
    private static final class OfArray extends JsonRows {
        private final JsonNesting nesting = new JsonNesting();
        private int row;
        private boolean closed;

        OfArray(Path file, RowBytes in) {
            super(file, in);
            in.read();
        }

        @Override
        RowText find() {
            int first = in.skipBlanks();
            String origin = file.getFileName() + " row " + (row + 1);
            String place = origin + " (line " + in.line() + ")";
            in.names(origin);
            if (first == ']' && row == 0) {
                in.read();
                closed = true;
            }
            if (closed) {
                return end();
            }
            row++;
            nesting.begin();
            byte[] bytes = until(() -> nesting.ends(in.last()));
            RowText text = new RowText(bytes, origin, place, file, RowText::object);
            closed = in.last() == ']';
            if (in.last() < 0) {
                text.read(); // says better than we do why there is no end
                throw new DataException(origin + ": the file ends before its array does, after this row; it was cut"
                        + " off, so get it again");
            }
            return text;
        }

        private RowText end() {
            if (in.skipBlanks() >= 0) {
                throw new DataException(file.getFileName() + ":" + in.line() + ": something follows the end of the"
                        + " array; write all rows in one array, or each row on a line of its own");
            }
            return null;
        }
    }

    /** A whole text. */
    private static final class OfDocument extends JsonRows {
        private final String field;
        private boolean read;

        OfDocument(Path file, RowBytes in, String field) {
            super(file, in);
            this.field = field;
        }

        @Override
        RowText find() {
            if (read) {
                return null;
            }
            read = true;
            String origin = file.getFileName().toString();
            in.names(origin);
            return new RowText(until(() -> false), origin, origin, file, (row, text) -> {
                JsonObject fields = new JsonObject();
                fields.addProperty(field, text);
                return fields;
            });
        }
    }
}
