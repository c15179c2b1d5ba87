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

import com.oracle.labs.mlrg.olcut.config.Option;
import java.nio.file.Path;
import java.util.List;

/** A file of prompts, and how they become tokens. */
final class PromptOptions implements OptionGroup {
    @Option(
            longName = "data",
            usage = "A file of prompts or conversations: JSON or JSON lines. What the model says at the end of a row is"
                    + " kept as the reference.")
    Path data;

    @Option(
            longName = "format",
            usage = "What its rows look like: alpaca, gsm8k, sharegpt, messages, prompt-completion, or text (one field,"
                    + " which is the prompt).")
    String format;

    @Option(
            longName = "template",
            usage =
                    "How a prompt is laid out as text: auto, the chat template that the checkpoint publishes (auto:NAME,"
                            + " one of several); a Jinja file; plain, which continues a text as it is; or alpaca,"
                            + " question-answer, gemma, gemma3, llama3, phi3, qwen2, qwen3 or vicuna. Default: auto; for rows"
                            + " of text plain.")
    String template;

    @Option(longName = "first", usage = "Rows to skip at the beginning of the file.")
    Integer first;

    @Option(longName = "rows", usage = "Rows to use after those; 0 for all.")
    Integer rows;

    @Option(longName = "prompt-field", usage = "For prompt-completion: the field of the prompt.")
    String promptField;

    @Option(longName = "completion-field", usage = "For prompt-completion: the field of the completion.")
    String completionField;

    @Option(longName = "text-field", usage = "For text: the field of the text.")
    String textField;

    @Override
    public String heading() {
        return "Prompts";
    }

    @Override
    public List<Condition> conditions() {
        return List.of(Condition.of(
                data != null,
                "with --data FILE",
                "format",
                "first",
                "rows",
                "prompt-field",
                "completion-field",
                "text-field"));
    }

    /** Those that say what is read, as the options of data. */
    DataOptions asData() {
        DataOptions options = new DataOptions();
        options.data = data;
        options.format = format;
        options.template = template;
        options.first = first;
        options.rows = rows;
        options.promptField = promptField;
        options.completionField = completionField;
        options.textField = textField;
        return options;
    }
}
