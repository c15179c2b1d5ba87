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
package io.github.tribuollm.evidence;

import com.google.gson.Gson;
import io.github.tribuollm.fixtures.PeftAdapter;
import io.github.tribuollm.llm.CausalLMModel;
import io.github.tribuollm.llm.CausalLMTrainer;
import io.github.tribuollm.llm.architecture.Architectures;
import io.github.tribuollm.llm.checkpoint.Checkpoint;
import io.github.tribuollm.llm.checkpoint.DType;
import io.github.tribuollm.llm.data.TokenSequence;
import io.github.tribuollm.llm.lora.MergedCheckpoint;
import io.github.tribuollm.llm.lora.PeftFiles;
import io.github.tribuollm.llm.token.TokenFactory;
import io.github.tribuollm.llm.token.TokenSequenceDataset;
import io.github.tribuollm.llm.training.Lora;
import io.github.tribuollm.objectives.Objective;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.tribuo.provenance.SimpleDataSourceProvenance;

/**
 * Adapters in every form that PEFT writes and this library reads, on several checkpoints: PEFT writes one, we compare
 * scores and gradients, export and merge it, and PEFT and transformers load that. New adapters sit where PEFT's
 * LoraConfig of the same words puts them.
 */
public final class AdapterFormsEvidence implements AutoCloseable {
    private static final double NATS = 1e-4;
    private static final double ANGLE = 1e-6;
    private static final double NORM = 1e-3;

    private final Process python;
    private final BufferedReader answers;
    private final PrintWriter commands;
    private final Path work;
    private int forms;
    private double scores;
    private double exported;
    private double angle;
    private double norm;

    private AdapterFormsEvidence(String interpreter, String script) throws IOException {
        work = Files.createTempDirectory("adapter-forms");
        python = new ProcessBuilder(interpreter, script, "serve")
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        answers = python.inputReader(StandardCharsets.UTF_8);
        commands = new PrintWriter(python.outputWriter(StandardCharsets.UTF_8), true);
    }

    /**
     * Checks checkpoints.
     *
     * @param arguments the interpreter, the script make_adapters.py, and directories of checkpoints
     * @throws IOException if a file cannot be written
     */
    public static void main(String[] arguments) throws IOException {
        try (AdapterFormsEvidence evidence = new AdapterFormsEvidence(arguments[0], arguments[1])) {
            for (String checkpoint : List.of(arguments).subList(2, arguments.length)) {
                Path base = Path.of(checkpoint);
                String chosen = System.getenv().getOrDefault("FORMS", evidence.ask("forms", "--base", base));
                for (String form : chosen.split(" ")) {
                    evidence.check(base, form);
                }
                evidence.newAdapters(base);
            }
            System.out.printf(
                    Locale.ROOT,
                    "adapter-forms: %d adapters of PEFT score as there to %.1e nats, gradients 1 - cosine %.1e, norm"
                            + " %.1e; PEFT and transformers score exports and merges to %.1e%n",
                    evidence.forms,
                    evidence.scores,
                    evidence.angle,
                    evidence.norm,
                    evidence.exported);
        }
    }

    private String ask(Object... words) {
        String command = String.join(" ", Stream.of(words).map(Object::toString).toArray(String[]::new));
        commands.println(command);
        try {
            String answer = answers.readLine();
            if (answer == null || answer.startsWith("error")) {
                throw new AssertionError(command + ": " + answer);
            }
            return answer;
        } catch (IOException e) {
            throw new AssertionError(command, e);
        }
    }

    private static double within(String what, double value, double bound) {
        if (!(value <= bound)) {
            throw new AssertionError(what + ": " + value + " > " + bound);
        }
        return value;
    }

    private void check(Path base, String form) throws IOException {
        Path given = work.resolve("given");
        ask("write", "--base", base, "--form", form, "--out", given);
        String title = base.getFileName() + " " + form;
        try (PeftAdapter peft = new PeftAdapter(base, given)) {
            double score = within(title, peft.scoreDifference(peft.base, Optional.of(peft.adapter)), NATS);
            scores = Math.max(scores, score);
            if (peft.hasGradients()) {
                PeftAdapter.Gradients gradients = peft.gradients(false, false);
                angle = Math.max(angle, within(title, gradients.angle(), ANGLE));
                norm = Math.max(norm, within(title, gradients.norm(), NORM));
            }
            double back = exported(title, base, given, peft);
            exported = Math.max(exported, back);
            forms++;
            System.out.printf(Locale.ROOT, "%s: scores %.1e, exported %.1e%n", title, score, back);
        }
        clear();
    }

    private double exported(String title, Path base, Path given, PeftAdapter peft) {
        Path out = work.resolve("exported");
        PeftFiles.save(peft.adapter, out, base.toString(), peft.base.identity());
        List<Object> words = new ArrayList<>(List.of("check", "--base", base, "--expected", given, "--adapter", out));
        boolean mergeable = peft.adapter.modules().entrySet().stream()
                .allMatch(module -> module.getValue().bias().isEmpty()
                        || peft.base.weights().contains(module.getKey() + ".bias"));
        if (mergeable) {
            Path merged = work.resolve("merged");
            MergedCheckpoint.write(peft.base, peft.adapter, merged, DType.F32);
            words.addAll(List.of("--merged", merged));
        }
        return within(title + ", exported", Double.parseDouble(ask(words.toArray())), NATS);
    }

    private static TokenSequenceDataset data(Checkpoint base, TokenSequence sequence) {
        return new TokenSequenceDataset(
                List.of(sequence),
                Architectures.of(base).vocabularySize(),
                new SimpleDataSourceProvenance("one sequence", new TokenFactory()));
    }

    /** Adapters that training makes sit where PEFT's LoraConfig of the same words puts them, with its ranks and scales. */
    private void newAdapters(Path base) throws IOException {
        Map<Lora, Map<String, Object>> words = new LinkedHashMap<>();
        Lora some = new Lora().withRank(4).withAlpha(6).withTargetModules("q_proj", "v_proj", "down_proj");
        Map<String, Object> fields =
                Map.of("r", 4, "lora_alpha", 6, "target_modules", List.of("q_proj", "v_proj", "down_proj"));
        words.put(some.withRankStabilised(true), with(fields, "use_rslora", true));
        words.put(
                some.withRankPattern("layers.1.self_attn.q_proj=2", "(q|v)_proj=3")
                        .withAlphaPattern("v_proj=9", "1.mlp.*=2.5"),
                with(
                        with(fields, "rank_pattern", ordered("layers.1.self_attn.q_proj", 2, "(q|v)_proj", 3)),
                        "alpha_pattern",
                        ordered("v_proj", 9, "1.mlp.*", 2.5)));
        words.put(some.withLayersToTransform(1), with(fields, "layers_to_transform", List.of(1)));
        words.put(
                some.withLayersToTransform(0).withLayersPattern("layers"),
                with(with(fields, "layers_to_transform", List.of(0)), "layers_pattern", List.of("layers")));
        words.put(
                some.withExcludedModules("layers.0.mlp.down_proj", "v_proj"),
                with(fields, "exclude_modules", List.of("layers.0.mlp.down_proj", "v_proj")));
        words.put(
                new Lora().withRank(4).withAlpha(6).withExcludedModules("/.*layers\\.0\\..*/"),
                Map.of(
                        "r",
                        4,
                        "lora_alpha",
                        6,
                        "target_modules",
                        "all-linear",
                        "exclude_modules",
                        ".*layers\\.0\\..*"));
        words.put(
                new Lora().withRank(4).withAlpha(6).withTargetModules("/.*layers\\.1\\.(mlp|self_attn)\\.[dqo].*proj/"),
                Map.of("r", 4, "lora_alpha", 6, "target_modules", ".*layers\\.1\\.(mlp|self_attn)\\.[dqo].*proj"));
        try (PeftAdapter any = first(base)) {
            for (Map.Entry<Lora, Map<String, Object>> entry : words.entrySet()) {
                Path out = work.resolve("new");
                Path config = Files.writeString(work.resolve("config.json"), new Gson().toJson(entry.getValue()));
                CausalLMTrainer trainer = new CausalLMTrainer(base, Objective.mle()).withTuning(entry.getKey());
                try (CausalLMModel model = trainer.train(data(any.base, any.sequence()))) {
                    PeftFiles.save(model.adapter().orElseThrow(), out, base.toString(), any.base.identity());
                }
                String layers = ask("layers", "--base", base, "--adapter", out, "--config", config);
                System.out.println(base.getFileName() + ": " + layers + " layers under " + entry.getKey());
            }
        }
        clear();
    }

    private PeftAdapter first(Path base) {
        Path given = work.resolve("given");
        ask("write", "--base", base, "--form", "list", "--out", given);
        return new PeftAdapter(base, given);
    }

    private static Map<String, Object> ordered(String first, Object one, String second, Object two) {
        Map<String, Object> map = new LinkedHashMap<>();
        map.put(first, one);
        map.put(second, two);
        return map;
    }

    private static Map<String, Object> with(Map<String, Object> fields, String name, Object value) {
        Map<String, Object> more = new LinkedHashMap<>(fields);
        more.put(name, value);
        return more;
    }

    /** Embeddings are large: nothing is kept but what is being compared. */
    private void clear() throws IOException {
        try (Stream<Path> files = Files.walk(work)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                if (!file.equals(work)) {
                    Files.delete(file);
                }
            }
        }
    }

    @Override
    public void close() throws IOException {
        commands.close();
        python.destroy();
        clear();
        Files.delete(work);
    }
}
