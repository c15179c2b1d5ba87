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

import com.oracle.labs.mlrg.olcut.config.Config;
import com.oracle.labs.mlrg.olcut.config.PropertyException;
import com.oracle.labs.mlrg.olcut.provenance.ConfiguredObjectProvenance;
import com.oracle.labs.mlrg.olcut.provenance.impl.ConfiguredObjectProvenanceImpl;
import io.github.tribuollm.llm.checkpoint.ChatFiles;
import io.github.tribuollm.llm.checkpoint.Sha256;
import io.github.tribuollm.llm.data.Conversation;
import io.github.tribuollm.llm.data.DataException;
import io.github.tribuollm.llm.data.Message;
import io.github.tribuollm.llm.data.PromptTemplate;
import io.github.tribuollm.llm.data.Segment;
import io.github.tribuollm.llm.data.jinja.Rendered;
import io.github.tribuollm.llm.data.jinja.Rendered.Span;
import io.github.tribuollm.llm.data.jinja.Template;
import io.github.tribuollm.llm.data.jinja.TemplateException;
import io.github.tribuollm.llm.hub.CheckpointLocation;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * The chat template that a checkpoint publishes, or another Jinja file, rendered as transformers' {@code
 * apply_chat_template} renders it: text and tokens are the same, special tokens, tools, tool calls, reasoning and
 * content in parts included. It runs in an interpreter of its own, within bounds.
 *
 * <p>The model learns what stands in the template's {@code generation} blocks; in a template without them what follows
 * by comparing renderings with and without each answer. A conversation is refused by name where the template has no
 * place for what it says, refuses it itself, or does not tell what is learned.
 *
 * <p>The hash of the template, and the date if the template asks for one, are recorded, so that a run can be made again;
 * a template that has changed since is refused.
 */
public final class ChatTemplate implements PromptTemplate {
    private static final String TOOLS = "tools";
    private static final String TOOL_USE = "tool_use";
    private static final String GENERATION_PROMPT = "add_generation_prompt";

    @Config(
            mandatory = true,
            description = "The checkpoint whose template and special tokens are used: a directory or"
                    + " hf://owner/name@revision.")
    private String checkpoint;

    @Config(description = "A Jinja file in place of the published template.")
    private Path file;

    @Config(
            description = "Which of several published templates; empty for the one named default, and tool_use for"
                    + " conversations with tools where there is one.")
    private String name = "";

    @Config(
            description = "The date, or date and time, that strftime_now takes for the present, such as 2026-07-26;"
                    + " empty for today.")
    private String date = "";

    @Config(description = "Other variables of the template, such as enable_thinking, as JSON or plain text.")
    private Map<String, String> variables = new HashMap<>();

    @Config(description = "The SHA-256 of the template, or of both where tools have their own; checked if given.")
    private String sha256 = "";

    private ChatLayout layout;
    private ChatLayout layoutWithTools;
    private ChatFiles files;
    private Places places;
    private List<String> tokens;

    private ChatTemplate() {}

    /**
     * Creates the template that a checkpoint publishes.
     *
     * @param checkpoint a directory, or {@code hf://owner/name@revision}
     * @throws DataException if it publishes none, or several without a default
     * @throws TemplateException if the template cannot be read
     * @throws io.github.tribuollm.llm.checkpoint.CheckpointException if the checkpoint's files cannot be read
     */
    public ChatTemplate(String checkpoint) {
        this(checkpoint, null, "", "", Map.of());
    }

    /**
     * Creates one of several templates that a checkpoint publishes.
     *
     * @param checkpoint a directory, or {@code hf://owner/name@revision}
     * @param name the template's name
     * @throws DataException if there is none of this name
     * @throws TemplateException if the template cannot be read
     * @throws io.github.tribuollm.llm.checkpoint.CheckpointException if the checkpoint's files cannot be read
     */
    public ChatTemplate(String checkpoint, String name) {
        this(checkpoint, null, name, "", Map.of());
    }

    /**
     * Creates a template of a Jinja file, for the special tokens of a checkpoint.
     *
     * @param checkpoint a directory, or {@code hf://owner/name@revision}
     * @param file the file
     * @throws TemplateException if the template cannot be read
     * @throws io.github.tribuollm.llm.checkpoint.CheckpointException if a file cannot be read, or the template has more
     *     than 1 MiB
     */
    public ChatTemplate(String checkpoint, Path file) {
        this(checkpoint, file, "", "", Map.of());
    }

    private ChatTemplate(String checkpoint, Path file, String name, String date, Map<String, String> variables) {
        this.checkpoint = checkpoint;
        this.file = file;
        this.name = name;
        this.date = date;
        this.variables = new TreeMap<>(variables);
        postConfig();
    }

    /**
     * The same at another date.
     *
     * @param present the date, or date and time, in the form of ISO 8601, such as {@code 2026-07-26}
     * @return the template
     * @throws PropertyException if it is neither
     */
    public ChatTemplate withDate(String present) {
        return new ChatTemplate(checkpoint, file, name, present, variables);
    }

    /**
     * The same with other variables, such as {@code enable_thinking}; a conversation's own go before them.
     *
     * @param values the values by name, as JSON or plain text
     * @return the template
     * @throws PropertyException if the template does not speak of one
     */
    public ChatTemplate withVariables(Map<String, String> values) {
        return new ChatTemplate(checkpoint, file, name, date, values);
    }

    /**
     * Reads the template, and records its hash and, if it asks for the date, the date.
     *
     * @throws PropertyException if the date is none, the template does not speak of a variable, or the hash is another
     * @throws DataException if the checkpoint publishes no template, or none of this name
     * @throws TemplateException if the template cannot be read
     */
    @Override
    public void postConfig() {
        CheckpointLocation location = CheckpointLocation.of(checkpoint);
        checkpoint = location.name();
        files = ChatFiles.read(location.place());
        String published = file == null ? published(location.place()) : ChatFiles.text(file);
        String withTools = file == null && name.isEmpty() ? files.templates().get(TOOL_USE) : null;
        recordHash(withTools == null ? published : published + withTools);
        Template template = Template.parse(described(), published);
        Template forTools =
                withTools == null ? template : Template.parse(checkpoint + " (" + TOOL_USE + ")", withTools);
        if (date.isEmpty() && (asksForDate(template) || asksForDate(forTools))) {
            date = LocalDate.now().toString();
        }
        layout = layout(template);
        layoutWithTools = layout(forTools);
        places = new Places(this);
    }

    private static boolean asksForDate(Template template) {
        return template.mentions("strftime_now");
    }

    private String published(Path directory) {
        Map<String, String> templates = files.templates();
        if (templates.isEmpty()) {
            throw new DataException(directory + " publishes no chat template, neither in chat_template.jinja nor in"
                    + " tokenizer_config.json, as is usual for a model that was not trained to chat; choose a template"
                    + " yourself (--template)");
        }
        String wanted = name.isEmpty() ? ChatFiles.DEFAULT : name;
        if (!templates.containsKey(wanted)) {
            throw new DataException(directory + " publishes no chat template named " + wanted + ", but "
                    + templates.keySet().stream().sorted().collect(Collectors.joining(", "))
                    + "; choose one (--template auto:NAME)");
        }
        return templates.get(wanted);
    }

    private String described() {
        return file != null ? file.toString() : name.isEmpty() ? checkpoint : checkpoint + " (" + name + ")";
    }

    private void recordHash(String text) {
        String actual = Sha256.of(text);
        if (!sha256.isEmpty() && !sha256.equals(actual)) {
            throw new PropertyException(
                    "",
                    "sha256",
                    "The chat template of " + described() + " has changed: its"
                            + " SHA-256 is " + actual + ", not " + sha256
                            + "; take the template that was used, or remove the"
                            + " hash to use this one");
        }
        sha256 = actual;
    }

    private ChatLayout layout(Template template) {
        return new ChatLayout(template, files.specialTokens(), TemplateSettings.values(variables, template), now());
    }

    private LocalDateTime now() {
        if (date.isEmpty()) {
            return LocalDate.EPOCH.atStartOfDay(); // the template does not ask
        }
        try {
            return date.contains("T")
                    ? LocalDateTime.parse(date)
                    : LocalDate.parse(date).atStartOfDay();
        } catch (DateTimeParseException e) {
            throw new PropertyException("", "date", "'" + date + "' is no date; write it as 2026-07-26");
        }
    }

    /** The layout of a conversation: where a checkpoint has one for tools, those with tools have their own. */
    ChatLayout layout(Conversation conversation) {
        return conversation.variables().has(TOOLS) ? layoutWithTools : layout;
    }

    private synchronized List<String> tokens() {
        if (tokens == null) {
            tokens = files.addedTokens();
        }
        return tokens;
    }

    @Override
    public List<Segment> render(Conversation conversation, String eos) {
        Rendered whole = rendered(conversation, false);
        ChatLayout itsLayout = layout(conversation);
        List<String> boundaries = itsLayout.template().marksGenerations() ? List.of() : tokens();
        List<Segment> segments = new ArrayList<>();
        int at = 0;
        for (Span span : LearnedSpans.of(itsLayout, boundaries, conversation, whole)) {
            segments.add(Segment.read(whole.text().substring(at, span.start())));
            segments.add(Segment.learned(whole.text().substring(span.start(), span.end())));
            at = span.end();
        }
        segments.add(Segment.read(whole.text().substring(at)));
        return segments;
    }

    @Override
    public String prompt(Conversation conversation, String eos) {
        String prompt = rendered(conversation, true).text();
        if (!layout(conversation).template().mentions(GENERATION_PROMPT)) {
            try {
                requireAnswerNext(conversation, prompt);
            } catch (TemplateException e) {
                return prompt; // a template of questions alone
            }
        }
        return prompt;
    }

    /** Where the template does not ask for a generation prompt, nothing may stand between prompt and answer. */
    private void requireAnswerNext(Conversation conversation, String prompt) {
        String answer = "answer";
        List<Message> messages = new ArrayList<>(conversation.messages());
        messages.add(new Message(Message.ASSISTANT, answer));
        Conversation answered = conversation.withMessages(messages);
        String whole = layout(answered).render(answered, false).text();
        String after =
                whole.startsWith(prompt) ? whole.substring(prompt.length()).stripLeading() : "";
        if (after.indexOf(answer) > 0) {
            throw new DataException(described() + " has no generation prompt: it does not ask for " + GENERATION_PROMPT
                    + ", so that the model would not know that it is to answer; choose a template that has one"
                    + " (--template)");
        }
    }

    private Rendered rendered(Conversation conversation, boolean generationPrompt) {
        try {
            Rendered rendered = layout(conversation).render(conversation, generationPrompt);
            places.check(conversation, generationPrompt, rendered);
            return rendered;
        } catch (TemplateException e) {
            String what =
                    e.isRaised() ? ": the chat template refuses the conversation, " : ": the chat template fails, ";
            throw new DataException(conversation.origin() + what + e.getMessage(), e);
        }
    }

    /** {@return true: the template writes all tokens itself} */
    @Override
    public boolean isWhole() {
        return true;
    }

    /** {@return the SHA-256 of the template's text, in hexadecimal} */
    public String sha256() {
        return sha256;
    }

    /** {@return the date that {@code strftime_now} takes for the present; empty where the template does not ask} */
    public String date() {
        return date;
    }

    @Override
    public ConfiguredObjectProvenance getProvenance() {
        return new ConfiguredObjectProvenanceImpl(this, "PromptTemplate");
    }

    @Override
    public String toString() {
        return "ChatTemplate(" + described() + (date.isEmpty() ? "" : ", " + date)
                + (variables.isEmpty() ? "" : ", " + new TreeMap<>(variables)) + ")";
    }
}
