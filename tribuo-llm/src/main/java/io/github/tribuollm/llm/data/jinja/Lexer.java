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

import io.github.tribuollm.llm.data.jinja.Token.Kind;
import io.github.tribuollm.llm.data.jinja.Value.Int;
import io.github.tribuollm.llm.data.jinja.Value.Real;
import io.github.tribuollm.llm.data.jinja.Value.Text;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/**
 * Cuts a template into text and the tokens of its tags, with the white space rules that transformers sets: a line end
 * after a statement or comment goes with it ({@code trim_blocks}), and so do blanks before one that begins a line ({@code
 * lstrip_blocks}).
 */
final class Lexer {
    private static final List<String> OPERATORS = List.of(
            "//", "**", "==", "!=", ">=", "<=", "+", "-", "/", "*", "%", "~", "[", "]", "(", ")", "{", "}", ">", "<",
            "=", ".", ":", "|", ",", ";");

    private final String source;
    private final List<Token> tokens = new ArrayList<>();
    private int at;
    private int line = 1;
    private boolean lineStarts = true;

    private Lexer(String source) {
        this.source = source;
    }

    static List<Token> tokens(String template) {
        String source = template.replace("\r\n", "\n").replace('\r', '\n');
        Lexer lexer = new Lexer(source.endsWith("\n") ? source.substring(0, source.length() - 1) : source);
        try {
            lexer.cut();
        } catch (Failure e) {
            throw new SyntaxFailure(e.getMessage(), lexer.line);
        }
        return lexer.tokens;
    }

    private void cut() {
        while (at < source.length()) {
            int tag = nextTag();
            if (tag < 0) {
                data(source.substring(at));
                break;
            }
            tag(tag);
        }
        add(Kind.END, "", null);
    }

    private int nextTag() {
        for (int i = source.indexOf('{', at); i >= 0 && i + 1 < source.length(); i = source.indexOf('{', i + 1)) {
            if ("{%#".indexOf(source.charAt(i + 1)) >= 0) {
                return i;
            }
        }
        return -1;
    }

    private void tag(int start) {
        char type = source.charAt(start + 1);
        int inside = start + 2;
        char sign = sign(inside);
        before(start, sign, type != '{');
        at = inside + (sign == ' ' ? 0 : 1);
        lineStarts = false;
        if (type == '#') {
            comment();
        } else if (type == '{') {
            add(Kind.BEGIN_VARIABLE, "{{", null);
            inside("}}", Kind.END_VARIABLE, false);
        } else if (!raw()) {
            add(Kind.BEGIN_BLOCK, "{%", null);
            inside("%}", Kind.END_BLOCK, true);
        }
    }

    /** A tag's sign: - takes the white space beside it away, + keeps it. */
    private char sign(int place) {
        char c = place < source.length() ? source.charAt(place) : ' ';
        return c == '-' || c == '+' ? c : ' ';
    }

    /** Adds the text before a tag. */
    private void before(int tag, char sign, boolean statement) {
        String text = source.substring(at, tag);
        String kept = text;
        if (sign == '-') {
            kept = Texts.strippedAtEnd(text, Texts::isSpace);
        } else if (sign == ' ' && statement) {
            int lineStart = text.lastIndexOf('\n') + 1;
            boolean blank = text.substring(lineStart).chars().allMatch(Texts::isSpace);
            if (blank && (lineStart > 0 || lineStarts)) {
                kept = text.substring(0, lineStart);
            }
        }
        data(kept);
        lines(text.substring(kept.length()));
    }

    private void data(String text) {
        if (!text.isEmpty()) {
            add(Kind.DATA, text, null);
            lines(text);
        }
    }

    private void lines(String text) {
        line += (int) text.chars().filter(c -> c == '\n').count();
    }

    private void add(Kind kind, String text, Value value) {
        tokens.add(new Token(kind, text, value, line));
    }

    private void comment() {
        int end = source.indexOf("#}", at);
        if (end < 0) {
            throw new Failure("a comment {# has no end #}");
        }
        char sign = end > at ? sign(end - 1) : ' ';
        lines(source.substring(at, end));
        at = end + 2;
        after(sign, true);
    }

    /** Passes the white space that goes with a tag's end. */
    private void after(char sign, boolean statement) {
        int from = at;
        if (sign == '-') {
            while (at < source.length() && Texts.isSpace(source.charAt(at))) {
                at++;
            }
        } else if (statement && sign == ' ' && at < source.length() && source.charAt(at) == '\n') {
            at++;
        }
        lines(source.substring(from, at));
        lineStarts = at > from && source.charAt(at - 1) == '\n';
    }

    /** Reads {@code raw}, whose content is text to its end, if this tag is one. */
    private boolean raw() {
        int begin = endOfWord("raw", at);
        if (begin < 0) {
            return false;
        }
        boolean strips = source.startsWith("-%}", begin);
        if (!strips && !source.startsWith("%}", begin)) {
            return false;
        }
        lines(source.substring(at, begin));
        at = begin + (strips ? 3 : 2);
        after(strips ? '-' : '+', true);
        for (int i = source.indexOf("{%", at); i >= 0; i = source.indexOf("{%", i + 1)) {
            char sign = sign(i + 2);
            int word = endOfWord("endraw", i + (sign == ' ' ? 2 : 3));
            if (word >= 0) {
                char last = sign(word);
                if (source.startsWith("%}", word + (last == ' ' ? 0 : 1))) {
                    before(i, sign, true);
                    lines(source.substring(i, word));
                    at = word + (last == ' ' ? 2 : 3);
                    after(last, true);
                    return true;
                }
            }
        }
        throw new Failure("a raw block has no end");
    }

    /** The place behind a word and the white space around it, or -1 where something else stands. */
    private int endOfWord(String word, int from) {
        int i = passSpace(from);
        return source.startsWith(word, i) ? passSpace(i + word.length()) : -1;
    }

    private int passSpace(int from) {
        int i = from;
        while (i < source.length() && Texts.isSpace(source.charAt(i))) {
            i++;
        }
        return i;
    }

    /** Reads the tokens of a tag to its end. */
    private void inside(String end, Kind kind, boolean statement) {
        Deque<Character> open = new ArrayDeque<>();
        while (true) {
            int start = passSpace(at);
            lines(source.substring(at, start));
            at = start;
            if (at >= source.length()) {
                throw new Failure("a tag has no end " + end);
            }
            if (open.isEmpty() && ends(end, kind, statement)) {
                return;
            }
            token(open);
        }
    }

    private boolean ends(String end, Kind kind, boolean statement) {
        char sign = sign(at);
        if (sign == '+' && !statement || !source.startsWith(end, at + (sign == ' ' ? 0 : 1))) {
            return false;
        }
        add(kind, end, null);
        at += sign == ' ' ? 2 : 3;
        after(sign, statement);
        return true;
    }

    private void token(Deque<Character> open) {
        int c = source.codePointAt(at);
        if (isDigit(c)) {
            number();
        } else if (c == '_' || Character.isUnicodeIdentifierStart(c)) {
            name();
        } else if (c == '\'' || c == '"') {
            string((char) c);
        } else {
            operator(open);
        }
    }

    private static boolean isDigit(int c) {
        return c >= '0' && c <= '9';
    }

    private void name() {
        int end = at;
        while (end < source.length()
                && (source.charAt(end) == '_' || Character.isUnicodeIdentifierPart(source.codePointAt(end)))) {
            end += Character.charCount(source.codePointAt(end));
        }
        add(Kind.NAME, source.substring(at, end), null);
        at = end;
    }

    private void number() {
        int end = at;
        boolean afterDot = at > 0 && source.charAt(at - 1) == '.';
        int base = base();
        if (base != 10) {
            end += 2;
            while (end < source.length()
                    && (Character.digit(source.charAt(end), base) >= 0 || source.charAt(end) == '_')) {
                end++;
            }
            whole(source.substring(at + 2, end), base, end);
            return;
        }
        end = digits(end);
        int fraction = end;
        if (!afterDot
                && fraction + 1 < source.length()
                && source.charAt(fraction) == '.'
                && isDigit(source.charAt(fraction + 1))) {
            fraction = digits(fraction + 1);
        }
        int exponent = afterDot ? fraction : exponent(fraction);
        if (exponent == end) {
            whole(source.substring(at, end), 10, end);
        } else {
            String text = source.substring(at, exponent);
            add(Kind.NUMBER, text, new Real(Double.parseDouble(text.replace("_", ""))));
            at = exponent;
        }
    }

    private int base() {
        if (source.charAt(at) != '0' || at + 2 >= source.length()) {
            return 10;
        }
        int base = switch (source.charAt(at + 1)) {
            case 'x', 'X' -> 16;
            case 'o', 'O' -> 8;
            case 'b', 'B' -> 2;
            default -> 10;
        };
        return Character.digit(source.charAt(at + 2), base) >= 0 || source.charAt(at + 2) == '_' ? base : 10;
    }

    private int digits(int from) {
        int end = from;
        while (end < source.length()
                && (isDigit(source.charAt(end))
                        || source.charAt(end) == '_' && end + 1 < source.length() && isDigit(source.charAt(end + 1)))) {
            end++;
        }
        return end;
    }

    private int exponent(int from) {
        if (from >= source.length() || Character.toLowerCase(source.charAt(from)) != 'e') {
            return from;
        }
        int first = from + 1;
        if (first < source.length() && (source.charAt(first) == '+' || source.charAt(first) == '-')) {
            first++;
        }
        return first < source.length() && isDigit(source.charAt(first)) ? digits(first) : from;
    }

    private void whole(String digits, int base, int end) {
        try {
            add(Kind.NUMBER, digits, new Int(Long.parseLong(digits.replace("_", ""), base)));
        } catch (NumberFormatException e) {
            throw new Failure("the number " + digits + " has more than 64 bits");
        }
        at = end;
    }

    private void string(char quote) {
        int end = at + 1;
        while (end < source.length() && source.charAt(end) != quote) {
            end += source.charAt(end) == '\\' ? 2 : 1;
        }
        if (end >= source.length()) {
            throw new Failure("a string has no end " + quote);
        }
        String inner = source.substring(at + 1, end);
        String text = inner.indexOf('\\') < 0 ? inner : Escapes.resolved(inner);
        add(Kind.STRING, text, new Text(text));
        lines(inner);
        at = end + 1;
    }

    private void operator(Deque<Character> open) {
        for (String operator : OPERATORS) {
            if (source.startsWith(operator, at)) {
                balance(operator.charAt(0), open);
                add(Kind.OPERATOR, operator, null);
                at += operator.length();
                return;
            }
        }
        throw new Failure("unexpected character '" + Character.toString(source.codePointAt(at)) + "'");
    }

    private static void balance(char c, Deque<Character> open) {
        int kind = "{([".indexOf(c);
        if (kind >= 0) {
            open.push("})]".charAt(kind));
        } else if ("})]".indexOf(c) >= 0 && (open.isEmpty() || open.pop() != c)) {
            throw new Failure("unexpected '" + c + "'");
        }
    }
}
