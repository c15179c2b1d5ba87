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

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/** Reads the values of a GGUF file's header one after the other, never beyond the end of the file. */
final class GgufReader {
    private static final int BUFFER = 1 << 16;
    private static final int LONGEST_TEXT = 1 << 24;
    private static final int MOST_ELEMENTS = 1 << 24;

    private final Path file;
    private final FileChannel channel;
    private final long size;
    private final ByteBuffer buffer =
            ByteBuffer.allocate(BUFFER).order(ByteOrder.LITTLE_ENDIAN).limit(0);
    private long end;

    /**
     * Begins to read.
     *
     * @param file the file, for messages
     * @param channel the open file
     * @param from the offset of the first byte
     */
    GgufReader(Path file, FileChannel channel, long from) throws IOException {
        this.file = file;
        this.channel = channel;
        this.size = channel.size();
        this.end = from;
    }

    /** The offset of the next byte. */
    long position() {
        return end - buffer.remaining();
    }

    private ByteBuffer available(int count) throws IOException {
        if (buffer.remaining() < count) {
            buffer.compact();
            while (buffer.position() < count) {
                int read = channel.read(buffer, end);
                if (read < 0) {
                    throw broken("it ends inside its header");
                }
                end += read;
            }
            buffer.flip();
        }
        return buffer;
    }

    int unsignedByte() throws IOException {
        return available(1).get() & 0xff;
    }

    int word() throws IOException {
        return available(4).getInt();
    }

    long longWord() throws IOException {
        return available(8).getLong();
    }

    /** A length or count, at most that many. */
    int count(String what, long most) throws IOException {
        long count = longWord();
        if (count < 0 || count > most) {
            throw broken(what + " is " + Long.toUnsignedString(count) + ", more than " + most);
        }
        return (int) count;
    }

    /** A text of at most so many bytes. */
    String text(String what, int longest) throws IOException {
        byte[] utf8 = new byte[textLength(what, longest)];
        int read = Math.min(utf8.length, buffer.remaining());
        buffer.get(utf8, 0, read);
        ByteBuffer rest = ByteBuffer.wrap(utf8, read, utf8.length - read);
        while (rest.hasRemaining()) {
            int more = channel.read(rest, end);
            if (more < 0) {
                throw broken("it ends inside " + what);
            }
            end += more;
        }
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(utf8))
                    .toString();
        } catch (CharacterCodingException e) {
            throw broken(what + " is not valid UTF-8");
        }
    }

    private int textLength(String what, int longest) throws IOException {
        int length = count("the length of " + what, longest);
        if (length > size - position()) {
            throw broken(what + " claims " + length + " bytes, beyond the end of the file");
        }
        return length;
    }

    private void skip(long bytes) throws IOException {
        long inBuffer = Math.min(bytes, buffer.remaining());
        buffer.position(buffer.position() + (int) inBuffer);
        if (bytes - inBuffer > size - end) {
            throw broken("it ends inside its header");
        }
        end += bytes - inBuffer;
    }

    /**
     * The value of a key: a {@link Long}, {@link Float}, {@link Double}, {@link Boolean}, {@link String} or {@link
     * GgufArray}.
     */
    Object value(String key) throws IOException {
        return value(key, word());
    }

    private Object value(String key, int type) throws IOException {
        return switch (type) {
            case GgufArray.UINT8 -> (long) unsignedByte();
            case 1 -> (long) available(1).get();
            case 2 -> available(2).getShort() & 0xffffL;
            case 3 -> (long) available(2).getShort();
            case GgufArray.UINT32 -> word() & 0xffffffffL;
            case GgufArray.INT32 -> (long) word();
            case GgufArray.FLOAT32 -> Float.intBitsToFloat(word());
            case 7 -> flag(key);
            case GgufArray.TEXT -> text("the value of '" + key + "'", LONGEST_TEXT);
            case 9 -> array(key);
            case 10, 11 -> longWord();
            case 12 -> Double.longBitsToDouble(longWord());
            default -> throw broken("'" + key + "' has the unknown type " + Integer.toUnsignedString(type));
        };
    }

    private boolean flag(String key) throws IOException {
        int value = unsignedByte();
        if (value > 1) {
            throw broken("'" + key + "' is " + value + ", neither true nor false");
        }
        return value == 1;
    }

    /** Where an array lies; its elements are read when they are asked for. */
    private GgufArray array(String key) throws IOException {
        int type = word();
        int count = count("the number of elements of '" + key + "'", MOST_ELEMENTS);
        long from = position();
        switch (type) {
            case GgufArray.UINT8, 1, 7 -> skip(count);
            case 2, 3 -> skip(2L * count);
            case GgufArray.UINT32, GgufArray.INT32, GgufArray.FLOAT32 -> skip(4L * count);
            case 10, 11, 12 -> skip(8L * count);
            case GgufArray.TEXT -> {
                for (int i = 0; i < count; i++) {
                    skip(textLength("element " + i + " of '" + key + "'", LONGEST_TEXT));
                }
            }
            case 9 -> throw broken("'" + key + "' is an array of arrays, which no key of a language model is");
            default -> throw broken("'" + key + "' holds the unknown type " + Integer.toUnsignedString(type));
        }
        return new GgufArray(type, count, from);
    }

    CheckpointException broken(String what) {
        return new CheckpointException(file + ": not a valid GGUF file: " + what + "; copy or download the file again");
    }
}
