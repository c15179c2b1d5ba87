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
import com.oracle.labs.mlrg.olcut.config.ConfigurationManager;
import com.oracle.labs.mlrg.olcut.config.property.Property;
import com.oracle.labs.mlrg.olcut.config.property.SimpleProperty;
import io.github.tribuollm.llm.CausalLMTrainer;
import io.github.tribuollm.llm.checkpoint.Checkpoint;
import io.github.tribuollm.llm.checkpoint.CheckpointFiles;
import io.github.tribuollm.llm.cli.OptionTable.Choices;
import io.github.tribuollm.llm.hub.CheckpointLocation;
import io.github.tribuollm.llm.teacher.GivenReference;
import io.github.tribuollm.llm.teacher.TrainedReference;
import io.github.tribuollm.llm.token.RolloutSource;
import io.github.tribuollm.llm.token.TokenSequenceSource;
import io.github.tribuollm.llm.token.TokenSource;
import io.github.tribuollm.runtime.Execution;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.stream.Collectors;

/**
 * A trainer and its data, by their names in a configuration.
 *
 * @param configuration holds the components
 * @param trainerName the trainer
 * @param dataName the training data
 */
record Experiment(ConfigurationManager configuration, String trainerName, String dataName) {
    private static final String OBJECTIVE = "objective";
    private static final String EXECUTION = "execution";

    /** The experiment of a configuration file. */
    static Experiment inFile(ConfigurationManager configuration, ExperimentOptions options) {
        Experiment experiment = new Experiment(configuration, options.trainerName, options.dataName);
        experiment.require(options.trainerName, List.of(CausalLMTrainer.class), "--trainer-name", options.config);
        experiment.require(
                options.dataName,
                List.of(TokenSequenceSource.class, RolloutSource.class),
                "--data-name",
                options.config);
        return experiment;
    }

    private void require(String name, List<Class<? extends Configurable>> types, String option, Path file) {
        boolean there = configuration
                .getConfigurationData(name)
                .filter(data ->
                        types.stream().anyMatch(type -> data.getClassName().equals(type.getName())))
                .isPresent();
        if (!there) {
            String wanted = types.stream().map(Class::getName).collect(Collectors.joining(" or "));
            throw new UsageError(file + " has no component '" + name + "' of the type " + wanted + "; it has "
                    + configuration.getComponentNames() + "; name one with " + option);
        }
    }

    /**
     * The experiment that options describe.
     *
     * @param configuration to which its components are added
     * @param heldOut the held-out files by the name of their figures
     */
    static Experiment of(
            ConfigurationManager configuration,
            TrainerOptions training,
            DataOptions data,
            ObjectiveName objective,
            MaskOptions mask,
            Map<String, HeldOutFile> heldOut,
            DataOptions heldOutRows) {
        requireCheckpoint(training.checkpoint);
        if (data.data == null) {
            throw new UsageError("--data FILE is missing: the conversations to train on");
        }
        DataFormat format = formatOf(data);
        Components components = new Components(configuration);
        components.objective(OBJECTIVE, objective, mask);
        components.source("data", "data", data.data, format, training.checkpoint, data);
        Map<String, String> evaluation = new LinkedHashMap<>();
        heldOut.forEach((name, file) -> {
            String component = "held-out-" + (evaluation.size() + 1);
            components.source(
                    component, "held-out", file.file(), file.format().orElse(format), training.checkpoint, heldOutRows);
            evaluation.put(name, component);
        });
        components.trainer("trainer", training, OBJECTIVE, evaluation);
        return new Experiment(configuration, "trainer", "data");
    }

    /**
     * The training data of a configuration file, or else of options.
     *
     * @param checkpoint whose tokenizer the options' data are read with
     */
    static TokenSource source(
            ExperimentOptions file, DataOptions data, ConfigurationManager configuration, Checkpoint checkpoint) {
        if (file.config != null) {
            return inFile(configuration, file).data();
        }
        if (data.data == null) {
            throw new UsageError("--data FILE is missing: the conversations to work on");
        }
        new Components(configuration)
                .source(
                        "data",
                        "data",
                        data.data,
                        formatOf(data),
                        checkpoint.place().toString(),
                        data);
        return new Experiment(configuration, "trainer", "data").data();
    }

    static DataFormat formatOf(DataOptions data) {
        if (data.format == null) {
            throw new UsageError("--format is missing: what the rows of " + data.data + " look like: alpaca, gsm8k,"
                    + " sharegpt, messages, prompt-completion or text");
        }
        DataFormat format = Choices.among("--format", data.format, DataFormat.class);
        requireOwn("--prompt-field", data.promptField, format, DataFormat.PROMPT_COMPLETION);
        requireOwn("--completion-field", data.completionField, format, DataFormat.PROMPT_COMPLETION);
        requireOwn("--text-field", data.textField, format, DataFormat.TEXT);
        return format;
    }

    private static void requireOwn(String option, String value, DataFormat format, DataFormat owner) {
        if (value != null && format != owner) {
            throw new UsageError(option + " belongs to --format " + Choices.written(owner.name())
                    + ", and does nothing beside " + Choices.written(format.name()));
        }
    }

    static Path requireCheckpoint(String checkpoint) {
        if (checkpoint == null) {
            throw new UsageError("--checkpoint DIR is missing: the directory or GGUF file of the base model");
        }
        Path directory = CheckpointLocation.of(checkpoint).place();
        CheckpointFiles files = CheckpointFiles.of(directory);
        if (!files.has(Checkpoint.CONFIG)) {
            throw new UsageError("--checkpoint: there is no " + files.path(Checkpoint.CONFIG)
                    + "; give a directory as downloaded from Hugging Face, with config.json, tokenizer.json and"
                    + " *.safetensors, a GGUF file, or hf://owner/name to download one");
        }
        return directory;
    }

    CausalLMTrainer trainer() {
        return (CausalLMTrainer) configuration.lookup(trainerName);
    }

    TokenSource data() {
        return (TokenSource) configuration.lookup(dataName);
    }

    /**
     * Where graphs run, for a command that works on a configuration file's experiment or on none.
     *
     * @param options what was given in place of what the file says
     */
    static Execution execution(ExperimentOptions file, ExecutionOptions options, ConfigurationManager configuration) {
        Optional<String> configured = file.config == null
                ? Optional.empty()
                : inFile(configuration, file).configuredExecution();
        return execution(configured, options, configuration);
    }

    static Execution execution(
            Optional<String> configured, ExecutionOptions options, ConfigurationManager configuration) {
        String name = EXECUTION + " as given";
        new Components(configuration).execution(name, configured, options);
        return (Execution) configuration.lookup(name);
    }

    private Optional<String> configuredExecution() {
        return configuration
                .getConfigurationData(trainerName)
                .flatMap(trainer -> trainer.get(EXECUTION))
                .map(property -> ((SimpleProperty) property).getValue());
    }

    /** The same experiment, run where options say. */
    Experiment on(ExecutionOptions options) {
        if (options.given().isEmpty()) {
            return this;
        }
        String name = EXECUTION + " of " + trainerName;
        new Components(configuration).execution(name, configuredExecution(), options);
        return with(trainerName + " as told", Map.of(EXECUTION, new SimpleProperty(name)));
    }

    /** The held-out data, by name. */
    SortedMap<String, TokenSource> heldOut() {
        return trainer().heldOut().data();
    }

    /**
     * An adapter in place of a reference that would be trained; empty where the experiment names its reference.
     *
     * @param adapter an adapter in PEFT's format, which may still have to be made
     */
    Optional<Property> givenReference(Path adapter) {
        if (!(trainer().reference() instanceof TrainedReference)) {
            return Optional.empty();
        }
        String name = "reference of " + trainerName;
        new Components(configuration)
                .add(name, GivenReference.class, Map.of("adapter", new SimpleProperty(adapter.toString())));
        return Optional.of(new SimpleProperty(name));
    }

    /**
     * The same experiment with another trainer.
     *
     * @param name the name of the new trainer
     * @param changes its properties that differ
     */
    Experiment with(String name, Map<String, Property> changes) {
        new Components(configuration).derive(name, trainerName, changes);
        return new Experiment(configuration, name, dataName);
    }
}
