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
package io.github.tribuollm.fuzz;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/** Changes bytes as accidents and attackers do. The same random numbers make the same change. */
enum Mutation {
    FLIP_BIT {
        @Override
        byte[] of(byte[] bytes, SplittableRandom random) {
            byte[] changed = bytes.clone();
            changed[random.nextInt(bytes.length)] ^= (byte) (1 << random.nextInt(8));
            return changed;
        }
    },
    SET_BYTE {
        @Override
        byte[] of(byte[] bytes, SplittableRandom random) {
            byte[] changed = bytes.clone();
            changed[random.nextInt(bytes.length)] = (byte) TELLING_BYTES.charAt(random.nextInt(TELLING_BYTES.length()));
            return changed;
        }
    },
    CUT_END {
        @Override
        byte[] of(byte[] bytes, SplittableRandom random) {
            return Arrays.copyOf(bytes, random.nextInt(bytes.length));
        }
    },
    DELETE {
        @Override
        byte[] of(byte[] bytes, SplittableRandom random) {
            int from = random.nextInt(bytes.length);
            return spliced(bytes, from, Math.min(bytes.length, from + length(random)), new byte[0]);
        }
    },
    REPEAT {
        @Override
        byte[] of(byte[] bytes, SplittableRandom random) {
            int from = random.nextInt(bytes.length);
            byte[] piece = Arrays.copyOfRange(bytes, from, Math.min(bytes.length, from + length(random)));
            return spliced(bytes, from, from, piece);
        }
    },
    MOVE {
        @Override
        byte[] of(byte[] bytes, SplittableRandom random) {
            int from = random.nextInt(bytes.length);
            byte[] piece = Arrays.copyOfRange(bytes, from, Math.min(bytes.length, from + length(random)));
            int to = random.nextInt(bytes.length);
            return spliced(bytes, to, Math.min(bytes.length, to + piece.length), piece);
        }
    },
    INSERT_NOISE {
        @Override
        byte[] of(byte[] bytes, SplittableRandom random) {
            byte[] noise = new byte[length(random)];
            random.nextBytes(noise);
            int at = random.nextInt(bytes.length + 1);
            return spliced(bytes, at, at, noise);
        }
    },
    REPLACE_VALUE {
        @Override
        byte[] of(byte[] bytes, SplittableRandom random) {
            return replaced(bytes, VALUE, VALUES, random);
        }
    },
    REPLACE_NAME {
        @Override
        byte[] of(byte[] bytes, SplittableRandom random) {
            return replaced(bytes, STRING, NAMES, random);
        }
    },
    SWAP_STRINGS {
        @Override
        byte[] of(byte[] bytes, SplittableRandom random) {
            List<String> own = STRING.matcher(new String(bytes, StandardCharsets.ISO_8859_1))
                    .results()
                    .map(MatchResult::group)
                    .toList();
            return own.isEmpty() ? bytes : replaced(bytes, STRING, own, random);
        }
    },
    NEST {
        @Override
        byte[] of(byte[] bytes, SplittableRandom random) {
            String nest = List.of("[", "{\"a\":", "<a>", "{{", "(").get(random.nextInt(5));
            int at = random.nextInt(bytes.length);
            int depth = List.of(40, 300, 20_000).get(random.nextInt(3));
            return spliced(bytes, at, at, nest.repeat(depth).getBytes(StandardCharsets.UTF_8));
        }
    },
    SET_NUMBER {
        @Override
        byte[] of(byte[] bytes, SplittableRandom random) {
            byte[] changed = bytes.clone();
            int width = List.of(1, 2, 4, 8).get(random.nextInt(4));
            int at = random.nextInt(Math.max(1, bytes.length - width));
            long value = NUMBERS[random.nextInt(NUMBERS.length)];
            for (int i = 0; i < width && at + i < changed.length; i++) {
                changed[at + i] = (byte) (value >> 8 * i);
            }
            return changed;
        }
    };

    private static final String TELLING_BYTES = "\0\n\"'{}[]<>,:\\-09eEN\u007f\u0080\u00ff";
    private static final long[] NUMBERS = {
        0,
        1,
        -1,
        127,
        128,
        255,
        256,
        Short.MAX_VALUE,
        Integer.MAX_VALUE,
        Integer.MIN_VALUE,
        1L << 32,
        Long.MAX_VALUE,
        Long.MIN_VALUE,
        0x7fc00000L,
        0x7f800000L,
        0xff800000L,
        0x7ff0000000000000L
    };
    private static final Pattern VALUE = Pattern.compile("-?\\d+(\\.\\d+)?([eE][-+]?\\d+)?|true|false|null|\"[^\"]*\"");
    private static final Pattern STRING = Pattern.compile("\"[^\"]*\"");
    private static final List<String> VALUES = List.of(
            "0",
            "-0.0",
            "-1",
            "1e999",
            "-1e999",
            "1e-999",
            "NaN",
            "Infinity",
            "2147483647",
            "2147483648",
            "-2147483649",
            "9223372036854775807",
            "9223372036854775808",
            "1e308",
            "3.5e38",
            "0.1",
            "4294967297",
            "null",
            "true",
            "false",
            "[]",
            "{}",
            "[null]",
            "[[1]]",
            "{\"a\":{}}",
            "\"\"",
            "\"0\"",
            "\"NaN\"",
            "\"\\u0000\"",
            "\"\\ud800\"",
            "\"../../../x\"",
            "\"a\\nb\"",
            "\"" + "x".repeat(5000) + "\"",
            "1" + "0".repeat(400),
            "[" + "0,".repeat(2000) + "0]");
    private static final List<String> NAMES = List.of(
            "\"\"",
            "\"role\"",
            "\"weight\"",
            "\"content\"",
            "\"type\"",
            "\"__metadata__\"",
            "\"\\u0000\"",
            "\"\u00fc\"");

    /** Returns changed bytes; the given ones stay. */
    abstract byte[] of(byte[] bytes, SplittableRandom random);

    /**
     * Makes one to four changes.
     *
     * @param bytes not empty
     */
    static byte[] some(byte[] bytes, SplittableRandom random) {
        byte[] changed = bytes;
        int changes = 1 + random.nextInt(random.nextInt(4) + 1);
        for (int i = 0; i < changes && changed.length > 0; i++) {
            changed = values()[random.nextInt(values().length)].of(changed, random);
        }
        return changed;
    }

    private static int length(SplittableRandom random) {
        return 1 + random.nextInt(1 << random.nextInt(9));
    }

    private static byte[] spliced(byte[] bytes, int from, int to, byte[] piece) {
        ByteArrayOutputStream changed = new ByteArrayOutputStream(bytes.length + piece.length);
        changed.write(bytes, 0, from);
        changed.writeBytes(piece);
        changed.write(bytes, to, bytes.length - to);
        return changed.toByteArray();
    }

    private static byte[] replaced(byte[] bytes, Pattern pattern, List<String> values, SplittableRandom random) {
        List<MatchResult> places = new ArrayList<>();
        pattern.matcher(new String(bytes, StandardCharsets.ISO_8859_1))
                .results()
                .forEach(places::add);
        if (places.isEmpty()) {
            return bytes;
        }
        MatchResult place = places.get(random.nextInt(places.size()));
        byte[] value = values.get(random.nextInt(values.size())).getBytes(StandardCharsets.UTF_8);
        return spliced(bytes, place.start(), place.end(), value);
    }
}
