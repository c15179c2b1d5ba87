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
package io.github.tribuollm.llm.cli;

import com.oracle.labs.mlrg.olcut.config.ConfigurationManager;
import io.github.tribuollm.llm.data.Conversation;
import io.github.tribuollm.llm.data.Message;
import io.github.tribuollm.llm.generation.GenerationSession;
import io.github.tribuollm.llm.generation.Generator;
import io.github.tribuollm.runtime.UserException;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.Charset;
import java.util.List;

/** Talks with a model. */
final class ChatCommand implements Command<ChatOptions> {
    @Override
    public String name() {
        return "chat";
    }

    @Override
    public String summary() {
        return "Talks with a model in the terminal.";
    }

    @Override
    public String description() {
        return "Reads what you say from standard input, a message a line, and prints the answers while they grow. What"
                + " was said stays in the model's memory, so that a long conversation costs no more each time. Ctrl-C"
                + " stops the answer, and the program only between answers. /clear begins a new conversation, /exit or"
                + " the end of the input ends. With --uncertainty, each answer is followed by the means of what was"
                + " measured, and by the tokens of which the model knew least; the samples or members read the whole"
                + " conversation again each time.";
    }

    @Override
    public List<Example> examples() {
        return List.of(
                new Example("A chat model", "--checkpoint models/SmolLM2-135M-Instruct"),
                new Example(
                        "A trained adapter, with draws and a system message",
                        "--checkpoint models/Llama --adapter runs/llama/adapter\n"
                                + "--do-sample --temperature 0.7\n"
                                + "--system 'Answer in one sentence.' --scores"),
                new Example(
                        "What it knows least of, by 10 samples of dropout",
                        "--checkpoint models/SmolLM2-135M-Instruct\n"
                                + "--uncertainty mc-dropout --uncertainty-samples 10 --places all-linear"));
    }

    @Override
    public ChatOptions options() {
        return new ChatOptions();
    }

    @Override
    public void run(ChatOptions options, ConfigurationManager configuration, Terminal terminal) {
        if (options.sampling.numReturnSequences != null) {
            throw new UsageError("--samples: a conversation goes on from one answer; leave it out, or use generate");
        }
        Generator generator = Generators.of(
                        options.model, options.template, options.sampling, options.execution, configuration)
                .withStorage(options.storage.choice())
                .withBatchSize(1)
                .withMeasured(options.scores || options.uncertainty.asked())
                .withUncertainty(Generators.uncertainty(options.uncertainty, configuration));
        try (GenerationSession session = generator.open()) {
            requireConversations(session, options.template);
            new Chat(session, options, terminal)
                    .run(new BufferedReader(new InputStreamReader(System.in, Charset.defaultCharset())));
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot read what you say: " + e.getMessage(), e);
        }
    }

    /** Some templates lay out a question and an answer, and no more. */
    private static void requireConversations(GenerationSession session, String template) {
        Message question = new Message(Message.USER, "a");
        try {
            session.asked(new Conversation(
                    List.of(question, new Message(Message.ASSISTANT, "b"), question), "a conversation"));
        } catch (UserException e) {
            throw new UsageError("--template " + template + " lays out no conversation of several turns: "
                    + e.getMessage() + "; take another, or ask one question with generate");
        }
    }
}
