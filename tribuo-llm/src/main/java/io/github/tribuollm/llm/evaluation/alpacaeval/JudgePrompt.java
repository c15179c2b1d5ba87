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
package io.github.tribuollm.llm.evaluation.alpacaeval;

import io.github.tribuollm.llm.data.Conversation;
import io.github.tribuollm.llm.data.Message;
import io.github.tribuollm.llm.evaluation.EvaluationException;
import io.github.tribuollm.llm.evaluation.ModelInput;
import io.github.tribuollm.llm.evaluation.Query;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * How a judge is asked: messages with places for the instruction and two answers. An answer is put in as it is and can
 * neither end its message nor fill another place.
 */
public final class JudgePrompt {
    private static final Pattern MESSAGE =
            Pattern.compile("\\G\\s*<\\|im_start\\|>(\\w+)\\n(.*?)<\\|im_end\\|>", Pattern.DOTALL);
    private static final Pattern PLACE = Pattern.compile("\\{(instruction|output_1|output_2)}");
    private static final List<String> PLACES = List.of("instruction", "output_1", "output_2");

    private final List<Message> messages;

    private JudgePrompt(List<Message> messages) {
        this.messages = messages;
    }

    /** {@return the prompt of AlpacaEval 2.0, which asks for one of the labels} */
    public static JudgePrompt standard() {
        try (InputStream in = JudgePrompt.class.getResourceAsStream("judge.txt")) {
            return of(new String(in.readAllBytes(), StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * Reads a prompt in AlpacaEval's notation.
     *
     * @param template messages between {@code <|im_start|>role} and {@code <|im_end|>}, with the places {@code
     *     {instruction}}, {@code {output_1}} and {@code {output_2}}
     * @throws EvaluationException if it holds no messages, lacks a place, or ends with another message than the user's
     */
    public static JudgePrompt of(String template) {
        List<Message> messages = new ArrayList<>();
        Matcher matcher = MESSAGE.matcher(template);
        int end = 0;
        while (matcher.find()) {
            messages.add(new Message(matcher.group(1), matcher.group(2).strip()));
            end = matcher.end();
        }
        if (messages.isEmpty() || !template.substring(end).isBlank()) {
            throw new EvaluationException("The judge's prompt is no sequence of messages between <|im_start|>role and"
                    + " <|im_end|>, from character " + end);
        }
        for (String place : PLACES) {
            if (!template.contains("{" + place + "}")) {
                throw new EvaluationException("The judge's prompt has no place {" + place + "}");
            }
        }
        if (messages.get(messages.size() - 1).fromAssistant()) {
            throw new EvaluationException("The judge's prompt ends with a message of the assistant");
        }
        return new JudgePrompt(List.copyOf(messages));
    }

    /**
     * Asks about a pair, for one token.
     *
     * @param pair the answers
     * @param order which one is read first
     */
    public Query query(AnswerPair pair, Order order) {
        Map<String, String> places = Map.of(
                "instruction", pair.instruction(),
                "output_1", order.first(pair).output(),
                "output_2", order.second(pair).output());
        List<Message> filled = messages.stream()
                .map(message -> new Message(
                        message.role(),
                        PLACE.matcher(message.content())
                                .replaceAll(place -> Matcher.quoteReplacement(places.get(place.group(1))))))
                .toList();
        return new Query(new ModelInput.Chat(new Conversation(filled, Conversation.MEMORY)), List.of(), 1);
    }
}
