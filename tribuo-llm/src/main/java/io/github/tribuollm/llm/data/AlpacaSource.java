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

import io.github.tribuollm.llm.data.jinja.Value.Sequence;
import io.github.tribuollm.llm.data.jinja.Value.Text;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Stanford Alpaca's layout: {@code instruction}, {@code input} (may be empty or missing) and {@code output}.
 *
 * <p>An input becomes part of the user's message, after the instruction and the line {@code ### Input:}. As in
 * LLaMA-Factory, {@code system} is a message of the system, {@code history} an array of pairs, each of a question and its
 * answer, which come before the instruction and are learned too, and {@code tools} are what a chat template shows.
 */
public final class AlpacaSource extends FileConversationSource {
    public static final String INPUT_HEADING = "\n\n### Input:\n";

    private AlpacaSource() {}

    /**
     * Creates a source over a whole file.
     *
     * @param path the file
     * @throws com.oracle.labs.mlrg.olcut.config.PropertyException if the file is not there
     */
    public AlpacaSource(Path path) {
        this(path, 0, ALL);
    }

    /**
     * Creates a source over a range of a file's rows.
     *
     * @param path the file
     * @param first how many rows to skip, at least 0
     * @param rows how many rows to use at most, or {@link #ALL}
     * @throws com.oracle.labs.mlrg.olcut.config.PropertyException if the file is not there or the range is wrong
     */
    public AlpacaSource(Path path, int first, int rows) {
        super(path, first, rows);
        postConfig();
    }

    @Override
    protected Conversation conversation(JsonRow row) {
        String instruction = row.text("instruction");
        String input = row.textOrEmpty("input");
        String prompt = input.isEmpty() ? instruction : instruction + INPUT_HEADING + input;
        List<Message> messages = new ArrayList<>();
        String system = row.textOrEmpty("system");
        if (!system.isEmpty()) {
            messages.add(new Message(Message.SYSTEM, system));
        }
        if (row.has("history")) {
            history(row, messages);
        }
        messages.add(new Message(Message.USER, prompt));
        messages.add(new Message(Message.ASSISTANT, row.text("output")));
        return new Conversation(messages, TemplateVariables.of(row), row.origin());
    }

    private static void history(JsonRow row, List<Message> messages) {
        if (!(row.value("history") instanceof Sequence rounds)) {
            throw row.wrong("history", "is not an array of pairs, each of a question and its answer");
        }
        for (int i = 0; i < rounds.items().size(); i++) {
            if (rounds.items().get(i) instanceof Sequence round
                    && round.items().size() == 2
                    && round.items().get(0) instanceof Text question
                    && round.items().get(1) instanceof Text answer) {
                messages.add(new Message(Message.USER, question.value()));
                messages.add(new Message(Message.ASSISTANT, answer.value()));
            } else {
                throw row.wrong("history[" + i + "]", "is not a pair of two texts, a question and its answer");
            }
        }
    }
}
