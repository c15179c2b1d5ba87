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
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.oracle.labs.mlrg.olcut.config.PropertyException;
import java.io.IOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.tribuo.test.Helpers;

class ConversationSourceTest {
    @TempDir
    private Path directory;

    private Path file(String name, String text) throws IOException {
        return Files.writeString(directory.resolve(name), text);
    }

    private static List<Conversation> all(ConversationSource source) {
        List<Conversation> all = new ArrayList<>();
        source.forEach(all::add);
        return all;
    }

    private static String refusal(ConversationSource source) {
        return assertThrows(DataException.class, () -> all(source)).getMessage();
    }

    private static Path real(String name) {
        Path file = Path.of(System.getProperty("test.resources"))
                .resolve("../../shared/data")
                .resolve(name)
                .normalize();
        assumeTrue(Files.isRegularFile(file), "the real data are not here");
        return file;
    }

    @Test
    void alpacaJoinsInstructionAndInput() throws IOException {
        Path path = file("a.json", """
                [{"instruction": "Add.", "input": "1 2", "output": "3"},
                 {"instruction": "Say hi.", "input": "", "output": "hi"},
                 {"instruction": "Again.", "output": ""}]""");
        List<Conversation> rows = all(new AlpacaSource(path));
        assertEquals(Conversation.of("Add.\n\n### Input:\n1 2", "3", "a.json row 1"), rows.get(0));
        assertEquals(Conversation.of("Say hi.", "hi", "a.json row 2"), rows.get(1));
        assertEquals(Conversation.of("Again.", "", "a.json row 3"), rows.get(2));
    }

    @Test
    void linesAreNumberedWithBlanksAndByteOrderMark() throws IOException {
        Path path = file(
                "g.jsonl",
                "\uFEFF\n{\"question\": \"a\", \"answer\": \"b\"}\r\n\n"
                        + "{\"question\": \"\u00e9\ud83d\ude00\", \"answer\": \"d\"}");
        assertEquals(
                List.of(
                        Conversation.of("a", "b", "g.jsonl:2"),
                        Conversation.of("\u00e9\ud83d\ude00", "d", "g.jsonl:4")),
                all(new Gsm8kSource(path)));
    }

    @Test
    void anArrayAfterBlankLinesIsAnArray() throws IOException {
        assertEquals(
                1,
                all(new Gsm8kSource(file("g.json", "\n \n[{\"question\": \"a\", \"answer\": \"b\"}]\n")))
                        .size());
    }

    @Test
    void shareGptMapsRolesAndKeepsAnAnswerToNothing() throws IOException {
        Path path = file("s.json", """
                [{"id": "x", "conversations": [{"from": "gpt", "value": "cut"}, {"from": "human", "value": "q"},
                  {"from": "gpt", "value": "a"}]},
                 {"conversations": [{"from": "system", "value": "s"}, {"from": "user", "value": "q"},
                  {"from": "assistant", "value": "a"}]},
                 {"conversations": []}]""");
        List<Conversation> rows = all(new ShareGptSource(path));
        assertEquals(
                List.of(new Message("assistant", "cut"), new Message("user", "q"), new Message("assistant", "a")),
                rows.get(0).messages());
        assertEquals(
                List.of(new Message("system", "s"), new Message("user", "q"), new Message("assistant", "a")),
                rows.get(1).messages());
        assertEquals(List.of(), rows.get(2).messages());
    }

    @Test
    void messagesAndPromptCompletion() throws IOException {
        Path messages = file("m.jsonl", """
                {"messages": [{"role": "user", "content": "q"}, {"role": "assistant", "content": "a"}]}""");
        assertEquals(List.of(Conversation.of("q", "a", "m.jsonl:1")), all(new MessagesSource(messages)));
        Path prompts = file("p.jsonl", "{\"ask\": \"q\", \"say\": \"a\"}");
        assertEquals(
                List.of(Conversation.of("q", "a", "p.jsonl:1")),
                all(new PromptCompletionSource(prompts, 0, FileConversationSource.ALL, "ask", "say")));
    }

    @Test
    void aRangeOfRows() throws IOException {
        StringBuilder lines = new StringBuilder();
        for (int i = 0; i < 10; i++) {
            lines.append("{\"question\": \"q" + i + "\", \"answer\": \"a\"}\n");
        }
        Path path = file("g.jsonl", lines.toString());
        Gsm8kSource source = new Gsm8kSource(path, 3, 2);
        assertEquals(List.of("q3", "q4"), questions(source));
        assertEquals(List.of("q3", "q4"), questions(source), "a second pass");
        assertEquals(List.of("q8", "q9"), questions(new Gsm8kSource(path, 8, 100)));
        assertTrue(refusal(new Gsm8kSource(path, 10, 1)).contains("no rows after the first 10"));
    }

    private static List<String> questions(ConversationSource source) {
        return all(source).stream().map(c -> c.messages().get(0).content()).toList();
    }

    @Test
    void rowsWithoutTheNeededFieldAreNamed() throws IOException {
        Path lines = file("g.jsonl", "{\"question\": \"a\", \"answer\": \"b\"}\n{\"question\": \"a\"}\n");
        assertEquals("g.jsonl:2: field \"answer\" is missing; the row has [question]", refusal(new Gsm8kSource(lines)));
        Path array =
                file("a.json", "[{\"instruction\": \"a\", \"output\": \"b\"}, {\"instruction\": 3, \"output\": \"\"}]");
        assertEquals("a.json row 2: field \"instruction\" is not a string", refusal(new AlpacaSource(array)));
        Path turns =
                file("s.json", "[{\"conversations\": [{\"from\": \"human\", \"value\": \"\"}, {\"from\": \"cat\"}]}]");
        String message = refusal(new ShareGptSource(turns));
        assertTrue(message.startsWith("s.json row 1: field \"conversations[1].from\" is \"cat\""), message);
        Path messages = file("m.json", "[{\"messages\": [{\"role\": \"user\"}]}]");
        assertTrue(refusal(new MessagesSource(messages)).contains("m.json row 1: field \"messages[0].content\""));
        Path noArray = file("n.json", "[{\"messages\": {}}]");
        assertTrue(refusal(new MessagesSource(noArray)).contains("\"messages\" is not an array"));
        Path nulls = file("z.json", "[{\"question\": null, \"answer\": \"\"}]");
        assertTrue(refusal(new Gsm8kSource(nulls)).contains("z.json row 1: field \"question\" is not a string"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "[{\"question\": \"a\", \"answer\": \"b\"}",
                "[{\"question\": \"a\", \"answer\": \"b\"}] x",
                "[{\"question\": \"a\", \"answer\": \"b\"}, 7]",
                "{\"question\": \"a\", \"answer\": \"b\"} {}",
                "{\"question\": \"a\", \"answer\"",
                "{'question': 'a', 'answer': 'b'}",
                "question,answer",
                "[]",
                "",
                " \n\n "
            })
    void brokenFilesAreRefusedByName(String text) throws IOException {
        String message = refusal(new Gsm8kSource(file("bad.json", text)));
        assertTrue(message.contains("bad.json"), message);
    }

    @Test
    void bytesThatAreNotUtf8AreRefused() throws IOException {
        Path path = directory.resolve("latin.jsonl");
        Files.write(path, "{\"question\": \"\u00e9\", \"answer\": \"b\"}".getBytes(StandardCharsets.ISO_8859_1));
        assertTrue(refusal(new Gsm8kSource(path)).contains("not UTF-8"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "["})
    void aRowWithoutEndIsStopped(String begin) throws IOException {
        Path path = directory.resolve("long.json");
        String block = "x".repeat(1 << 20);
        try (Writer out = Files.newBufferedWriter(path)) {
            out.write(begin + "{\"question\": \"a\", \"answer\": \"b\"}" + (begin.isEmpty() ? "\n" : ","));
            out.write("{\"question\": \"");
            for (int i = 0; i < 17; i++) {
                out.write(block);
            }
            out.write("\", \"answer\": \"b\"}");
        }
        String message = refusal(new Gsm8kSource(path));
        assertTrue(message.startsWith(begin.isEmpty() ? "long.json:2: " : "long.json row 2: "), message);
        assertTrue(message.contains("the row is longer than 16777216 characters"), message);
    }

    @Test
    void deepNestingIsStopped() throws IOException {
        Path path = file("deep.jsonl", "{\"question\": " + "[".repeat(100_000));
        assertTrue(refusal(new Gsm8kSource(path)).startsWith("deep.jsonl:1: "));
    }

    @Test
    void wrongConfigurationsNameTheirField() throws IOException {
        Path path = file("g.jsonl", "{}");
        Path missing = directory.resolve("missing.jsonl");
        assertTrue(assertThrows(PropertyException.class, () -> new Gsm8kSource(missing))
                .getMessage()
                .contains("missing.jsonl"));
        assertThrows(PropertyException.class, () -> new Gsm8kSource(directory));
        assertThrows(PropertyException.class, () -> new Gsm8kSource(path, -1, 1));
        assertThrows(PropertyException.class, () -> new Gsm8kSource(path, 0, -1));
    }

    @Test
    void provenanceRoundTripsAndHoldsTheHash() throws IOException {
        Path path = file("g.jsonl", "abc");
        PromptCompletionSource source = new PromptCompletionSource(path, 2, 5, "x", "y");
        Helpers.testConfigurableRoundtrip(source);
        Helpers.testProvenanceMarshalling(source.getProvenance());
        assertEquals(
                "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad",
                ((ConversationSourceProvenance) source.getProvenance()).sha256());
        for (FileConversationSource other : List.of(
                new AlpacaSource(path), new Gsm8kSource(path), new ShareGptSource(path), new MessagesSource(path))) {
            Helpers.testConfigurableRoundtrip(other);
        }
    }

    @Test
    void realFilesAreReadWhole() {
        assertEquals(7473, all(new Gsm8kSource(real("gsm8k/train.jsonl"))).size());
        assertEquals(
                52002, all(new AlpacaSource(real("alpaca/alpaca_data.json"))).size());
        assertEquals(
                50,
                all(new ShareGptSource(real("sharegpt/venkat_sharegpt_sample.json")))
                        .size());
        List<Conversation> turns = all(new ShareGptSource(real("sharegpt/dialogstudio_original_example.json")));
        assertEquals(28, turns.stream().mapToInt(c -> c.messages().size()).sum());
        assertTrue(all(new ShareGptSource(real("sharegpt/mlenergy_ShareGPT_V3_filtered_1000.json"))).stream()
                .noneMatch(Conversation::hasCompletion));
    }
}
