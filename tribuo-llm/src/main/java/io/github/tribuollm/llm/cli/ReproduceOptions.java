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

/** The options of {@code reproduce}. */
final class ReproduceOptions implements CommandOptions {
    @Option(longName = "model", usage = "The model.tribuo of a run.")
    Path model;

    @Option(longName = "config", usage = "Instead of it, the config.xml of a run.")
    Path experiment;

    @Option(longName = "output", usage = "A directory for the new run.")
    Path output;

    final TrustOptions trust = new TrustOptions();
    final ExecutionOptions execution = new ExecutionOptions();
    final GeneralOptions general = new GeneralOptions();

    @Override
    public GeneralOptions general() {
        return general;
    }
}
