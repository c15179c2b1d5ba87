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

import io.github.tribuollm.llm.checkpoint.FileKind;
import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.FileInputStream;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.Optional;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipException;

/**
 * The bytes of a file of rows, unpacked if gzip packed it, read one by one and bounded: a row has no more than
 * {@link #MAX_ROW_CHARACTERS} characters, and a packed file unpacks to no more than a multiple of its size.
 */
final class RowBytes implements AutoCloseable {
    /** The most characters one row may have. */
    static final int MAX_ROW_CHARACTERS = 16 << 20;

    private static final int BUFFER_BYTES = 1 << 16;
    private static final int MAX_RATIO = 200;
    private static final long ALWAYS_UNPACKED = 64L << 20;
    private static final int END = -1;

    private final Path file;
    private final InputStream in;
    private final long unpackedLimit;
    private final byte[] buffer = new byte[BUFFER_BYTES];
    private final ByteArrayOutputStream row = new ByteArrayOutputStream(256);
    private int next;
    private int filled;
    private int last;
    private int line = 1;
    private long charactersOfRow;
    private long bytes;
    private String origin;

    private RowBytes(Path file, InputStream in, long unpackedLimit) {
        this.file = file;
        this.in = in;
        this.unpackedLimit = unpackedLimit;
        this.origin = file.getFileName().toString();
    }

    static RowBytes open(Path file) {
        try {
            // A FileInputStream is also closed when an abandoned iterator is collected.
            return opened(file, new FileInputStream(file.toFile()));
        } catch (IOException e) {
            throw new DataException("Cannot read " + file + ": " + reason(e), e);
        }
    }

    private static RowBytes opened(Path file, FileInputStream bare) throws IOException {
        try {
            BufferedInputStream packed = new BufferedInputStream(bare);
            Optional<FileKind> kind = FileKind.of(packed, file);
            if (kind.filter(FileKind.GZIP::equals).isEmpty()) {
                refuse(kind, file);
                return new RowBytes(file, packed, Long.MAX_VALUE);
            }
            BufferedInputStream unpacked = new BufferedInputStream(new GZIPInputStream(packed));
            refuse(FileKind.of(unpacked, file), file);
            long limit = Math.max(ALWAYS_UNPACKED, MAX_RATIO * bare.getChannel().size());
            return new RowBytes(file, unpacked, limit);
        } catch (IOException | DataException e) {
            bare.close();
            throw e;
        }
    }

    private static void refuse(Optional<FileKind> kind, Path file) {
        kind.ifPresent(wrong -> {
            throw new DataException(
                    file + " is " + wrong.what() + ", not rows of JSON in UTF-8; " + wrong.remedy(file));
        });
    }

    private static String reason(IOException e) {
        if (e instanceof EOFException) {
            return "the gzip file ends too early; it was cut off, so get it again";
        }
        if (e instanceof ZipException) {
            return "the gzip file is damaged; get it again";
        }
        return e instanceof FileNotFoundException ? e.getMessage() : e.toString();
    }

    /** Begins to count the characters of a row. */
    void rowStarts() {
        charactersOfRow = 0;
    }

    /** Tells what the row that is being read is called. */
    void names(String row) {
        origin = row;
    }

    /** Reads a byte, and returns it; -1 at the end. */
    int read() {
        if (next == filled) {
            fill();
        }
        last = filled < 0 ? END : buffer[next++] & 0xFF;
        line += last == '\n' ? 1 : 0;
        charactersOfRow += (last & 0xC0) == 0x80 ? 0 : 1;
        if (charactersOfRow > MAX_ROW_CHARACTERS) {
            throw new DataException(origin + ": the row is longer than " + MAX_ROW_CHARACTERS
                    + " characters; is the file one JSON object a line, or one array of objects?");
        }
        return last;
    }

    private void fill() {
        try {
            next = 0;
            filled = in.read(buffer);
        } catch (IOException e) {
            throw new DataException("Cannot read " + file + " beyond " + origin + ": " + reason(e), e);
        }
        bytes += Math.max(filled, 0);
        if (bytes > unpackedLimit) {
            throw new DataException(file + " unpacks to more than " + MAX_RATIO
                    + " times its size, which hardly a text does; if it is right, unpack it with: gunzip -k " + file);
        }
    }

    /** Skips a byte order mark at the beginning, and white space, and returns the byte after it without reading it. */
    int skipBlanks() {
        if (next == filled) {
            fill();
        }
        if (bytes == filled && next == 0 && filled > 2 && startsWithMark()) {
            next = 3;
        }
        while (filled >= 0 && isBlank(peek())) {
            rowStarts();
            read();
        }
        return peek();
    }

    private boolean startsWithMark() {
        return (buffer[0] & 0xFF) == 0xEF && (buffer[1] & 0xFF) == 0xBB && (buffer[2] & 0xFF) == 0xBF;
    }

    private int peek() {
        if (next == filled) {
            fill();
        }
        return filled < 0 ? END : buffer[next] & 0xFF;
    }

    private static boolean isBlank(int b) {
        return b == ' ' || b == '\t' || b == '\r' || b == '\n';
    }

    /** Makes the byte that was read part of the row. */
    void keep() {
        row.write(last);
    }

    /** {@return the bytes that were kept since this was last asked} */
    byte[] kept() {
        byte[] kept = row.toByteArray();
        row.reset();
        return kept;
    }

    /** {@return the byte that was read last, -1 at the end} */
    int last() {
        return last;
    }

    /** {@return the line of the byte that is read next, from 1} */
    int line() {
        return line;
    }

    @Override
    public void close() {
        try {
            in.close();
        } catch (IOException e) {
            throw new DataException("Cannot close " + file + ": " + e, e);
        }
    }
}
