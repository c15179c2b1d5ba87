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

import java.time.LocalDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Locale;

/** Dates as C's {@code strftime} writes them in the C locale. */
final class Dates {
    private Dates() {}

    static String format(String format, LocalDateTime date) {
        if (format.length() > 1000) {
            throw new Failure("a format of a date is longer than 1000 characters");
        }
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < format.length(); i++) {
            char c = format.charAt(i);
            if (c != '%' || i + 1 == format.length()) {
                text.append(c);
                continue;
            }
            boolean unpadded = format.charAt(i + 1) == '-' && i + 2 < format.length();
            i += unpadded ? 2 : 1;
            String part = part(format.charAt(i), date);
            text.append(unpadded ? part.replaceFirst("^[0 ]+(?=.)", "") : part);
        }
        return text.toString();
    }

    private static String part(char directive, LocalDateTime date) {
        return switch (directive) {
            case '%' -> "%";
            case 'n' -> "\n";
            case 't' -> "\t";
            case 'e' -> String.format("%2d", date.getDayOfMonth());
            case 'u' -> String.valueOf(date.getDayOfWeek().getValue());
            case 'w' -> String.valueOf(date.getDayOfWeek().getValue() % 7);
            case 'f' -> String.format("%06d", date.getNano() / 1000);
            case 'z', 'Z' -> "";
            default ->
                DateTimeFormatter.ofPattern(pattern(directive), Locale.ENGLISH).format(date);
        };
    }

    private static String pattern(char directive) {
        return switch (directive) {
            case 'd' -> "dd";
            case 'm' -> "MM";
            case 'Y' -> "yyyy";
            case 'y' -> "yy";
            case 'b', 'h' -> "MMM";
            case 'B' -> "MMMM";
            case 'a' -> "EEE";
            case 'A' -> "EEEE";
            case 'H' -> "HH";
            case 'I' -> "hh";
            case 'M' -> "mm";
            case 'S' -> "ss";
            case 'p' -> "a";
            case 'j' -> "DDD";
            case 'F' -> "yyyy-MM-dd";
            case 'T' -> "HH:mm:ss";
            case 'D', 'x' -> "MM/dd/yy";
            case 'R' -> "HH:mm";
            case 'X' -> "HH:mm:ss";
            default -> throw new Failure("the directive %" + directive + " of a date is not supported");
        };
    }
}
