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

import io.github.tribuollm.llm.checkpoint.Tokenizer;
import io.github.tribuollm.llm.data.template.PlainTemplate;
import io.github.tribuollm.llm.data.template.QuestionAnswerTemplate;
import io.github.tribuollm.llm.data.template.Qwen2Template;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.StreamSupport;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.tribuo.test.Helpers;

/** A field of a row that carries meaning is honoured, or refused by its name. */
class RowFieldsTest {
    private static final String QUESTION = "{\"question\": \"q\", \"answer\": \"abc\"";

    @TempDir
    private Path directory;

    private Path file(String name, String text) throws IOException {
        return Files.writeString(directory.resolve(name), text);
    }

    private static Conversation only(ConversationSource source) {
        List<Conversation> all =
                StreamSupport.stream(source.spliterator(), false).toList();
        assertEquals(1, all.size());
        return all.get(0);
    }

    private static String refusal(ConversationSource source) {
        return assertThrows(DataException.class, () -> only(source)).getMessage();
    }

    @Test
    void aNameThatIsThereTwiceIsRefused() throws IOException {
        String twice = "{\"question\": \"q\", \"answer\": \"a\", \"answer\": \"b\"}";
        String refused = refusal(new Gsm8kSource(file("twice.jsonl", twice)));
        assertTrue(refused.contains("twice.jsonl:1: the name \"answer\" is there twice"), refused);
        String long1 = "x".repeat(100_000);
        String nested = "{\"question\": {\"" + long1 + "\": 1, \"" + long1 + "\": 2}}";
        assertTrue(refusal(new Gsm8kSource(file("long.jsonl", nested))).length() < 1000);
    }

    @Test
    void alpacaHasASystemAndAHistory() throws IOException {
        Conversation row = only(new AlpacaSource(file("d.json", """
                [{"instruction": "And a tool?", "input": "", "output": "Hammer.", "system": "Be brief.",
                  "history": [["Name a fruit.", "Apple."]]}]""")));
        assertEquals(
                List.of(
                        new Message("system", "Be brief."),
                        new Message("user", "Name a fruit."),
                        new Message("assistant", "Apple."),
                        new Message("user", "And a tool?"),
                        new Message("assistant", "Hammer.")),
                row.messages());
        assertEquals(
                "<|im_start|>system\nBe brief.<|im_end|>\n<|im_start|>user\nName a fruit.<|im_end|>\n"
                        + "<|im_start|>assistant\n[Apple.<|im_end|>]\n<|im_start|>user\nAnd a tool?<|im_end|>\n"
                        + "<|im_start|>assistant\n[Hammer.<|im_end|>]\n",
                marked(new Qwen2Template().render(row, "<|endoftext|>")));
    }

    private static String marked(List<Segment> segments) {
        StringBuilder text = new StringBuilder();
        segments.forEach(s -> text.append(s.trained() ? "[" + s.text() + "]" : s.text()));
        return text.toString();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "\"Apple\"|field \"history\" is not an array",
                "[[\"q\"]]|field \"history[0]\" is not a pair",
                "[[\"q\", \"a\"], [\"q\", 1]]|field \"history[1]\" is not a pair"
            })
    void aWrongHistoryIsNamed(String history, String words) throws IOException {
        String row = "[{\"instruction\": \"a\", \"output\": \"b\", \"history\": " + history + "}]";
        String message = refusal(new AlpacaSource(file("d.json", row)));
        assertTrue(message.startsWith("d.json row 1: " + words), message);
    }

    @Test
    void emptyFieldsSayNothing() throws IOException {
        Conversation row = only(new AlpacaSource(file("d.json", """
                [{"instruction": "a", "output": "b", "system": "", "history": [], "images": [], "chosen": null}]""")));
        assertEquals(Conversation.of("a", "b", "d.json row 1"), row);
    }

    @Test
    void promptsAndCompletionsAreMessages() throws IOException {
        Conversation row = only(new PromptCompletionSource(file("d.jsonl", """
                {"prompt": [{"role": "user", "content": "Hi"}], "completion": [{"role": "assistant",\
                 "content": "Hello"}]}""")));
        assertEquals(Conversation.of("Hi", "Hello", "d.jsonl:1"), row);
        Conversation longer = only(new PromptCompletionSource(file("e.jsonl", """
                {"prompt": [{"role": "user", "content": "a"}, {"role": "assistant", "content": "b"},\
                 {"role": "user", "content": "c"}], "completion": [{"role": "assistant", "content": "d"}]}""")));
        assertEquals(
                List.of(false, false, false, true),
                longer.messages().stream().map(Message::learned).toList(),
                "an answer in the prompt is only read");
        String mixed = refusal(new PromptCompletionSource(
                file("m.jsonl", "{\"prompt\": [{\"role\": \"user\", \"content\": \"a\"}], \"completion\": \"b\"}")));
        assertTrue(mixed.startsWith("m.jsonl:1: field \"completion\" is no array of messages"), mixed);
    }

    @ParameterizedTest
    @CsvSource({"1, 1", "0, 0", "2.5, 2.5", "null, 1"})
    void rowsCountByTheirWeight(String written, float weight) throws IOException {
        assertEquals(
                weight,
                only(new Gsm8kSource(file("g.jsonl", QUESTION + ", \"weight\": " + written + "}")))
                        .weight());
    }

    @ParameterizedTest
    @CsvSource({"true, true", "false, false", "0, false", "null, true"})
    void rowsAreSwitchedOff(String written, boolean learned) throws IOException {
        Conversation row = only(new Gsm8kSource(file("g.jsonl", QUESTION + ", \"train\": " + written + "}")));
        assertEquals(learned, row.hasCompletion());
    }

    @Test
    void weightsReachTheSequencesAndRowsWithoutOneAreCounted() throws IOException {
        Path rows =
                file("g.jsonl", QUESTION + ", \"weight\": 0.5}\n" + QUESTION + ", \"weight\": 0}\n" + QUESTION + "}\n");
        try (Tokenizer tokenizer = Tokenizer.open(TinyTokenizer.write(directory, true, true))) {
            EncodedConversations encoded = new SequenceEncoder(
                            tokenizer, new QuestionAnswerTemplate(), 64, TruncationPolicy.FAIL)
                    .encode(new Gsm8kSource(rows));
            assertEquals(
                    List.of(0.5f, 1f),
                    encoded.sequences().stream().map(TokenSequence::weight).toList());
            assertEquals(1, encoded.report().withoutCompletion());
        }
        ConversationList list =
                new ConversationList(List.of(Conversation.of("q", "a").withWeight(0.25f)));
        assertEquals(0.25f, only(list.save(directory.resolve("saved.jsonl"))).weight());
    }

    @ParameterizedTest
    @ValueSource(strings = {"-1", "1e999", "\"1\"", "true", "[1]"})
    void aWeightIsAFiniteNumber(String written) throws IOException {
        String message = refusal(new Gsm8kSource(file("g.jsonl", QUESTION + ", \"weight\": " + written + "}")));
        assertTrue(message.startsWith("g.jsonl:1: field \"weight\" is "), message);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "rejected|\"bad\"|preferences",
                "chosen|\"good\"|preferences",
                "kto_tag|true|preferences",
                "images|[\"a.png\"]|not text",
                "audio|\"a.wav\"|not text",
                "loss_scale|[1, 0.5]|\"weight\"",
                "sample_weight|0.5|\"weight\"",
                "labels|[1, 2]|tokens already",
                "advantage|0.5|RolloutSource"
            })
    void whatIsNotHonouredIsRefusedByName(String field, String value, String words) throws IOException {
        String message = refusal(new Gsm8kSource(file("g.jsonl", QUESTION + ", \"" + field + "\": " + value + "}")));
        assertTrue(message.startsWith("g.jsonl:1: field \"" + field + "\" "), message);
        assertTrue(message.contains(words), message);
    }

    @Test
    void numbersOfMessagesAreFinite() throws IOException {
        String message = refusal(new MessagesSource(file("m.jsonl", """
                {"messages": [{"role": "user", "content": "q", "score": 1e999}, {"role": "assistant", "content": "a"}]}""")));
        assertTrue(message.startsWith("m.jsonl:1: field \"messages[0].score\" holds the number 1e999"), message);
    }

    @Test
    void aTextIsLearnedWhole() throws IOException {
        Conversation row = only(new TextSource(file("t.jsonl", "{\"text\": \"Once upon\"}")));
        assertEquals("[Once upon</s>]", marked(new PlainTemplate().render(row, "</s>")));
        assertEquals(
                "[Once</s>]",
                marked(new PlainTemplate()
                        .render(new Conversation(List.of(new Message("assistant", "Once</s>")), "f"), "</s>")));
        try (Tokenizer tokenizer = Tokenizer.open(TinyTokenizer.write(directory, true, true))) {
            TokenSequence sequence = new SequenceEncoder(tokenizer, new PlainTemplate(), 64, TruncationPolicy.FAIL)
                    .encode(new TextSource(directory.resolve("t.jsonl")))
                    .sequences()
                    .get(0);
            assertEquals("<s>Once upon</s>", tokenizer.decode(sequence.tokens()));
            assertEquals(sequence.length() - 1, sequence.completionTokens());
        }
    }

    @Test
    void aPlainFileIsOneText() throws IOException {
        String text = "Line one\n\n  {\"text\": 'two'}\n\u00e9\ud83d\ude00\n";
        Conversation row = only(new TextSource(file("story.txt", text)));
        assertEquals(text, row.messages().get(0).content());
        assertEquals("story.txt", row.origin());
        ByteArrayOutputStream packed = new ByteArrayOutputStream();
        try (OutputStream out = new GZIPOutputStream(packed)) {
            out.write(text.getBytes(StandardCharsets.UTF_8));
        }
        Path gz = Files.write(directory.resolve("story.txt.gz"), packed.toByteArray());
        assertEquals(text, only(new TextSource(gz)).messages().get(0).content());
        Helpers.testConfigurableRoundtrip(new TextSource(gz, 0, 1, "story"));
    }

    @Test
    void plainPromptsAndCompletionsAreJoined() {
        Conversation row = Conversation.of("Name a fruit. ", "An apple.", "f:1");
        assertEquals("Name a fruit. [An apple.</s>]", marked(new PlainTemplate().render(row, "</s>")));
        Conversation chat = new Conversation(
                List.of(new Message("system", "s"), new Message("user", "q"), new Message("assistant", "a")), "f:2");
        String message = assertThrows(DataException.class, () -> new PlainTemplate().render(chat, "</s>"))
                .getMessage();
        assertTrue(message.startsWith("f:2: PlainTemplate takes a text"), message);
    }

    @Test
    void whatIsSwitchedOffIsNotLearnedByTheWeightOfPrompts() {
        Conversation off = new Conversation(
                List.of(
                        new Message("user", "q"),
                        new Message("assistant", "no").notLearned(),
                        new Message("user", "q"),
                        new Message("assistant", "yes")),
                "f:1");
        try (Tokenizer tokenizer = Tokenizer.open(TinyTokenizer.write(directory, true, true))) {
            EncodingRules rules = new EncodingRules(256, TruncationPolicy.FAIL, 0.5, false);
            String message = assertThrows(
                            DataException.class,
                            () -> new SequenceEncoder(tokenizer, new Qwen2Template(), rules).encode(List.of(off)))
                    .getMessage();
            assertTrue(message.contains("\"no\"") && message.contains("promptWeight"), message);
        }
    }
}
