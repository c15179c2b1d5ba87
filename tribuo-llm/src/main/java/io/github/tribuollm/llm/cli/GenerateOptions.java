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

/** The options of {@code generate}. */
final class GenerateOptions implements CommandOptions {
    @Option(longName = "prompt", usage = "A question to answer, or with --template plain a text to continue.")
    String prompt;

    @Option(
            longName = "output",
            usage = "The file to write: CSV if it ends in .csv, else JSON lines. Default: standard output.")
    Path output;

    @Option(longName = "html", usage = "Also writes a page that shows the answers' tokens coloured by a measure.")
    Path html;

    @Option(longName = "html-documents", usage = "How many prompts the page shows, from the first.")
    Integer htmlDocuments = 20;

    @Option(longName = "tokens", usage = "Writes each token into JSON lines.")
    boolean tokens;

    @Option(longName = "alternatives", usage = "How many of the likeliest tokens are written with each token.")
    Integer alternatives = 0;

    @Option(longName = "truth", usage = "Asks the model whether its answers are true: the score p_true.")
    boolean truth;

    @Option(longName = "batch-size", usage = "The most answers that are generated at once.")
    Integer batchSize = 16;

    final ModelOptions model = new ModelOptions();
    final PromptOptions prompts = new PromptOptions();
    final SamplingOptions sampling = new SamplingOptions();
    final TokenUncertaintyOptions uncertainty = new TokenUncertaintyOptions();
    final StorageOptions storage = new StorageOptions();
    final ExecutionOptions execution = new ExecutionOptions();
    final GeneralOptions general = new GeneralOptions();

    /** Whether the output is a table. */
    boolean table() {
        return output != null && WrittenFiles.isTable(output);
    }

    @Override
    public List<Condition> conditions() {
        boolean lines = output == null ? prompt == null : !table();
        return List.of(
                Condition.of(html != null, "with --html FILE", "html-documents"),
                Condition.of(lines, "on JSON lines, with --output FILE.jsonl", "tokens", "alternatives"));
    }

    @Override
    public GeneralOptions general() {
        return general;
    }
}
