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

/** An experiment in a file instead of options. */
final class ExperimentOptions implements OptionGroup {
    @Option(
            longName = "config",
            usage = "An OLCUT configuration with a CausalLMTrainer and a TokenSequenceSource. It replaces the options"
                    + " of model, training, data and selection; change single values with --@COMPONENT.FIELD VALUE,"
                    + " such as --@optimisation.epochs 3.")
    Path config;

    @Option(longName = "trainer-name", usage = "The name of the trainer in the configuration.")
    String trainerName = "trainer";

    @Option(longName = "data-name", usage = "The name of the training data in the configuration.")
    String dataName = "data";

    final TrustOptions trust = new TrustOptions();

    @Override
    public String heading() {
        return "Experiment from a file";
    }
}
