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
import io.github.tribuollm.llm.CausalLMTrainer;
import io.github.tribuollm.llm.evaluation.run.Evaluation;
import io.github.tribuollm.llm.evaluation.run.EvaluationResults;
import io.github.tribuollm.llm.progress.TextTable;
import io.github.tribuollm.llm.reproduction.ComparedResult;
import io.github.tribuollm.llm.reproduction.EvaluationReproduction;
import io.github.tribuollm.llm.reproduction.ModelReproduction;
import io.github.tribuollm.llm.training.report.ProgressLines;
import io.github.tribuollm.llm.training.report.RunReport;
import io.github.tribuollm.llm.training.report.TrainingListener;
import io.github.tribuollm.runtime.CudaUnavailable;
import io.github.tribuollm.runtime.Execution;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.tribuo.Output;

/** Trains a model, or measures models, again. */
final class ReproduceCommand implements Command<ReproduceOptions> {
    private static final int SHOWN = 20;

    @Override
    public String name() {
        return "reproduce";
    }

    @Override
    public String summary() {
        return "Trains a model, or evaluates models, again from their provenance, and compares.";
    }

    @Override
    public String description() {
        return "Reads from a model (or from the config.xml beside it) how it was made, checks that the base, the data"
                + " and the tokenizer are what they were, trains again, and compares the results bit by bit. From the"
                + " config.xml of an evaluation the models answer again, and the samples are compared. Where files have"
                + " moved, write their new places into config.xml: it is what they hold that is compared. Ends with"
                + " exit code 2 where an input has changed or the results differ.";
    }

    @Override
    public List<Example> examples() {
        return List.of(
                new Example("From a model", "--model runs/gsm8k/model.tribuo --output runs/gsm8k-again"),
                new Example("From a configuration", "--config runs/gsm8k/config.xml --output runs/gsm8k-again"),
                new Example("An evaluation", "--config runs/evaluation/config.xml --output runs/evaluation-again"));
    }

    @Override
    public ReproduceOptions options() {
        return new ReproduceOptions();
    }

    @Override
    public void run(ReproduceOptions options, ConfigurationManager configuration, Terminal terminal) {
        Path output = TrainCommand.required(options.output);
        Path file = options.model != null ? options.model : options.experiment;
        if (file == null || options.model != null && options.experiment != null) {
            throw new UsageError("Give either --model FILE or --config FILE: what to reproduce");
        }
        if (!Files.isRegularFile(file)) {
            throw new UsageError((options.model != null ? "--model" : "--config") + ": there is no file " + file
                    + "; give the model.tribuo or the config.xml of a run");
        }
        if (Files.exists(output.resolve("model.tribuo")) || Files.exists(output.resolve(EvaluationReproduction.FILE))) {
            throw new UsageError("--output: " + output + " holds a finished run; choose another directory");
        }
        Optional<EvaluationReproduction> evaluation =
                options.model != null ? Optional.empty() : EvaluationReproduction.load(file, options.trust.packages);
        if (evaluation.isPresent()) {
            measureAgain(evaluation.get(), options.execution, configuration, output, terminal);
            return;
        }
        reproduce(
                options.model != null
                        ? ModelReproduction.ofModel(file, options.trust.packages)
                        : ModelReproduction.load(file, options.trust.packages),
                options.execution,
                configuration,
                output,
                terminal);
    }

    private static <T extends Output<T>> void reproduce(
            ModelReproduction<T> reproduction,
            ExecutionOptions execution,
            ConfigurationManager configuration,
            Path output,
            Terminal terminal) {
        Sections sections = new Sections(terminal.interruption());
        reproduction.with(
                CausalLMTrainer.class,
                trainer -> trainer.withExecution(executed(trainer.execution(), execution, configuration, terminal))
                        .withOutputDirectory(output)
                        .withListener(TrainingListener.together(new ProgressLines(terminal.err()), sections))
                        .withStopSignal(terminal.interruption()::requested)
                        .withResults(model -> model.serializeToFile(output.resolve("model.tribuo"))));
        ModelReproduction.Reproduction<T> again;
        try (sections) {
            again = reproduction.reproduce();
        } catch (CudaUnavailable e) {
            throw new UsageError("The model was trained on a GPU. " + e.getMessage()
                    + "; or train it again on the processor with --provider cpu, where the bytes may differ");
        }
        terminal.out().print(table("result", again.results()));
        if (!again.identical()) {
            again.differences().ifPresent(terminal.out()::println);
            throw new UsageError("The model in " + output + " is not the same to the bit; compare the versions of ONNX"
                    + " Runtime, the execution providers and the numbers of threads above");
        }
        terminal.out().println("Reproduced, identical to the bit: " + output);
    }

    private static void measureAgain(
            EvaluationReproduction recorded,
            ExecutionOptions execution,
            ConfigurationManager configuration,
            Path output,
            Terminal terminal) {
        recorded.requireUnchangedInputs();
        Evaluation evaluation = recorded.evaluation();
        Evaluation told = execution.given().isEmpty()
                ? evaluation
                : evaluation.withAllOn(executed(evaluation.execution(), execution, configuration, terminal));
        EvaluationResults found = EvaluateCommand.finish(told, Optional.empty(), SHOWN, output, terminal);
        List<ComparedResult> results = recorded.compared(found);
        terminal.out().print(table("samples", results));
        if (!results.stream().allMatch(ComparedResult::same)) {
            throw new UsageError("The samples in " + output + " are not the same; compare the versions of ONNX Runtime,"
                    + " the execution providers and the numbers of threads");
        }
        terminal.out().println("Reproduced, identical to the bit: " + output);
    }

    private static TextTable table(String heading, List<ComparedResult> results) {
        TextTable table = new TextTable(heading, "recorded", "again", "same");
        results.forEach(
                r -> table.row(r.name(), r.recorded(), r.found() == null ? "-" : r.found(), r.same() ? "yes" : "no"));
        return table;
    }

    /** Where the model is trained again: where it was, unless options say otherwise. */
    private static Execution executed(
            Execution recorded, ExecutionOptions options, ConfigurationManager configuration, Terminal terminal) {
        if (options.given().isEmpty()) {
            return recorded;
        }
        String name = configuration.importConfigurable(recorded, "recorded execution");
        Execution told = Experiment.execution(Optional.of(name), options, configuration);
        if (told.provider() != recorded.provider()) {
            terminal.out()
                    .println("Trained with the provider " + recorded.provider() + ", now with " + told.provider()
                            + ": the bytes may differ");
        }
        return told;
    }

    /** Keeps signals waiting while there is a state to save. */
    private static final class Sections implements TrainingListener {
        private final Interruption interruption;
        private Interruption.Section section;

        Sections(Interruption interruption) {
            this.interruption = interruption;
        }

        @Override
        public void started(RunReport run) {
            if (section == null) {
                section = interruption.section();
            }
        }

        @Override
        public void close() {
            if (section != null) {
                section.close();
            }
        }
    }
}
