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

import com.oracle.labs.mlrg.olcut.config.Configurable;
import com.oracle.labs.mlrg.olcut.config.Option;
import io.github.tribuollm.llm.data.PromptCompletionSource;
import io.github.tribuollm.llm.data.TextSource;
import io.github.tribuollm.llm.token.TokenSequenceSource;
import java.nio.file.Path;
import java.util.List;

/** Which conversations, and how they become tokens. */
final class DataOptions implements OptionGroup {
    @Option(longName = "data", usage = "The file of conversations: JSON or JSON lines.")
    Path data;

    @Option(
            longName = "format",
            usage = "What its rows look like: alpaca (instruction, input, output), gsm8k (question, answer), sharegpt"
                    + " (conversations of from and value), messages (messages of role and content),"
                    + " prompt-completion (two fields, texts or messages), text (one field, all of it learned; or a .txt"
                    + " file, one text).")
    String format;

    @Option(
            longName = "template",
            usage = "How a conversation is laid out as text: auto, the chat template that the checkpoint publishes"
                    + " (auto:NAME, one of several); a Jinja file; or alpaca, question-answer, plain (prompt, completion"
                    + " and nothing else), gemma, gemma3, llama3, phi3, qwen2, qwen3 or vicuna. For a base model any"
                    + " will do. Default: alpaca for alpaca, question-answer for gsm8k and prompt-completion, vicuna for"
                    + " sharegpt, plain for text; must be given"
                    + " for messages.")
    String template;

    @Option(
            longName = "template-date",
            usage = "For a chat template that asks for the date: the one that it is told, such as 2026-07-26. Default:"
                    + " today, which the provenance records.")
    String templateDate;

    @Option(
            longName = "template-variables",
            usage = "For a chat template: more of its variables, as JSON, such as '{\"enable_thinking\": false}'.")
    String templateVariables;

    @Option(longName = "first", usage = "Rows to skip at the beginning of the file.")
    Integer first;

    @Option(longName = "rows", usage = "Rows to use after those; 0 for all.")
    Integer rows;

    @Option(longName = "max-length", usage = "The most tokens of a sequence.")
    Integer maxLength;

    @Option(
            longName = "truncation",
            usage = "What happens to longer rows. A row that loses its whole completion is dropped and counted.")
    String truncation;

    @Option(
            longName = "prompt-weight",
            usage =
                    "How much a token of the prompt counts beside one of the answer, from 0 to 1: 0 learns answers only,"
                            + " 1 learns prompts alike. Held-out losses are those of the answers.")
    Double promptWeight;

    @Option(
            longName = "skip-bad-rows",
            usage = "Leaves out rows that cannot be used, and counts them; otherwise the first one stops.")
    boolean skipBadRows;

    @Option(longName = "prompt-field", usage = "For prompt-completion: the field of the prompt.")
    String promptField;

    @Option(longName = "text-field", usage = "For text: the field of the text.")
    String textField;

    @Option(longName = "completion-field", usage = "For prompt-completion: the field of the completion.")
    String completionField;

    /** The same options in another object. */
    DataOptions copy() {
        DataOptions copy = new DataOptions();
        copy.data = data;
        copy.format = format;
        copy.template = template;
        copy.templateDate = templateDate;
        copy.templateVariables = templateVariables;
        copy.first = first;
        copy.rows = rows;
        copy.maxLength = maxLength;
        copy.truncation = truncation;
        copy.promptWeight = promptWeight;
        copy.skipBadRows = skipBadRows;
        copy.promptField = promptField;
        copy.completionField = completionField;
        copy.textField = textField;
        return copy;
    }

    @Override
    public String heading() {
        return "Data";
    }

    @Override
    public List<Class<? extends Configurable>> configures() {
        return List.of(TokenSequenceSource.class, PromptCompletionSource.class, TextSource.class);
    }
}
