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

import io.github.tribuollm.llm.data.Conversation;
import io.github.tribuollm.llm.data.Message;
import io.github.tribuollm.llm.generation.Answer;
import io.github.tribuollm.llm.generation.GenerationListener;
import io.github.tribuollm.llm.generation.GenerationSession;
import io.github.tribuollm.llm.generation.Prompt;
import io.github.tribuollm.llm.generation.sampling.FinishReason;
import io.github.tribuollm.runtime.UserException;
import java.io.BufferedReader;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/** A conversation in the terminal. */
final class Chat implements GenerationListener {
    private static final String EXIT = "/exit";
    private static final String CLEAR = "/clear";

    /** A word after a slash; a path has more slashes. */
    private static final Pattern COMMAND = Pattern.compile("/\\w+(\\s.*)?");

    private final GenerationSession session;
    private final ChatOptions options;
    private final Terminal terminal;
    private final List<Message> messages = new ArrayList<>();

    Chat(GenerationSession session, ChatOptions options, Terminal terminal) {
        this.session = session;
        this.options = options;
        this.terminal = terminal;
        begin();
    }

    private void begin() {
        messages.clear();
        if (options.system != null) {
            messages.add(new Message(Message.SYSTEM, options.system));
        }
    }

    /** Answers each line until there are no more. */
    void run(BufferedReader lines) throws IOException {
        terminal.err().println("Say something; " + CLEAR + " begins anew, " + EXIT + " ends, Ctrl-C stops an answer.");
        for (String line = said(lines); line != null && !line.strip().equals(EXIT); line = said(lines)) {
            if (line.strip().equals(CLEAR)) {
                begin();
            } else if (COMMAND.matcher(line.strip()).matches()) {
                terminal.err()
                        .println("Error: there is no command '" + line.strip() + "'; there are " + CLEAR + ", which"
                                + " begins anew, and " + EXIT + ", which ends");
            } else if (!line.isBlank()) {
                answer(line);
            }
        }
    }

    private String said(BufferedReader lines) throws IOException {
        terminal.err().print("> ");
        terminal.err().flush();
        return lines.readLine();
    }

    private void answer(String question) {
        messages.add(new Message(Message.USER, question));
        Interruption.Section section = terminal.interruption().answer();
        try {
            Prompt prompt = session.asked(new Conversation(messages, "what was said"));
            Answer answer = session.generate(prompt, this).answers().get(0);
            terminal.out().println();
            messages.add(new Message(Message.ASSISTANT, answer.text()));
            comment(prompt, answer);
        } catch (UserException e) {
            messages.remove(messages.size() - 1);
            terminal.err()
                    .println("Error: " + Explanations.inOptions(e.getMessage(), OptionTable.of(options)) + " (" + CLEAR
                            + " begins a new conversation)");
        } finally {
            section.close();
        }
    }

    private void comment(Prompt prompt, Answer answer) {
        if (answer.finish() == FinishReason.LENGTH) {
            terminal.err().println(lengthReached(prompt, answer));
        } else if (answer.finish() == FinishReason.STOPPED) {
            terminal.err().println("[stopped]");
        }
        AnswerRemarks remarks = new AnswerRemarks(answer);
        if (options.scores) {
            terminal.err().println(remarks.scores());
        }
        if (!answer.measures().isEmpty()) {
            terminal.err().println(remarks.uncertainty(session.tokenizer()));
        }
    }

    private String lengthReached(Prompt prompt, Answer answer) {
        return session.isFull(prompt, answer)
                ? "[no room for more in the model's positions; " + CLEAR + " begins a new conversation]"
                : "[cut: the limit of new tokens is reached, " + answer.tokens().size()
                        + "; raise it with --max-new-tokens]";
    }

    @Override
    public void added(Prompt prompt, int sample, String text) {
        terminal.out().print(text);
        terminal.out().flush();
    }

    @Override
    public boolean goesOn() {
        return !terminal.interruption().requested();
    }
}
