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
import com.oracle.labs.mlrg.olcut.config.ConfigurationData;
import com.oracle.labs.mlrg.olcut.config.ConfigurationManager;
import com.oracle.labs.mlrg.olcut.config.property.ListProperty;
import com.oracle.labs.mlrg.olcut.config.property.MapProperty;
import com.oracle.labs.mlrg.olcut.config.property.Property;
import com.oracle.labs.mlrg.olcut.config.property.SimpleProperty;
import io.github.tribuollm.llm.CausalLMTrainer;
import io.github.tribuollm.llm.cli.OptionTable.Choices;
import io.github.tribuollm.llm.data.PromptTemplate;
import io.github.tribuollm.llm.memory.MemoryUse;
import io.github.tribuollm.llm.teacher.BaseReference;
import io.github.tribuollm.llm.teacher.GivenReference;
import io.github.tribuollm.llm.teacher.TrainedReference;
import io.github.tribuollm.llm.token.TokenSequenceSource;
import io.github.tribuollm.llm.training.Batches;
import io.github.tribuollm.llm.training.HeldOut;
import io.github.tribuollm.llm.training.Optimisation;
import io.github.tribuollm.llm.uncertainty.SinglePass;
import io.github.tribuollm.llm.uncertainty.UncertaintyEvaluator;
import io.github.tribuollm.objectives.Normaliser;
import io.github.tribuollm.objectives.Objective;
import io.github.tribuollm.objectives.Term;
import io.github.tribuollm.objectives.target.LabelTarget;
import io.github.tribuollm.objectives.target.ReferenceTarget;
import io.github.tribuollm.objectives.weight.AllTokens;
import io.github.tribuollm.objectives.weight.Complement;
import io.github.tribuollm.objectives.weight.EntropyScore;
import io.github.tribuollm.objectives.weight.LossScore;
import io.github.tribuollm.objectives.weight.RandomScore;
import io.github.tribuollm.objectives.weight.Score;
import io.github.tribuollm.objectives.weight.Selection;
import io.github.tribuollm.objectives.weight.TopQuantile;
import io.github.tribuollm.runtime.Execution;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Adds what options describe to a configuration, as a configuration file would. */
final class Components {
    private enum ScoreName {
        LOSS(LossScore.class),
        ENTROPY(EntropyScore.class),
        RANDOM(RandomScore.class);

        private final Class<? extends Score> type;

        ScoreName(Class<? extends Score> type) {
            this.type = type;
        }
    }

    private final ConfigurationManager configuration;

    Components(ConfigurationManager configuration) {
        this.configuration = configuration;
    }

    /** Adds a component. */
    void add(String name, Class<? extends Configurable> type, Map<String, Property> properties) {
        configuration.addConfiguration(new ConfigurationData(name, type.getName(), new HashMap<>(properties)));
    }

    /** Adds a copy of a component with some properties changed. */
    void derive(String name, String original, Map<String, Property> changes) {
        ConfigurationData from = configuration.getConfigurationData(original).orElseThrow();
        Map<String, Property> properties = new HashMap<>(from.getProperties());
        properties.putAll(changes);
        configuration.addConfiguration(new ConfigurationData(name, from.getClassName(), properties));
    }

    /**
     * Adds the choice of where graphs run.
     *
     * @param configured the component with the choice so far; empty for the usual one
     * @param options what was given in its place
     */
    void execution(String name, Optional<String> configured, ExecutionOptions options) {
        Map<String, Property> former = configured
                .flatMap(configuration::getConfigurationData)
                .map(ConfigurationData::getProperties)
                .orElse(Map.of());
        add(name, Execution.class, options.over(former));
    }

    /** Adds the rows of an option's file. */
    void rows(String name, String option, Path file, DataFormat format, DataOptions options) {
        if (!Files.isRegularFile(file)) {
            throw new UsageError("--" + option + ": there is no file " + file
                    + "; check the path, which is relative to " + Path.of("").toAbsolutePath());
        }
        Map<String, Property> rows = new HashMap<>(OptionTable.properties(options, format.source()));
        rows.put("path", new SimpleProperty(file.toString()));
        add(name, format.source(), rows);
    }

    /** Adds the source of an option's file and what it is made of. */
    void source(String name, String option, Path file, DataFormat format, String checkpoint, DataOptions options) {
        rows(name + "-rows", option, file, format, options);
        PromptTemplate template = template(format, options, checkpoint);
        Map<String, Property> source = new HashMap<>(OptionTable.properties(options, TokenSequenceSource.class));
        source.put("checkpoint", new SimpleProperty(checkpoint));
        source.put("conversations", new SimpleProperty(name + "-rows"));
        source.put("template", new SimpleProperty(configuration.importConfigurable(template, name + "-template")));
        add(name, TokenSequenceSource.class, source);
    }

    private static PromptTemplate template(DataFormat format, DataOptions options, String checkpoint) {
        if (options.template != null) {
            return TemplateSettings.applied(options, TemplateName.template(options.template, checkpoint));
        }
        return format.template()
                .map(usual -> TemplateSettings.applied(options, usual.template(checkpoint)))
                .orElseThrow(() -> new UsageError("--template: rows of the format "
                        + Choices.written(format.name())
                        + " can be laid out in many ways; take the model's own chat format with"
                        + " --template auto, or name it, such as --template llama3"));
    }

    /** Adds an objective. */
    void objective(String name, ObjectiveName objective, MaskOptions options) {
        if (objective.literature().isPresent()) {
            if (options.given()) {
                throw new UsageError("The options of the selection belong to masked-mle and masked-mle-distill; "
                        + Choices.written(objective.name()) + " has settings of its own, which a configuration file"
                        + " can change");
            }
            configuration.importConfigurable(objective.literature().get(), name);
            return;
        }
        List<SimpleProperty> terms = new ArrayList<>();
        if (objective.masked()) {
            mask(name + "-mask", options);
        } else {
            add(name + "-mask", AllTokens.class, Map.of());
        }
        Normaliser normaliser = normaliser(objective, options);
        if (objective.label()) {
            add(name + "-label", LabelTarget.class, Map.of());
            terms.add(term(name + "-label-term", name + "-label", name + "-mask", normaliser));
        }
        if (objective.teacher()) {
            String rest = name + "-mask";
            if (objective.label()) {
                rest = name + "-rest";
                add(rest, Complement.class, Map.of("mask", new SimpleProperty(name + "-mask")));
            }
            add(name + "-reference", ReferenceTarget.class, Map.of());
            terms.add(term(name + "-reference-term", name + "-reference", rest, normaliser));
        }
        add(name, Objective.class, Map.of("terms", new ListProperty(terms)));
    }

    /**
     * Adds a trainer and its parts.
     *
     * @param objective the component with what is minimised
     * @param heldOut the components with held-out data, by the name of their figures
     */
    void trainer(String name, TrainerOptions options, String objective, Map<String, String> heldOut) {
        Map<String, Property> trainer = new HashMap<>(OptionTable.properties(options, CausalLMTrainer.class));
        trainer.put("objective", new SimpleProperty(objective));
        TuningName tuning = options.tuningName == null
                ? TuningName.LORA
                : Choices.among("--tuning", options.tuningName, TuningName.class);
        trainer.put("tuning", part("tuning", tuning.type(), tuning.properties(options)));
        trainer.put("reference", reference("reference model", options));
        Map.of("optimisation", Optimisation.class, "batches", Batches.class, "memory", MemoryUse.class)
                .forEach((field, type) -> trainer.put(field, part(field, type, OptionTable.properties(options, type))));
        Map<String, Property> evaluation = new HashMap<>(OptionTable.properties(options, HeldOut.class));
        evaluation.put("data", MapProperty.createFromStringMap(heldOut));
        trainer.put("heldOut", part("held-out", HeldOut.class, evaluation));
        add(name, CausalLMTrainer.class, trainer);
    }

    private SimpleProperty part(String name, Class<? extends Configurable> type, Map<String, Property> properties) {
        add(name, type, properties);
        return new SimpleProperty(name);
    }

    /** Adds the choice of the reference model. */
    private SimpleProperty reference(String name, TrainerOptions options) {
        Map<String, Property> given = new HashMap<>();
        put(given, "adapter", options.referenceAdapter);
        if (options.referenceCheckpoint != null) {
            given.put("checkpoint", new SimpleProperty(options.referenceCheckpoint));
        }
        if (!given.isEmpty()) {
            return part(name, GivenReference.class, given);
        }
        boolean base = options.defaultReference != null
                && Choices.among("--default-reference", options.defaultReference, List.of("trained", "base"))
                        .equals("base");
        return part(name, base ? BaseReference.class : TrainedReference.class, Map.of());
    }

    /** Adds an evaluator of one pass and of the ways to measure that are named. */
    void uncertainty(String name, UncertaintyOptions options) {
        List<SimpleProperty> estimators = new ArrayList<>();
        add(name + "-single-pass", SinglePass.class, Map.of());
        estimators.add(new SimpleProperty(name + "-single-pass"));
        for (UncertaintyName kind : options.measured()) {
            String component = name + "-" + Choices.written(kind.name());
            add(component, kind.type(), properties(kind, options));
            estimators.add(new SimpleProperty(component));
        }
        Map<String, Property> evaluator = new HashMap<>(OptionTable.properties(options, UncertaintyEvaluator.class));
        evaluator.put("estimators", new ListProperty(estimators));
        add(name, UncertaintyEvaluator.class, evaluator);
    }

    /** Adds what measures tokens while they are generated. */
    void uncertainty(String name, TokenUncertaintyOptions options) {
        UncertaintyName kind = options.kind();
        add(name, kind.type(), OptionTable.properties(options, kind.type()));
    }

    private static Map<String, Property> properties(UncertaintyName kind, UncertaintyOptions options) {
        return switch (kind) {
            case MC_DROPOUT -> OptionTable.properties(options, kind.type());
            case ENSEMBLE -> {
                UncertaintyName.requireMembers(options.members);
                yield OptionTable.properties(options, kind.type());
            }
            case HOLD_OUT_LOSS -> {
                Map<String, Property> reference = new HashMap<>();
                put(reference, "checkpoint", options.referenceCheckpoint);
                put(reference, "adapter", options.referenceAdapter);
                yield reference;
            }
        };
    }

    private static void put(Map<String, Property> properties, String name, Path path) {
        if (path != null) {
            properties.put(name, new SimpleProperty(path.toString()));
        }
    }

    private static Normaliser normaliser(ObjectiveName objective, MaskOptions options) {
        if (options.normaliserName != null) {
            return Choices.among("--normaliser", options.normaliserName, Normaliser.class);
        }
        return objective == ObjectiveName.MASKED_MLE ? Normaliser.SELECTED : Normaliser.VALID;
    }

    private SimpleProperty term(String name, String target, String weight, Normaliser normaliser) {
        add(
                name,
                Term.class,
                Map.of(
                        "target", new SimpleProperty(target),
                        "weight", new SimpleProperty(weight),
                        "normaliser", new SimpleProperty(normaliser.name())));
        return new SimpleProperty(name);
    }

    private void mask(String name, MaskOptions options) {
        String written = options.scoreName == null ? "loss" : options.scoreName;
        ScoreName score = Choices.among("--score", written, ScoreName.class);
        add(
                name + "-score",
                score.type,
                score == ScoreName.RANDOM ? OptionTable.properties(options, RandomScore.class) : Map.of());
        Map<String, Property> quantile = new HashMap<>(OptionTable.properties(options, TopQuantile.class));
        quantile.putIfAbsent("quantile", new SimpleProperty("0.75"));
        add(name + "-selector", TopQuantile.class, quantile);
        Map<String, Property> selection = new HashMap<>(OptionTable.properties(options, Selection.class));
        selection.put("score", new SimpleProperty(name + "-score"));
        selection.put("selector", new SimpleProperty(name + "-selector"));
        add(name, Selection.class, selection);
    }
}
