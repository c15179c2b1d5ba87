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

import com.oracle.labs.mlrg.olcut.config.ConfigurationData;
import com.oracle.labs.mlrg.olcut.config.property.Property;
import com.oracle.labs.mlrg.olcut.provenance.ObjectProvenance;
import com.oracle.labs.mlrg.olcut.provenance.ProvenanceUtil;
import io.github.tribuollm.llm.CausalLMModel;
import io.github.tribuollm.llm.CausalLMTrainer;
import io.github.tribuollm.llm.architecture.Architectures;
import io.github.tribuollm.llm.checkpoint.AtomicFile;
import io.github.tribuollm.llm.checkpoint.CheckpointConfig;
import io.github.tribuollm.llm.checkpoint.Sha256;
import io.github.tribuollm.llm.data.TokenSequence;
import io.github.tribuollm.llm.generation.AnswersInTraining;
import io.github.tribuollm.llm.generation.Generator;
import io.github.tribuollm.llm.progress.TextTable;
import io.github.tribuollm.llm.reproduction.ModelReproduction;
import io.github.tribuollm.llm.token.TokenSequenceDataset;
import io.github.tribuollm.llm.token.TokenSource;
import io.github.tribuollm.llm.training.Lora;
import io.github.tribuollm.llm.training.RunDirectory;
import io.github.tribuollm.llm.training.report.EvaluationReport;
import io.github.tribuollm.llm.training.report.ProgressLines;
import io.github.tribuollm.llm.training.report.ResumeReport;
import io.github.tribuollm.llm.training.report.RunReport;
import io.github.tribuollm.llm.training.report.StepReport;
import io.github.tribuollm.llm.training.report.TrainingListener;
import io.github.tribuollm.runtime.Backend;
import io.github.tribuollm.runtime.Execution;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Trains an experiment once and leaves everything about it in a directory. A job that was interrupted goes on; one that
 * is finished is not done again.
 */
final class TrainingJob {
    private final Experiment experiment;
    private final Path directory;
    private final Terminal terminal;
    private int answers;

    TrainingJob(Experiment experiment, Path directory, Terminal terminal) {
        this.experiment = experiment;
        this.directory = directory;
        this.terminal = terminal;
    }

    /** The same, with so many held-out prompts answered at each evaluation. */
    TrainingJob answering(int prompts) {
        if (prompts < 0) {
            throw new UsageError("--answers: must be at least 0: " + prompts);
        }
        answers = prompts;
        return this;
    }

    private TrainingListener answering(CausalLMTrainer trainer) {
        if (answers == 0) {
            return new TrainingListener() {};
        }
        SortedMap<String, TokenSource> heldOut = trainer.heldOut().data();
        if (heldOut.isEmpty() || !(trainer.tuning() instanceof Lora)) {
            throw new UsageError("--answers: prompts of held-out data are answered with the adapter that is trained; "
                    + (heldOut.isEmpty()
                            ? "name a file with --held-out"
                            : "there is none where all weights are trained"));
        }
        List<TokenSequence> sequences = heldOut.get(heldOut.firstKey()).sequences();
        return new AnswersInTraining(
                new Generator(trainer.checkpoint()).withExecution(trainer.execution()),
                sequences.subList(0, Math.min(answers, sequences.size())),
                directory.resolve("answers.html"));
    }

    /**
     * Trains.
     *
     * @throws UsageError if the directory holds the result of other settings
     * @throws io.github.tribuollm.llm.training.InterruptedRun if the run was asked to stop
     */
    RunResult run() {
        CausalLMTrainer trainer = experiment.trainer();
        Architectures.of(CheckpointConfig.ofCheckpoint(trainer.checkpoint()));
        TokenSequenceDataset data = new TokenSequenceDataset(experiment.data());
        Optional<RunResult> former = RunResult.in(directory);
        if (former.isPresent()) {
            if (!former.get().settings().equals(settings(trainer, data))) {
                throw new UsageError("--output: " + directory
                        + " holds the result of other settings, data, base or precision; choose another"
                        + " directory, or delete it");
            }
            RunDirectory.discardState(directory);
            terminal.out().println("Using the finished run in " + directory);
            return former.get();
        }
        return train(trainer, data);
    }

    private RunResult train(CausalLMTrainer trainer, TokenSequenceDataset data) {
        Findings findings = new Findings();
        try (TrainingListener listener = TrainingListener.together(
                new ProgressLines(terminal.err()), new RunFiles(directory), findings, answering(trainer))) {
            RunResult[] result = new RunResult[1];
            trainer.withOutputDirectory(directory)
                    .withListener(listener)
                    .withStopSignal(terminal.interruption()::requested)
                    .withResults(model -> {
                        result[0] = findings.result(settings(trainer, data));
                        write(model, result[0]);
                    })
                    .train(data)
                    .close();
            return result[0];
        }
    }

    /** The result comes last: where it is, all is. */
    private void write(CausalLMModel model, RunResult result) {
        model.serializeToFile(directory.resolve("model.tribuo"));
        ModelReproduction.of(model.getProvenance()).save(directory.resolve("config.xml"));
        AtomicFile.write(directory.resolve("table.txt"), table(result));
        result.save(directory);
    }

    static String table(RunResult result) {
        TextTable table = new TextTable("held-out data", "loss (nats a token)", "perplexity", "tokens");
        result.heldOut()
                .forEach((name, loss) -> table.row(
                        name,
                        TextTable.number(loss.nll(), 4),
                        TextTable.number(Math.exp(loss.nll()), 2),
                        Long.toString(loss.tokens())));
        String training = String.format(
                java.util.Locale.ROOT,
                "%d steps, loss of the last %.4f, %.1f %% of the completion tokens selected, %.0f tokens/s, %.1f s%n",
                result.steps(),
                result.loss(),
                100 * result.selectedFraction(),
                result.tokensPerSecond(),
                result.seconds());
        return result.heldOut().isEmpty() ? training : training + table;
    }

    /** What tells this job's result from another's; where it is computed does not, but the precision does. */
    private static String settings(CausalLMTrainer trainer, TokenSequenceDataset data) {
        Sha256 digest = new Sha256();
        Backend backend = trainer.execution().backend();
        if (!backend.exact()) {
            digest.add(backend.precision());
        }
        describe(digest, trainer.getProvenance());
        describe(digest, experimentOf(data));
        trainer.inputs().forEach((name, input) -> digest.add(name + input.sha256()));
        for (TokenSequence sequence : data.sequences()) {
            ByteBuffer tokens = ByteBuffer.allocate(4 * sequence.length());
            tokens.asIntBuffer().put(sequence.tokens());
            digest.add(tokens);
            digest.add(sequence.completion().toByteArray());
        }
        return digest.hex();
    }

    private static ObjectProvenance experimentOf(TokenSequenceDataset data) {
        return data.getSourceProvenance();
    }

    private static void describe(Sha256 digest, ObjectProvenance provenance) {
        List<ConfigurationData> components = ProvenanceUtil.extractConfiguration(provenance);
        components.stream()
                .filter(c -> !c.getClassName().equals(Execution.class.getName()))
                .map(c -> c.getName() + " " + c.getClassName() + " " + withoutExecution(c) + "\n")
                .sorted()
                .forEach(line -> digest.add(line));
    }

    private static SortedMap<String, Property> withoutExecution(ConfigurationData component) {
        SortedMap<String, Property> properties = new TreeMap<>(component.getProperties());
        properties.remove("execution");
        return properties;
    }

    /** Remembers what the result is made of, and keeps signals waiting while there is a state to save. */
    private final class Findings implements TrainingListener {
        private final SortedMap<String, RunResult.HeldOut> heldOut = new TreeMap<>();
        private Interruption.Section section;
        private int steps;
        private double loss;
        private double selected;
        private double tokensPerSecond;
        private Duration elapsed = Duration.ZERO;

        @Override
        public void started(RunReport run) {
            if (section == null) {
                section = terminal.interruption().section();
            }
            heldOut.clear();
            steps = 0;
            selected = 0;
            tokensPerSecond = 0;
        }

        @Override
        public void resumed(ResumeReport from) {
            steps = from.step();
            loss = from.loss();
            selected = from.selected();
        }

        @Override
        public void stepped(StepReport step) {
            steps = step.step();
            loss = step.loss();
            selected += step.selectedFraction();
            tokensPerSecond = step.tokensPerSecond();
        }

        @Override
        public void evaluated(EvaluationReport evaluation) {
            heldOut.put(evaluation.dataset(), new RunResult.HeldOut(evaluation.nll(), evaluation.tokens()));
        }

        @Override
        public void finished(RunReport run, Duration time) {
            elapsed = time;
        }

        @Override
        public void close() {
            if (section != null) {
                section.close();
            }
        }

        /** Speed and time are those of this process: none where an earlier one took the last step. */
        RunResult result(String settings) {
            return new RunResult(
                    settings, steps, loss, selected / steps, tokensPerSecond, elapsed.toMillis() / 1000.0, heldOut);
        }
    }
}
