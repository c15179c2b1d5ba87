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

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.StreamSupport;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Whoever brings the wrong file reads what it is, which line it is about and what to do. */
class WrongFilesTest {
    private static final String ROW = "{\"prompt\": \"Name a fruit. \", \"completion\": \"An apple.\"}\n";

    @TempDir
    private Path directory;

    private Path file(String name, String text) throws IOException {
        return Files.writeString(directory.resolve(name), text);
    }

    private static List<Conversation> all(ConversationSource source) {
        return StreamSupport.stream(source.spliterator(), false).toList();
    }

    private static String refusal(Path file) {
        String message = assertThrows(DataException.class, () -> all(new PromptCompletionSource(file)))
                .getMessage();
        assertFalse(message.contains("JsonReader") || message.contains("gson") || message.contains("$."), message);
        assertEquals(1, message.lines().count(), message);
        return message;
    }

    private static void assertSays(String message, String... words) {
        for (String word : words) {
            assertTrue(message.contains(word), message + "\nlacks: " + word);
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "504152311504150c000000005041523100|d.parquet|a Parquet table|pandas.read_parquet",
                "504b030414000600|d.xlsx|an Excel sheet|pandas.read_excel",
                "504b030414000600|d.jsonl|a zip archive|unzip",
                "28b52ffd0458|d.jsonl.zst|compressed with zstd|unzstd",
                "425a6839|d.bz2|compressed with bzip2|bunzip2",
                "fd377a585a000004|d.xz|compressed with xz|unxz",
                "fffe7b002200|d.jsonl|text in UTF-16|iconv -f UTF-16",
                "255044462d312e37|d.pdf|a PDF document|pdftotext",
                "4152524f57310000|d.arrow|an Arrow table|Dataset.from_file",
                "53514c69746520666f726d6174203300|d.db|an SQLite database|sqlite3 -json",
                "80025d7100|d.pt|a Python pickle|safetensors",
                "4747554603000000|d.gguf|a GGUF file|checkpoint"
            })
    void filesAreToldByTheirFirstBytes(String hex, String name, String what, String remedy) throws IOException {
        Path file = Files.write(directory.resolve(name), HexFormat.of().parseHex(hex));
        assertSays(refusal(file), file + " is " + what, remedy);
    }

    @Test
    void pointersAndPagesAreToldFromData() throws IOException {
        assertSays(
                refusal(file("p.jsonl", "version https://git-lfs.github.com/spec/v1\noid sha256:4d7a\nsize 12\n")),
                "is a Git LFS pointer",
                "git lfs pull");
        assertSays(refusal(file("h.jsonl", "\n<!DOCTYPE html>\n<html>")), "is a web page", "/resolve/");
    }

    @Test
    void csvIsToldFromJsonLines() throws IOException {
        assertSays(refusal(file("d.csv", "prompt,completion\na,b\n")), "d.csv:1: ", "`prompt,completion`", "read_csv");
    }

    @Test
    void singleQuotesArePythons() throws IOException {
        assertSays(refusal(file("d.jsonl", "{'prompt':'a','completion':'b'}")), "d.jsonl:1: ", "single", "json.dumps");
        assertSays(
                refusal(file("d.json", "[\n{'prompt':'a\"','completion':'b'}]")), "d.json row 1 (line 2): ", "single");
    }

    @Test
    void nulCharactersAreNamedWithTheirLine() throws IOException {
        String message = refusal(file("d.jsonl", ROW + ROW + "\0\0\0"));
        assertSays(message, "d.jsonl:3: ", "NUL", "tr -d '\\000'");
    }

    @Test
    void numbersThatJsonDoesNotHaveAreNamed() throws IOException {
        Path file = file("d.json", "[{\"instruction\":\"Name a fruit.\",\"input\":NaN,\"output\":\"Apple.\"}]");
        String message = assertThrows(DataException.class, () -> all(new AlpacaSource(file)))
                .getMessage();
        assertSays(message, "d.json row 1 (line 1): ", "holds NaN", "\"input\":NaN`", "fillna");
        assertSays(refusal(file("i.jsonl", "{\"a\": -Infinity}")), "i.jsonl:1: ", "holds Infinity");
        assertSays(refusal(file("n.jsonl", "{\"a\": None}")), "Python's None", "null");
    }

    @Test
    void bytesOfLatin1AreFoundInTheirLine() throws IOException {
        byte[] latin =
                "{\"prompt\":\"caf\u00e9 \",\"completion\":\"latin one\"}\n".getBytes(StandardCharsets.ISO_8859_1);
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        for (int i = 0; i < 700; i++) {
            bytes.writeBytes(ROW.getBytes(StandardCharsets.UTF_8));
        }
        bytes.writeBytes(latin);
        Path file = Files.write(directory.resolve("d.jsonl"), bytes.toByteArray());
        assertSays(
                refusal(file), "d.jsonl:701: ", "not UTF-8", "0xE9 after `{\"prompt\":\"caf`", "iconv -f WINDOWS-1252");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{\"prompt\": \"a\",|ends in the middle of its object",
                "{\"prompt\": \"a|ends in the middle of its object",
                "{|jq -c .",
                "{\"a\": 1,}|a comma before a closing bracket",
                "{\"a\": 1} {\"a\": 2}|something follows the object",
                "{\"a\": \"b\tc\"}|bare control character, U+0009",
                "{a: 1}|`a: 1}` without quotes",
                "[1, 2]|the row is an array",
                "hello|begins with `hello`",
                "7|not a JSON object",
                "{\"a\": 01e5-3}|not valid JSON"
            })
    void brokenLinesAreExplained(String line, String words) throws IOException {
        assertSays(refusal(file("b.jsonl", ROW.repeat(2) + line)), "b.jsonl:3: ", words);
    }

    @Test
    void brokenArraysAreExplained() throws IOException {
        String row = ROW.strip();
        assertSays(refusal(file("a.json", "[" + row + ",\n" + row)), "a.json row 2: the file ends before its array");
        assertSays(refusal(file("b.json", "[" + row + ",\n]")), "b.json row 2 (line 2): the row is empty");
        assertSays(refusal(file("c.json", "[" + row + "]\n x")), "c.json:2: something follows");
        assertSays(refusal(file("e.json", "[" + row + ", \"x]\"]")), "e.json row 2", "begins with `\"x]\"`");
    }

    private static byte[] gzip(byte[] bytes) throws IOException {
        ByteArrayOutputStream packed = new ByteArrayOutputStream();
        try (OutputStream out = new GZIPOutputStream(packed)) {
            out.write(bytes);
        }
        return packed.toByteArray();
    }

    @Test
    void gzipIsReadInOnePieceAndInSeveral() throws IOException {
        byte[] one = gzip(ROW.getBytes(StandardCharsets.UTF_8));
        byte[] two = Arrays.copyOf(one, 2 * one.length);
        System.arraycopy(one, 0, two, one.length, one.length);
        Path file = Files.write(directory.resolve("d.jsonl.gz"), two);
        assertEquals(
                List.of(
                        Conversation.of("Name a fruit. ", "An apple.", "d.jsonl.gz:1"),
                        Conversation.of("Name a fruit. ", "An apple.", "d.jsonl.gz:2")),
                all(new PromptCompletionSource(file)));
    }

    @Test
    void brokenAndHostileGzipIsRefused() throws IOException {
        byte[] good = gzip(ROW.repeat(100).getBytes(StandardCharsets.UTF_8));
        assertSays(
                refusal(Files.write(directory.resolve("cut.gz"), Arrays.copyOf(good, good.length - 12))),
                "cut.gz",
                "the gzip file ends too early");
        byte[] damaged = good.clone();
        damaged[good.length - 6] ^= 1;
        assertSays(refusal(Files.write(directory.resolve("bad.gz"), damaged)), "bad.gz", "the gzip file is damaged");
        assertSays(
                refusal(Files.write(
                        directory.resolve("table.gz"), gzip("PAR1\0\0PAR1".getBytes(StandardCharsets.UTF_8)))),
                "is a Parquet table");
        assertSays(
                refusal(Files.write(directory.resolve("twice.gz"), gzip(good))), "is compressed with gzip", "gunzip");
        byte[] blanks = new byte[100 << 20];
        Arrays.fill(blanks, (byte) '\n');
        assertSays(refusal(Files.write(directory.resolve("bomb.gz"), gzip(blanks))), "200 times its size", "gunzip -k");
        byte[] long1 = new byte[20 << 20];
        Arrays.fill(long1, (byte) 'x');
        assertSays(refusal(Files.write(directory.resolve("long.gz"), gzip(long1))), "longer than 16777216 characters");
    }

    @Test
    void theNextRowsAreReadAfterABadOne() throws IOException {
        Path lines = file("d.jsonl", ROW + "{'prompt': 'a'}\n{\"prompt\": 3, \"completion\": \"\"}\n\0\n" + ROW);
        assertEquals(
                List.of("d.jsonl:1", "bad", "bad", "bad", "d.jsonl:5"), origins(new PromptCompletionSource(lines)));
        Path array = file("d.json", "[" + ROW + ", {\"prompt\": NaN}, 7," + ROW + "]");
        assertEquals(List.of("d.json row 1", "bad", "bad", "d.json row 4"), origins(new PromptCompletionSource(array)));
        ConversationSplit split =
                new ConversationSplit(new PromptCompletionSource(lines), 0.2, 1, ConversationSplit.Part.TRAIN);
        assertEquals(4, origins(split).size(), "a bad row has its place in a split");
    }

    private static List<String> origins(ConversationSource source) {
        return StreamSupport.stream(
                        ((Iterable<java.util.function.Supplier<Conversation>>) source::rows).spliterator(), false)
                .map(row -> {
                    try {
                        return row.get().origin();
                    } catch (DataException e) {
                        return "bad";
                    }
                })
                .toList();
    }
}
