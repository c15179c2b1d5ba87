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

import com.oracle.labs.mlrg.olcut.config.ConfigurationManager;
import io.github.tribuollm.llm.CausalLMModel;
import io.github.tribuollm.llm.generation.Generator;
import io.github.tribuollm.llm.generation.sampling.Sampling;
import io.github.tribuollm.llm.generation.sampling.Stopping;
import io.github.tribuollm.llm.uncertainty.estimation.UncertaintyEstimator;
import java.nio.file.Files;
import java.util.Optional;

/** Makes generators of options. */
final class Generators {
    private Generators() {}

    /** The generator that options describe, but for what is told of answers. */
    static Generator of(
            ModelOptions model,
            String template,
            SamplingOptions sampling,
            ExecutionOptions execution,
            ConfigurationManager configuration) {
        Components components = new Components(configuration);
        components.add("sampling", Sampling.class, sampling.sampling());
        components.add("stopping", Stopping.class, sampling.stopping());
        Generator generator = of(model)
                .withSampling((Sampling) configuration.lookup("sampling"))
                .withStopping((Stopping) configuration.lookup("stopping"))
                .withCheckpointDefaults(!sampling.noCheckpointDefaults)
                .withExecution(Experiment.execution(Optional.empty(), execution, configuration));
        return generator.withTemplate(TemplateName.template(template, generator.checkpoint()));
    }

    /** What measures tokens while they come; null for nothing. */
    static UncertaintyEstimator uncertainty(TokenUncertaintyOptions options, ConfigurationManager configuration) {
        if (!options.asked()) {
            return null;
        }
        new Components(configuration).uncertainty("uncertainty", options);
        return (UncertaintyEstimator) configuration.lookup("uncertainty");
    }

    private static Generator of(ModelOptions options) {
        if (options.model != null && options.adapter != null) {
            throw new UsageError("--model and --adapter exclude each other; a model has its own adapter");
        }
        if (options.model != null) {
            if (!Files.isRegularFile(options.model)) {
                throw new UsageError(
                        "--model: there is no file " + options.model + "; give the model.tribuo that train wrote");
            }
            CausalLMModel read = CausalLMModel.read(options.model);
            CausalLMModel model = options.checkpoint == null ? read : read.withBaseAt(options.checkpoint);
            return model.generator();
        }
        Experiment.requireCheckpoint(options.checkpoint);
        return new Generator(options.checkpoint).withAdapter(options.adapter);
    }
}
