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

import com.oracle.labs.mlrg.olcut.config.Config;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/**
 * Rows of one prompt and one completion, in fields with names of your choice. Both are texts, or both are arrays of
 * messages as in {@link MessagesSource}: then {@code tools} may stand beside them, and only what the assistant says in
 * the completion is learned.
 */
public final class PromptCompletionSource extends FileConversationSource {
    @Config(description = "The field that holds the prompt.")
    private String promptField = "prompt";

    @Config(description = "The field that holds the completion.")
    private String completionField = "completion";

    private PromptCompletionSource() {}

    /**
     * Creates a source over a whole file with the fields {@code prompt} and {@code completion}.
     *
     * @param path the file
     * @throws com.oracle.labs.mlrg.olcut.config.PropertyException if the file is not there
     */
    public PromptCompletionSource(Path path) {
        this(path, 0, ALL, "prompt", "completion");
    }

    /**
     * Creates a source over a range of a file's rows.
     *
     * @param path the file
     * @param first how many rows to skip, at least 0
     * @param rows how many rows to use at most, or {@link #ALL}
     * @param promptField the field that holds the prompt
     * @param completionField the field that holds the completion
     * @throws com.oracle.labs.mlrg.olcut.config.PropertyException if the file is not there or the range is wrong
     */
    public PromptCompletionSource(Path path, int first, int rows, String promptField, String completionField) {
        super(path, first, rows);
        this.promptField = promptField;
        this.completionField = completionField;
        postConfig();
    }

    @Override
    protected Conversation conversation(JsonRow row) {
        if (!row.isArray(promptField) && !row.isArray(completionField)) {
            return new Conversation(
                    List.of(
                            new Message(Message.USER, row.text(promptField)),
                            new Message(Message.ASSISTANT, row.text(completionField))),
                    TemplateVariables.of(row),
                    row.origin());
        }
        if (!row.isArray(promptField) || !row.isArray(completionField)) {
            throw row.wrong(
                    row.isArray(promptField) ? completionField : promptField,
                    "is no array of messages, though the other one is; write both as messages, or both as texts");
        }
        Stream<Message> prompt =
                MessagesSource.messages(row, promptField).stream().map(Message::notLearned);
        Stream<Message> completion = MessagesSource.messages(row, completionField).stream();
        return new Conversation(Stream.concat(prompt, completion).toList(), TemplateVariables.of(row), row.origin());
    }
}
