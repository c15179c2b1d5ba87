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
import java.util.Optional;

/** The options of {@code cache-teacher}. */
final class CacheTeacherOptions implements CommandOptions {
    @Option(longName = "output", usage = "The file to write.")
    Path output;

    @Option(
            longName = "method",
            usage =
                    "Which entries are kept: sampled (random, the expected gradient is the full teacher's) or top (the most"
                            + " probable; biased).")
    String method = "sampled";

    @Option(
            longName = "entries",
            usage = "How many entries of each token's distribution, or how many samples; up to 255.")
    Integer entries = 32;

    @Option(longName = "sample-seed", usage = "The seed of the samples.")
    Long seed = 1L;

    @Option(longName = "batch-size", usage = "Documents in memory at a time.")
    Integer batchSize = 8;

    final ModelOptions model = new ModelOptions();
    final DataOptions data = new DataOptions();
    final ExperimentOptions experiment = new ExperimentOptions();
    final ExecutionOptions execution = new ExecutionOptions();
    final GeneralOptions general = new GeneralOptions();

    @Override
    public GeneralOptions general() {
        return general;
    }

    @Override
    public Optional<ExperimentOptions> experiment() {
        return Optional.of(experiment);
    }

    @Override
    public Replaced replacedByConfig() {
        return new Replaced(List.of(), List.of(data));
    }
}
