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

import io.github.tribuollm.llm.data.Conversation;
import io.github.tribuollm.llm.data.DataException;
import io.github.tribuollm.llm.data.Message;
import io.github.tribuollm.llm.data.jinja.Rendered;
import io.github.tribuollm.llm.data.jinja.Rendered.Span;
import io.github.tribuollm.llm.data.jinja.TemplateException;
import java.util.ArrayList;
import java.util.List;

/**
 * Which parts of a rendered conversation are learned.
 *
 * <p>A template with {@code generation} blocks says so itself. From another one it follows by comparison: an answer
 * begins where the rendering of what comes before it, with a generation prompt, ends or differs from the text, and it
 * ends where the rendering up to it ends. White space behind the token that ends an answer is not learned.
 */
final class LearnedSpans {
    /** What is put behind an answer to find its end; no template writes it. */
    private static final String MARK = "\u2042\u2043\u2042";

    private final ChatLayout layout;
    private final List<String> tokens;
    private final Conversation conversation;
    private final Rendered whole;

    private LearnedSpans(ChatLayout layout, List<String> tokens, Conversation conversation, Rendered whole) {
        this.layout = layout;
        this.tokens = tokens;
        this.conversation = conversation;
        this.whole = whole;
    }

    /**
     * Finds the parts.
     *
     * @param layout the layout
     * @param tokens texts that are read as one token, which no part begins or ends within
     * @param conversation the conversation
     * @param whole its rendering without a generation prompt
     * @return the parts, in order
     * @throws DataException if the template does not tell
     */
    static List<Span> of(ChatLayout layout, List<String> tokens, Conversation conversation, Rendered whole) {
        LearnedSpans spans = new LearnedSpans(layout, tokens, conversation, whole);
        return layout.template().marksGenerations() ? spans.marked() : spans.compared();
    }

    private List<Span> marked() {
        List<Message> answers =
                conversation.messages().stream().filter(Message::fromAssistant).toList();
        List<Span> generations = whole.generations();
        if (answers.stream().allMatch(Message::learned)) {
            return generations;
        }
        if (generations.size() != answers.size()) {
            throw new DataException(conversation.origin() + ": the chat template marks " + generations.size()
                    + " generations for " + answers.size() + " answers, so it is not known which is the one that is"
                    + " not to be learned; remove the switch, or split the conversation");
        }
        List<Span> learned = new ArrayList<>();
        for (int i = 0; i < answers.size(); i++) {
            if (answers.get(i).learned()) {
                learned.add(generations.get(i));
            }
        }
        return learned;
    }

    private List<Span> compared() {
        List<Span> learned = new ArrayList<>();
        for (int i = 0; i < conversation.messages().size(); i++) {
            if (conversation.messages().get(i).learned()) {
                Span answer = answer(i);
                int after =
                        learned.isEmpty() ? 0 : learned.get(learned.size() - 1).end();
                if (answer.start() < after || answer.start() > answer.end()) {
                    throw unclear(i);
                }
                learned.add(answer);
            }
        }
        return learned;
    }

    private Span answer(int place) {
        try {
            int start = start(place);
            return new Span(start, withoutSpace(start, end(place)));
        } catch (TemplateException e) {
            throw new DataException(
                    conversation.origin() + ": the chat template has no generation blocks, and does not lay out the"
                            + " conversation up to answer " + answerNumber(place)
                            + ", so it is not known where that begins: " + e.getMessage(),
                    e);
        }
    }

    private DataException unclear(int place) {
        return new DataException(conversation.origin() + ": the chat template lays out what comes before answer "
                + answerNumber(place) + " in another way when the answer follows, so it is not known what is to be"
                + " learned; give a template with generation blocks (--template FILE), or split the conversation");
    }

    private long answerNumber(int place) {
        return conversation.messages().subList(0, place + 1).stream()
                .filter(Message::fromAssistant)
                .count();
    }

    private Conversation upTo(int count) {
        return conversation.withMessages(conversation.messages().subList(0, count));
    }

    private int start(int place) {
        String text = whole.text();
        String prompt = layout.render(upTo(place), true).text();
        if (text.startsWith(prompt)) {
            return prompt.length();
        }
        int common = common(prompt, text);
        int history = common(prompt, layout.render(upTo(place), false).text());
        if (common < history) {
            throw unclear(place);
        }
        return common;
    }

    private int end(int place) {
        String text = whole.text();
        if (place == conversation.messages().size() - 1) {
            return text.length();
        }
        String answered = layout.render(upTo(place + 1), false).text();
        return text.startsWith(answered) ? answered.length() : endByMark(place);
    }

    /** Where the answer's own end is that of the answer when it is the last message. */
    private int endByMark(int place) {
        List<Message> messages = new ArrayList<>(conversation.messages());
        Message answer = messages.get(place);
        messages.set(place, answer.withContent(answer.content() + MARK));
        Conversation marked = conversation.withMessages(messages);
        String following = behindMark(layout.render(marked, false).text(), place);
        String last = behindMark(
                layout.render(marked.withMessages(messages.subList(0, place + 1)), false)
                        .text(),
                place);
        if (!whole.text().endsWith(following)) {
            throw unclear(place);
        }
        return whole.text().length() - following.length() + common(following, last);
    }

    private String behindMark(String text, int place) {
        int at = text.indexOf(MARK);
        if (at < 0 || text.indexOf(MARK, at + 1) >= 0) {
            throw unclear(place);
        }
        return text.substring(at + MARK.length());
    }

    /** How many characters two texts have in common at their beginning, not ending within a token. */
    private int common(String a, String b) {
        int shorter = Math.min(a.length(), b.length());
        int length = 0;
        while (length < shorter && a.charAt(length) == b.charAt(length)) {
            length++;
        }
        int common = length;
        for (String token : tokens) {
            for (int inside = 1; inside < token.length() && inside <= length; inside++) {
                if (a.startsWith(token, length - inside) || b.startsWith(token, length - inside)) {
                    common = Math.min(common, length - inside);
                }
            }
        }
        return common;
    }

    /** The end without the white space that follows a token. */
    private int withoutSpace(int start, int end) {
        String text = whole.text();
        int last = end;
        while (last > start && Character.isWhitespace(text.charAt(last - 1))) {
            last--;
        }
        for (String token : tokens) {
            if (!token.isBlank() && text.startsWith(token, last - token.length()) && last - token.length() >= start) {
                return last;
            }
        }
        return end;
    }
}
