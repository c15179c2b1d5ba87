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

/** The options of {@code score}. */
final class ScoreOptions implements CommandOptions {
    @Option(
            longName = "output",
            usage = "The file to write: CSV if it ends in .csv, else JSON lines. Default: standard output.")
    Path output;

    @Option(longName = "html", usage = "Also writes a page that shows the completion tokens coloured by a measure.")
    Path html;

    @Option(longName = "html-documents", usage = "How many documents the page shows, from the first.")
    Integer htmlDocuments = 20;

    @Option(longName = "batch-size", usage = "Documents in memory at a time.")
    Integer batchSize = 8;

    final ModelOptions model = new ModelOptions();
    final DataOptions data = new DataOptions();
    final UncertaintyOptions uncertainty = new UncertaintyOptions();
    final StorageOptions storage = new StorageOptions();
    final ExecutionOptions execution = new ExecutionOptions();
    final GeneralOptions general = new GeneralOptions();

    @Override
    public List<Condition> conditions() {
        return List.of(
                Condition.of(html != null, "with --html FILE", "html-documents"),
                Condition.of(
                        uncertainty.uncertainty == null,
                        "without --uncertainty, which takes --batch-tokens",
                        "batch-size"));
    }

    @Override
    public GeneralOptions general() {
        return general;
    }
}
