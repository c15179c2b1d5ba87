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
package io.github.tribuollm.llm.data.template;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import com.oracle.labs.mlrg.olcut.config.ConfigurationData;
import com.oracle.labs.mlrg.olcut.config.ConfigurationManager;
import com.oracle.labs.mlrg.olcut.config.PropertyException;
import com.oracle.labs.mlrg.olcut.config.property.Property;
import com.oracle.labs.mlrg.olcut.config.property.SimpleProperty;
import io.github.tribuollm.llm.checkpoint.CheckpointException;
import io.github.tribuollm.llm.data.ChatGoldens;
import io.github.tribuollm.llm.data.Conversation;
import io.github.tribuollm.llm.data.DataException;
import io.github.tribuollm.llm.data.Message;
import io.github.tribuollm.llm.data.MessagesSource;
import io.github.tribuollm.llm.data.Segment;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.tribuo.test.Helpers;

class ChatTemplateTest {
    private static final String CHATML = """
            {%- for message in messages %}
            {{- '<|im_start|>' + message.role + '\\n' + message.content + '<|im_end|>' + '\\n' }}
            {%- endfor %}
            {%- if add_generation_prompt %}{{ '<|im_start|>assistant\\n' }}{% endif %}""";

    @TempDir
    private Path directory;

    static List<Path> families() {
        return ChatGoldens.families(ChatGoldens.FIXTURES);
    }

    @ParameterizedTest
    @MethodSource("families")
    void idsAndLearnedTokensOfThePublishedTemplateAreThoseOfTransformers(Path family) {
        assertSame(family, ChatGoldens.compare(family, ChatGoldens.published(family)));
    }

    @ParameterizedTest
    @MethodSource("families")
    void ourOwnLayoutsAreTheSame(Path family) {
        assertSame(family, ChatGoldens.compare(family, ChatGoldens.builtIn(family)));
    }

    private static void assertSame(Path family, ChatGoldens goldens) {
        assertEquals("", String.join("\n", goldens.differences()));
        assertEquals(50, goldens.conversations());
        assertEquals(family.endsWith("gemma-2") ? 6 : 0, goldens.refused(), "only Gemma refuses system messages");
    }

    private Path checkpoint(String template, String... added) throws IOException {
        JsonObject config = new JsonObject();
        config.addProperty("eos_token", "<|im_end|>");
        if (template != null) {
            config.addProperty("chat_template", template);
        }
        Files.writeString(directory.resolve("tokenizer_config.json"), config.toString());
        StringBuilder tokens = new StringBuilder();
        for (String token : added) {
            tokens.append(tokens.isEmpty() ? "" : ",")
                    .append("{\"id\": " + tokens.length() + ", \"content\": \"" + token + "\"}");
        }
        Files.writeString(
                directory.resolve("tokenizer.json"),
                "{\"added_tokens\": [" + tokens + "], \"model\": {\"vocab\": {\"a\": 9999}}}");
        return directory;
    }

    private ChatTemplate template(String jinja) throws IOException {
        return new ChatTemplate(checkpoint(jinja, "<|im_start|>", "<|im_end|>", "<|end|>", "<|user|>")
                .toString());
    }

    private Conversation row(String json) throws IOException {
        Path file = Files.writeString(directory.resolve("rows.jsonl"), json.replace('\n', ' ') + "\n");
        return new MessagesSource(file).iterator().next();
    }

    private static Conversation chat(String... contents) {
        Message[] messages = new Message[contents.length];
        for (int i = 0; i < contents.length; i++) {
            messages[i] = new Message(i % 2 == 0 ? "user" : "assistant", contents[i]);
        }
        return new Conversation(List.of(messages), "row 1");
    }

    private static String learned(ChatTemplate template, Conversation conversation) {
        return template.render(conversation, "").stream()
                .filter(Segment::trained)
                .map(Segment::text)
                .collect(Collectors.joining("|"));
    }

    private static String text(ChatTemplate template, Conversation conversation) {
        return template.render(conversation, "").stream().map(Segment::text).collect(Collectors.joining());
    }

    private static String refusal(ChatTemplate template, Conversation conversation) {
        return assertThrows(DataException.class, () -> template.render(conversation, ""))
                .getMessage();
    }

    @Test
    void whatIsLearnedFollowsFromRenderingsWithAndWithoutTheAnswer() throws IOException {
        ChatTemplate template = template(CHATML);
        Conversation conversation = chat("q", "a", "r", "b");
        assertEquals("a<|im_end|>|b<|im_end|>", learned(template, conversation));
        assertEquals(
                "<|im_start|>user\nq<|im_end|>\n<|im_start|>assistant\na<|im_end|>\n<|im_start|>user\nr<|im_end|>\n"
                        + "<|im_start|>assistant\nb<|im_end|>\n",
                text(template, conversation));
        assertEquals("<|im_start|>user\nq<|im_end|>\n<|im_start|>assistant\n", template.prompt(chat("q"), ""));
    }

    @Test
    void anAnswerThatIsSwitchedOffIsNotLearned() throws IOException {
        Conversation conversation = row("""
                {"messages": [{"role": "user", "content": "Hi"},
                {"role": "assistant", "content": "bad", "weight": 0}, {"role": "user", "content": "x"},
                {"role": "assistant", "content": "Yo", "weight": 1}]}""");
        assertEquals("Yo<|im_end|>", learned(template(CHATML), conversation));
        String marked = CHATML.replace(
                "+ message.content + '<|im_end|>'",
                "}}{% generation %}{{ message.content +" + " '<|im_end|>' }}{% endgeneration %}{{ ''");
        assertTrue(refusal(template(marked), conversation).contains("marks 4 generations for 2 answers"));
        String answers = "{% for m in messages %}{% if m.role == 'assistant' %}{% generation %}{{ m.content }}{%"
                + " endgeneration %}{% else %}{{ m.content }}{% endif %}{% endfor %}";
        assertEquals("Yo", learned(template(answers), conversation));
    }

    @Test
    void anAnswerIsLaidOutInAnotherWayWhenItEndsTheConversation() throws IOException {
        String thinking = "{% for m in messages %}{{ '<|im_start|>' ~ m.role ~ '\\n' }}{% if m.role == 'assistant' and"
                + " loop.last %}<think></think>{% endif %}{{ m.content }}<|im_end|>{{ '\\n' }}{% endfor %}{% if"
                + " add_generation_prompt %}{{ '<|im_start|>assistant\\n' }}{% endif %}";
        assertEquals("a<|im_end|>|<think></think>b<|im_end|>", learned(template(thinking), chat("q", "a", "r", "b")));
        assertEquals(
                "<answer<|im_end|>|<think></think>b<|im_end|>",
                learned(template(thinking), chat("q", "<answer", "r", "b")));
    }

    @Test
    void aTextThatEndsTheConversationIsNoPartOfAnEarlierAnswer() throws IOException {
        String closed = "{% for m in messages %}{{ '<|' ~ m.role ~ '|>' ~ m.content ~ '<|end|>' }}{% endfor %}{% if"
                + " add_generation_prompt %}<|assistant|>{% else %}<|im_end|>{% endif %}";
        assertEquals("a<|end|>|b<|end|><|im_end|>", learned(template(closed), chat("q", "a", "r", "b")));
    }

    @Test
    void aGenerationPromptThatTheAnswerDoesNotRepeatIsRead() throws IOException {
        String deep = "{% for m in messages %}{{ '<|' ~ m.role ~ '|>' ~ m.content ~ '<|end|>' }}{% endfor %}{% if"
                + " add_generation_prompt %}<|assistant|><think>{% endif %}";
        assertEquals("a<|end|>", learned(template(deep), chat("q", "a")));
    }

    @Test
    void whereNeitherTellsItIsRefused() throws IOException {
        String counting = "{{ messages|length }}{% for m in messages %}{{ m.content }}{% endfor %}";
        String refused = refusal(template(counting), chat("q", "a"));
        assertTrue(refused.startsWith("row 1: the chat template lays out what comes before answer 1"), refused);
        String demanding = "{% if messages|length < 2 %}{{ raise_exception('too short') }}{% endif %}x";
        refused = refusal(template(demanding), chat("q", "a"));
        assertTrue(refused.contains("does not lay out the conversation up to answer 1"), refused);
        assertTrue(refused.contains("too short"), refused);
    }

    @Test
    void whatTheTemplateHasNoPlaceForIsRefusedByName() throws IOException {
        ChatTemplate template = template(CHATML);
        String start =
                "{\"messages\": [{\"role\": \"user\", \"content\": \"q\"}, {\"role\": \"assistant\", \"content\":"
                        + " \"a\"";
        assertPlace("\"tools\"", refusal(template, row(start + "}], \"tools\": [{\"type\": \"function\"}]}")));
        assertPlace("\"x\"", refusal(template, row(start + "}], \"chat_template_kwargs\": {\"x\": 1}}")));
        assertPlace("\"tool_calls\"", refusal(template, row(start + ", \"tool_calls\": [{\"id\": \"c1\"}]}]}")));
        assertPlace("\"reasoning\"", refusal(template, row(start + ", \"reasoning\": \"r\"}]}")));
        assertPlace(
                "a message of the role \"asistant\"",
                refusal(template, row(start + "}, {\"role\": \"asistant\", \"content\": \"b\"}]}")));
        Conversation parts = row(
                "{\"messages\": [{\"role\": \"user\", \"content\": [{\"type\": \"text\", \"text\":" + " \"q\"}]}]}");
        String fails = assertThrows(DataException.class, () -> template.prompt(parts, ""))
                .getMessage();
        assertTrue(fails.startsWith("rows.jsonl:1: the chat template fails, " + directory + " line 2:"), fails);
        ChatTemplate loose = template("{% for m in messages %}{{ m.content }}{% endfor %}");
        assertPlace(
                "content in parts",
                assertThrows(DataException.class, () -> loose.prompt(parts, "")).getMessage());
        ChatTemplate two = template("{% for m in messages %}{% if m.role == 'user' %}{{ m.content }}{% else %}{{"
                + " m.content }}{% endif %}{% endfor %}");
        Conversation tool = row("{\"messages\": [{\"role\": \"user\", \"content\": \"q\"}, {\"role\": \"tool\","
                + " \"content\": \"t\"}]}");
        assertEquals("qt", two.prompt(tool, ""));
        ChatTemplate one =
                template("{% for m in messages %}{% if m.role == 'user' %}{{ m.content }}{% endif %}{%" + " endfor %}");
        assertPlace(
                "a message of the role \"tool\"",
                assertThrows(DataException.class, () -> one.prompt(tool, "")).getMessage());
    }

    @Test
    void rowsOfMessagesAreReadAndLaidOutAsInPython() throws IOException {
        Path jinja = ChatGoldens.FIXTURES.resolveSibling("jinja");
        checkpoint(null, "<|im_start|>", "<|im_end|>");
        ChatTemplate template = new ChatTemplate(directory.toString(), jinja.resolve("templates/chatml-tools.jinja"));
        Set<String> leftOutInPython = Set.of("documents", "an observation");
        int rows = 0;
        for (JsonObject golden : goldens(jinja.resolve("conversations.jsonl"), "chatml-tools")) {
            String name = golden.get("conversation").getAsString();
            if (golden.has("refused") || leftOutInPython.contains(name)) {
                Conversation refused = row(asRow(golden).toString());
                assertThrows(DataException.class, () -> template.render(refused, ""), name);
            } else {
                assertEquals(
                        golden.get("text").getAsString(),
                        text(template, row(asRow(golden).toString())),
                        name);
                rows++;
            }
        }
        assertTrue(rows >= 30, rows + " rows");
    }

    private static List<JsonObject> goldens(Path file, String template) throws IOException {
        List<JsonObject> goldens = new ArrayList<>();
        boolean wanted = false;
        for (String line : Files.readAllLines(file)) {
            JsonObject golden = JsonParser.parseString(line).getAsJsonObject();
            if (golden.has("template")) {
                wanted = golden.get("template").getAsString().equals(template);
            } else if (wanted && !golden.get("add_generation_prompt").getAsBoolean()) {
                goldens.add(golden);
            }
        }
        return goldens;
    }

    /** The row of a file from which the conversation of a golden is read. */
    private static JsonObject asRow(JsonObject golden) {
        JsonObject row = new JsonObject();
        JsonObject others = new JsonObject();
        row.add("messages", golden.get("messages"));
        golden.getAsJsonObject("variables").entrySet().forEach(variable -> {
            boolean own = Set.of("tools", "documents").contains(variable.getKey());
            (own ? row : others).add(variable.getKey(), variable.getValue());
        });
        row.add("chat_template_kwargs", others);
        return row;
    }

    private static void assertPlace(String what, String refused) {
        assertTrue(refused.contains(" has no place for " + what + "; remove it, or give a template"), refused);
    }

    @Test
    void aTemplatesOwnRefusalIsTold() throws IOException {
        ChatTemplate template = template("{{ raise_exception('Only support system first') }}");
        assertEquals(
                "row 1: the chat template refuses the conversation, " + directory + " line 1: Only support system"
                        + " first",
                refusal(template, chat("q", "a")));
    }

    @Test
    void todayIsRecordedOnlyWhereTheTemplateAsks() throws IOException {
        assertEquals("", template(CHATML).date());
        ChatTemplate dated = template("{{ strftime_now('%d %b %Y, %H:%M') ~ messages[0].content }}");
        assertEquals(LocalDate.now().getYear(), LocalDate.parse(dated.date()).getYear());
        assertEquals("26 Jul 2024, 00:00q", dated.withDate("2024-07-26").prompt(chat("q"), ""));
        assertEquals("26 Jul 2024, 09:05q", dated.withDate("2024-07-26T09:05").prompt(chat("q"), ""));
        assertThrows(PropertyException.class, () -> dated.withDate("26 Jul 2024"));
    }

    @Test
    void variablesAreGivenByASettingOrAConversation() throws IOException {
        ChatTemplate template = template("{{ enable_thinking is defined and enable_thinking == false }} {{ mood }} {{"
                + " messages[0].content }}");
        assertEquals("False  q", template.prompt(chat("q"), ""));
        ChatTemplate set = template.withVariables(Map.of("enable_thinking", "false", "mood", "not json"));
        assertEquals("True not json q", set.prompt(chat("q"), ""));
        Conversation own = row("{\"messages\": [{\"role\": \"user\", \"content\": \"q\"}], \"chat_template_kwargs\":"
                + " {\"mood\": \"own\"}}");
        assertEquals("True own q", set.prompt(own, ""));
        String refused = assertThrows(PropertyException.class, () -> template.withVariables(Map.of("moods", "1")))
                .getMessage();
        assertTrue(refused.contains("has no variable 'moods'"), refused);
    }

    @Test
    void conversationsWithToolsHaveATemplateOfTheirOwnWhereThereIsOne() throws IOException {
        checkpoint(null);
        Files.writeString(
                directory.resolve("tokenizer_config.json"),
                "{\"chat_template\": [{\"name\": \"default\", \"template\": \"plain {{ messages[0].content }}\"}, {\"name\": \"tool_use\","
                        + " \"template\": \"{{ tools|length }} {{ messages[0].content }}\"}, {\"name\": \"rag\", \"template\": \"rag {{ messages[0].content }}\"}]}");
        ChatTemplate template = new ChatTemplate(directory.toString());
        assertEquals("plain q", template.prompt(chat("q"), ""));
        Conversation tools = row("{\"messages\": [{\"role\": \"user\", \"content\": \"q\"}], \"tools\": [{\"type\":"
                + " \"function\"}]}");
        assertEquals("1 q", template.prompt(tools, ""));
        assertEquals("rag q", new ChatTemplate(directory.toString(), "rag").prompt(chat("q"), ""));
        String refused = assertThrows(DataException.class, () -> new ChatTemplate(directory.toString(), "sql"))
                .getMessage();
        assertTrue(refused.contains("named sql, but default, rag, tool_use; choose one"), refused);
    }

    @Test
    void aFileGoesBeforeWhatIsPublished() throws IOException {
        checkpoint("published");
        Path file = Files.writeString(directory.resolve("own.jinja"), "{{ messages[0].content }}{{ eos_token }}\n");
        assertEquals("q<|im_end|>", new ChatTemplate(directory.toString(), file).prompt(chat("q"), ""));
    }

    @Test
    void theHashIsRecordedAndChecked() throws IOException {
        ChatTemplate template = template("a");
        assertEquals("ca978112ca1bbdcafac231b39a23dc4da786eff8147c4e72b9807785afee48bb", template.sha256());
        Helpers.testProvenanceMarshalling(template.getProvenance());
        Helpers.testConfigurableRoundtrip(template);
        ConfigurationManager configuration = new ConfigurationManager();
        Map<String, Property> properties = Map.of(
                "checkpoint", new SimpleProperty(directory.toString()),
                "sha256", new SimpleProperty(template.sha256()));
        configuration.addConfiguration(new ConfigurationData("same", ChatTemplate.class.getName(), properties));
        configuration.addConfiguration(new ConfigurationData("template", ChatTemplate.class.getName(), properties));
        assertEquals(template.toString(), configuration.lookup("same").toString());
        checkpoint("b");
        String refused = assertThrows(PropertyException.class, () -> configuration.lookup("template"))
                .getMessage();
        assertTrue(refused.contains("has changed"), refused);
    }

    @Test
    void aCheckpointWithoutTemplateIsRefused() throws IOException {
        checkpoint(null);
        String refused = assertThrows(DataException.class, () -> new ChatTemplate(directory.toString()))
                .getMessage();
        assertTrue(refused.contains("publishes no chat template, neither in chat_template.jinja nor in"), refused);
    }

    @Test
    void aHugeTemplateIsRefused() throws IOException {
        checkpoint(null);
        Files.write(directory.resolve("chat_template.jinja"), new byte[(1 << 20) + 1]);
        assertThrows(CheckpointException.class, () -> new ChatTemplate(directory.toString()));
    }
}
