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
package io.github.tribuollm.llm.generation;

import io.github.tribuollm.llm.checkpoint.Tokenizer;
import io.github.tribuollm.llm.data.Conversation;
import io.github.tribuollm.llm.data.Message;
import io.github.tribuollm.llm.data.PromptTemplate;
import io.github.tribuollm.llm.data.SequenceEncoder;
import io.github.tribuollm.llm.data.TruncationPolicy;
import io.github.tribuollm.llm.generation.sampling.GenerationException;
import java.util.List;
import java.util.Optional;
import java.util.function.DoubleConsumer;
import java.util.function.Supplier;
import java.util.stream.IntStream;

/** Makes prompts of texts and conversations. */
final class PromptEncoder {
    private final Tokenizer tokenizer;
    private final Supplier<PromptTemplate> template;
    private SequenceEncoder encoder;

    /**
     * An encoder.
     *
     * @param tokenizer the model's
     * @param template how conversations are laid out, asked for when there is one
     */
    PromptEncoder(Tokenizer tokenizer, Supplier<PromptTemplate> template) {
        this.tokenizer = tokenizer;
        this.template = template;
    }

    /** A text that is continued as it is, after the token that begins a sequence where the tokenizer has one. */
    Prompt continued(String text) {
        if (text.isEmpty()) {
            throw new GenerationException("The prompt is empty; give the text that is to be continued");
        }
        int[] tokens = tokenizer.encode(text);
        boolean lacksBos = tokenizer.addsBos() && tokens[0] != tokenizer.bos().getAsInt();
        IntStream bos = lacksBos ? IntStream.of(tokenizer.bos().getAsInt()) : IntStream.empty();
        return new Prompt(
                Conversation.MEMORY,
                Prompt.Layout.PLAIN,
                text,
                Optional.empty(),
                IntStream.concat(bos, IntStream.of(tokens)).toArray());
    }

    /** A conversation up to its last message that is not the model's; what the model says after it is the reference. */
    Prompt asked(Conversation conversation) {
        List<Message> messages = conversation.messages();
        int asked = messages.size();
        while (asked > 0 && messages.get(asked - 1).fromAssistant()) {
            asked--;
        }
        if (asked == 0) {
            throw new GenerationException(conversation.origin() + ": there is no message to answer; a conversation has"
                    + " a message of the user before the place of the answer");
        }
        String question = messages.get(asked - 1).content();
        if (question.isBlank()) {
            throw new GenerationException(
                    conversation.origin() + ": the message to answer is empty; write what the" + " model is asked");
        }
        Optional<String> reference =
                asked < messages.size() ? Optional.of(messages.get(asked).content()) : Optional.empty();
        int[] tokens = encoder().encodePrompt(conversation.withMessages(messages.subList(0, asked)));
        return new Prompt(conversation.origin(), Prompt.Layout.CONVERSATION, question, reference, tokens);
    }

    /** The text of a conversation up to the point where the model is to answer. */
    String text(Conversation conversation) {
        return encoder().promptText(conversation);
    }

    /** The question whether an answer is true, laid out like its prompt. */
    TruthQuestion isTrue(Prompt prompt, Answer answer, DoubleConsumer answered) {
        String text = TruthQuestion.text(prompt.question(), answer.text());
        boolean plain = prompt.layout() == Prompt.Layout.PLAIN;
        Prompt question = plain ? continued(text) : asked(conversation(text));
        int token = tokenizer.encode(plain ? " True" : "True")[0];
        return new TruthQuestion(question.tokens(), token, answered);
    }

    /** A question of the user, alone. */
    static Conversation conversation(String question) {
        return new Conversation(List.of(new Message(Message.USER, question)), Conversation.MEMORY);
    }

    private SequenceEncoder encoder() {
        if (encoder == null) {
            encoder = new SequenceEncoder(tokenizer, template.get(), Integer.MAX_VALUE, TruncationPolicy.FAIL);
        }
        return encoder;
    }
}
