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

import com.google.gson.JsonParser;
import io.github.tribuollm.llm.data.jinja.JsonValues;
import io.github.tribuollm.llm.data.template.QuestionAnswerTemplate;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class MessageFieldsTest {
    private static final String TOOL = """
            {"type": "function", "function": {"name": "weather", "parameters": {"type": "object"}}}""";

    @TempDir
    private Path directory;

    private Conversation messages(String row) {
        return only(new MessagesSource(file(row)));
    }

    private Conversation shareGpt(String row) {
        return only(new ShareGptSource(file(row)));
    }

    private static Conversation only(ConversationSource source) {
        List<Conversation> rows =
                StreamSupport.stream(source.spliterator(), false).toList();
        assertEquals(1, rows.size());
        return rows.get(0);
    }

    private Path file(String row) {
        try {
            return Files.writeString(directory.resolve("d.jsonl"), row.replace('\n', ' ') + "\n");
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    private String refusal(String row) {
        Path path = file(row);
        return assertThrows(DataException.class, () -> only(new MessagesSource(path)))
                .getMessage();
    }

    private static List<Boolean> learned(Conversation conversation) {
        return conversation.messages().stream().map(Message::learned).toList();
    }

    @Test
    void weightZeroIsReadAndNotLearned() {
        Conversation conversation = messages("""
                {"messages": [{"role": "user", "content": "Hi"},
                {"role": "assistant", "content": "bad", "weight": 0}, {"role": "user", "content": "x"},
                {"role": "assistant", "content": "Yo", "weight": 1}]}""");
        assertEquals(List.of(false, false, false, true), learned(conversation));
        assertFalse(conversation.messages().get(1).fields().has("weight"), "a switch is nothing to lay out");
    }

    @ParameterizedTest
    @CsvSource({
        "weight, 0, false",
        "weight, 1, true",
        "weight, null, true",
        "weight, 0.0, false",
        "train, false, false",
        "train, true, true",
        "training, false, false",
        "loss, false, false"
    })
    void switchesOfAnAnswer(String field, String value, boolean learned) {
        String turn = "{\"role\": \"assistant\", \"content\": \"a\", \"" + field + "\": " + value + "}";
        assertEquals(List.of(learned), learned(messages("{\"messages\": [" + turn + "]}")));
        String gpt = "{\"from\": \"gpt\", \"value\": \"a\", \"" + field + "\": " + value + "}";
        assertEquals(List.of(learned), learned(shareGpt("{\"conversations\": [" + gpt + "]}")));
    }

    @ParameterizedTest
    @CsvSource({
        "assistant, weight, 0.5, use 0 or 1",
        "assistant, weight, '\"0\"', use 0 or 1",
        "assistant, train_detail, [], weighs parts of a turn",
        "assistant, loss_scale, 2, weighs parts of a turn",
        "user, train, true, only what the assistant says is learned"
    })
    void otherSwitchesAreRefusedByName(String role, String field, String value, String reason) {
        String refused = refusal(
                "{\"messages\": [{\"role\": \"" + role + "\", \"content\": \"a\", \"" + field + "\": " + value + "}]}");
        assertTrue(refused.startsWith("d.jsonl:1: field \"messages[0]." + field + "\" "), refused);
        assertTrue(refused.contains(reason), refused);
    }

    @Test
    void toolsCallsResultsAndReasoningAreKept() {
        Conversation conversation = messages("""
                {"messages": [{"role": "user", "content": "Weather?"}, {"role": "assistant", "content": null,
                "reasoning_content": "ask", "tool_calls": [{"id": "c1", "function": {"name": "weather",
                "arguments": {"city": "Oslo", "days": 1, "x": 1.0}}}]},
                {"role": "tool", "tool_call_id": "c1", "content": "Sunny"}, {"role": "assistant", "content": "Sunny."}],
                "tools": [%s], "documents": null, "chat_template_kwargs": {"enable_thinking": false}}""".formatted(TOOL));
        Message call = conversation.messages().get(1);
        assertEquals("", call.content());
        assertEquals(
                "[{\"id\":\"c1\",\"function\":{\"name\":\"weather\",\"arguments\":{\"city\":\"Oslo\",\"days\":1,\"x\":1.0}}}]",
                JsonValues.json(call.fields().get("tool_calls")).toString());
        assertEquals(
                JsonParser.parseString("{\"tools\": [" + TOOL + "], \"enable_thinking\": false}"),
                JsonValues.json(conversation.variables()));
    }

    @Test
    void toolsMayBeATextOfJson() {
        Conversation conversation = messages("{\"messages\": [{\"role\": \"user\", \"content\": \"a\"}], \"tools\": \"["
                + TOOL.replace("\"", "\\\"") + "]\"}");
        assertEquals(
                JsonParser.parseString("[" + TOOL + "]"),
                JsonValues.json(conversation.variables().get("tools")));
    }

    @Test
    void contentMayBeParts() {
        Conversation conversation = messages("""
                {"messages": [{"role": "user", "content": [{"type": "text", "text": "Hi"}, {"type": "text",
                "text": " you"}]}]}""");
        assertEquals("Hi you", conversation.messages().get(0).content());
    }

    @Test
    void shareGptCallsAndObservations() {
        Conversation conversation = shareGpt("""
                {"system": "s", "tools": "[]", "conversations": [{"from": "human", "value": "Hi"},
                {"from": "function_call", "value": "{\\"name\\": \\"f\\", \\"arguments\\": {\\"x\\": 1}}"},
                {"from": "observation", "value": "ok"}, {"from": "gpt", "value": "Hello"}]}""");
        assertEquals(
                List.of("system", "user", "assistant", "tool", "assistant"),
                conversation.messages().stream().map(Message::role).toList());
        assertEquals(
                "[{\"type\":\"function\",\"function\":{\"name\":\"f\",\"arguments\":{\"x\":1}}}]",
                JsonValues.json(conversation.messages().get(2).fields().get("tool_calls"))
                        .toString());
        assertEquals(List.of(false, false, true, false, true), learned(conversation));
    }

    @Test
    void aShareGptCallWithoutNameIsRefused() {
        Path path = file("""
                {"conversations": [{"from": "human", "value": "Hi"}, {"from": "function_call", "value": "{}"}]}""");
        assertEquals(
                "d.jsonl:1: field \"conversations[1].value\" of a function_call has no name and arguments",
                assertThrows(DataException.class, () -> only(new ShareGptSource(path)))
                        .getMessage());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "\"tools\": [{\"type\": \"function\"}]",
                "\"chat_template_kwargs\": {\"enable_thinking\": false}",
                "\"documents\": \"[{}]\""
            })
    void aLayoutOfTextsRefusesWhatItWouldDrop(String field) {
        String row = "{\"messages\": [{\"role\": \"user\", \"content\": \"q\"}, {\"role\": \"assistant\", \"content\":"
                + " \"a\"}], " + field + "}";
        assertPlainRefuses(messages(row), "QuestionAnswerTemplate has no place for \"");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "\"role\": \"tool\", \"content\": \"a\" | a message of the role \"tool\"",
                "\"role\": \"assistant\", \"content\": \"a\", \"tool_calls\": [{\"id\": \"c\"}] | \"tool_calls\"",
                "\"role\": \"assistant\", \"content\": \"a\", \"reasoning_content\": \"r\" | \"reasoning_content\"",
                "\"role\": \"user\", \"content\": [{\"type\": \"image\"}] | a part of the content that is no text"
            })
    void aLayoutOfTextsRefusesMessagesThatSayMore(String fields, String what) {
        assertPlainRefuses(messages("{\"messages\": [{" + fields + "}]}"), "has no place for " + what + "; remove it");
    }

    private static void assertPlainRefuses(Conversation conversation, String part) {
        String refused = assertThrows(
                        DataException.class,
                        () -> PlainConversation.require(conversation, new QuestionAnswerTemplate()))
                .getMessage();
        assertTrue(refused.startsWith("d.jsonl:1: "), refused);
        assertTrue(refused.contains(part), refused);
    }

    @Test
    void aListInMemoryKeepsAllFields() throws IOException {
        Conversation conversation = messages("""
                {"messages": [{"role": "user", "content": "Hi"}, {"role": "assistant", "content": "bad", "weight": 0,
                "tool_calls": [{"id": null}]}], "tools": [%s], "chat_template_kwargs": {"a": [1, 2.5, null, true]}}""".formatted(TOOL));
        ConversationList list = new ConversationList(List.of(conversation));
        Conversation read = only(list.save(directory.resolve("saved.jsonl")));
        assertEquals(conversation.messages(), read.messages());
        assertEquals(conversation.variables(), read.variables());
    }
}
