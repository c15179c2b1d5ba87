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
import com.oracle.labs.mlrg.olcut.config.property.Property;
import com.oracle.labs.mlrg.olcut.config.property.SimpleProperty;
import io.github.tribuollm.llm.CausalLMTrainer;
import io.github.tribuollm.llm.checkpoint.Checkpoint;
import io.github.tribuollm.llm.cli.OptionTable.Choices;
import io.github.tribuollm.llm.data.TokenSequence;
import io.github.tribuollm.llm.lora.Adapter;
import io.github.tribuollm.llm.lora.PeftFiles;
import io.github.tribuollm.llm.scoring.ScoredModel;
import io.github.tribuollm.llm.scoring.SequenceScores;
import io.github.tribuollm.llm.scoring.TokenScorer;
import io.github.tribuollm.llm.token.TokenSource;
import io.github.tribuollm.objectives.Objective;
import io.github.tribuollm.runtime.Backend;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/** Trains one checkpoint under several objectives. */
final class CompareCommand implements Command<CompareOptions> {
    private static final String MLE = "mle";
    private static final int EVALUATION_BATCH = 16;

    @Override
    public String name() {
        return "compare";
    }

    @Override
    public String summary() {
        return "Trains one checkpoint under several objectives and shows what each of them changes.";
    }

    @Override
    public String description() {
        return "Trains one checkpoint under several objectives, measures each on held-out data of the same and of"
                + " another distribution, before and after, and prints a table. Writes report.html, where the completion"
                + " tokens of some documents are coloured by loss before training and after each objective and those that"
                + " Masked MLE selects are marked, report.json, and everything about each run in a folder with the name of"
                + " the objective.";
    }

    @Override
    public List<Example> examples() {
        return List.of(
                new Example(
                        "The quick start: bundled checkpoint and data, less than two minutes",
                        "--config tutorials/configs/quick-start.xml --output runs/quick-start"),
                new Example(
                        "Your own checkpoint, trained on GSM8K, also measured on Alpaca",
                        "--checkpoint Llama-3.2-1B --output runs/compare --held-out-rows 500\n"
                                + "--data gsm8k/train.jsonl --format gsm8k\n"
                                + "--held-out gsm8k/test.jsonl --out-of-distribution alpaca:alpaca_data.json"));
    }

    @Override
    public CompareOptions options() {
        return new CompareOptions();
    }

    @Override
    public void run(CompareOptions options, ConfigurationManager configuration, Terminal terminal) {
        Path output = TrainCommand.required(options.output);
        requireSound(options);
        Experiment experiment = experiment(options, configuration).on(options.execution);
        Map<String, Objective> objectives = objectives(options, configuration);
        Map<String, RunResult> results = new LinkedHashMap<>();
        objectives.forEach((name, objective) -> {
            terminal.err().println("== " + name + ": " + objective);
            Map<String, Property> changes = new HashMap<>();
            changes.put("objective", new SimpleProperty(name));
            if (objective.needsReference()) {
                experiment.givenReference(adapterOf(output, MLE)).ifPresent(given -> changes.put("reference", given));
            }
            Experiment one = experiment.with("trainer of " + name, changes);
            results.put(name, new TrainingJob(one, output.resolve(name), terminal).run());
        });
        terminal.err().println("== report");
        ComparisonReport report = measure(options, experiment, objectives, results);
        report.write(output);
        terminal.out().println();
        terminal.out().print(report.text());
        terminal.out().println("Report: " + output.resolve(ComparisonReport.PAGE));
    }

    private static void requireSound(CompareOptions options) {
        if (!(options.mark > 0 && options.mark < 1)) {
            throw new UsageError("--mark: must lie in (0, 1): " + options.mark);
        }
        if (options.documents < 0) {
            throw new UsageError("--documents: must not be negative: " + options.documents);
        }
    }

    private static Path adapterOf(Path output, String name) {
        return output.resolve(name).resolve("adapter");
    }

    private static Experiment experiment(CompareOptions options, ConfigurationManager configuration) {
        if (options.config() != null) {
            return Experiment.inFile(configuration, options.experiment);
        }
        Map<String, HeldOutFile> heldOut = new LinkedHashMap<>();
        if (options.heldOut != null) {
            heldOut.put("in-distribution", HeldOutFile.parse(options.heldOut));
        }
        if (options.outOfDistribution != null) {
            heldOut.put("out-of-distribution", HeldOutFile.parse(options.outOfDistribution));
        }
        return Experiment.of(
                configuration,
                options.training,
                options.data,
                ObjectiveName.MLE,
                options.mask,
                heldOut,
                TrainCommand.heldOutRows(options.data, options.heldOutRows));
    }

    /** The objectives by name, in the order of their training: the reference comes first. */
    private static Map<String, Objective> objectives(CompareOptions options, ConfigurationManager configuration) {
        Map<String, Objective> objectives = new LinkedHashMap<>();
        for (String name : options.objectives) {
            objectives.put(name, objective(name, options, configuration));
        }
        if (objectives.values().stream().noneMatch(Objective::needsReference)) {
            return objectives;
        }
        Map<String, Objective> ordered = new LinkedHashMap<>();
        ordered.put(MLE, objective(MLE, options, configuration));
        ordered.putAll(objectives);
        return ordered;
    }

    private static Objective objective(String name, CompareOptions options, ConfigurationManager configuration) {
        if (configuration.getConfigurationData(name).isEmpty()) {
            Set<String> known = new LinkedHashSet<>();
            Arrays.stream(ObjectiveName.values())
                    .map(o -> Choices.written(o.name()))
                    .forEach(known::add);
            known.addAll(configuration.listAll(Objective.class));
            Choices.among("--objectives", name, List.copyOf(known));
            ObjectiveName named = ObjectiveName.valueOf(Choices.constant(name));
            new Components(configuration).objective(name, named, options.mask);
        }
        if (configuration.lookup(name) instanceof Objective objective) {
            return objective;
        }
        throw new UsageError("--objectives: the component '" + name + "' of the configuration is no objective");
    }

    private static ComparisonReport measure(
            CompareOptions options,
            Experiment experiment,
            Map<String, Objective> objectives,
            Map<String, RunResult> results) {
        List<ComparisonReport.Document> documents = new ArrayList<>();
        documents.addAll(shown("training", experiment.data(), options, true));
        SortedMap<String, TokenSource> heldOut = experiment.heldOut();
        heldOut.forEach((name, source) -> documents.addAll(shown(name, source, options, false)));
        List<TokenSequence> sequences =
                documents.stream().map(ComparisonReport.Document::sequence).toList();
        CausalLMTrainer trainer = experiment.trainer();
        Backend backend = trainer.execution().backend();
        try (Checkpoint base = Checkpoint.open(trainer.checkpoint())) {
            List<TokenSequence> all = new ArrayList<>(sequences);
            heldOut.values().forEach(source -> all.addAll(source.sequences()));
            SortedMap<String, RunResult.HeldOut> before = new TreeMap<>();
            List<ComparisonReport.Model> models = new ArrayList<>();
            try (TokenScorer scorer = scorer(base, Optional.empty(), all, backend)) {
                heldOut.forEach((name, source) -> {
                    TokenScorer.MeanLoss mean = scorer.meanLoss(source.sequences());
                    before.put(name, new RunResult.HeldOut(mean.nll(), mean.tokens()));
                });
                models.add(ComparisonReport.Model.base(before, scores(scorer, sequences)));
            }
            results.forEach((name, result) -> {
                Adapter adapter = PeftFiles.load(adapterOf(options.output, name), base);
                try (TokenScorer scorer = scorer(base, Optional.of(adapter), sequences, backend)) {
                    models.add(ComparisonReport.Model.trained(
                            name, objectives.get(name), result, scores(scorer, sequences)));
                }
            });
            List<List<String>> tokens = sequences.stream()
                    .map(s -> base.tokenizer().display(s.tokens()))
                    .toList();
            return new ComparisonReport(base.place(), documents, tokens, models, options.mark);
        }
    }

    private static TokenScorer scorer(
            Checkpoint base, Optional<Adapter> adapter, List<TokenSequence> data, Backend backend) {
        ScoredModel model =
                ScoredModel.of(base, adapter, ScoredModel.longest(data)).on(backend);
        return TokenScorer.of(model.inBatchesOf(EVALUATION_BATCH), ScoreCommand.MEASURES);
    }

    private static List<SequenceScores> scores(TokenScorer scorer, List<TokenSequence> data) {
        List<SequenceScores> scores = new ArrayList<>();
        scorer.score(data, (sequence, found) -> scores.add(found));
        return scores;
    }

    private static List<ComparisonReport.Document> shown(
            String name, TokenSource source, CompareOptions options, boolean training) {
        return source.sequences().stream()
                .limit(options.documents)
                .map(sequence -> new ComparisonReport.Document(name, sequence, training))
                .toList();
    }
}
