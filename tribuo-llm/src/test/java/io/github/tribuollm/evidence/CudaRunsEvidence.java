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

import io.github.tribuollm.fixtures.Golden;
import io.github.tribuollm.fixtures.RandomCheckpoint;
import io.github.tribuollm.llm.architecture.Architecture;
import io.github.tribuollm.llm.architecture.Architectures;
import io.github.tribuollm.llm.checkpoint.Checkpoint;
import io.github.tribuollm.llm.checkpoint.Storage;
import io.github.tribuollm.llm.data.TokenSequence;
import io.github.tribuollm.llm.graphs.MicroBatch;
import io.github.tribuollm.llm.graphs.ModelShape;
import io.github.tribuollm.llm.graphs.ParameterSet;
import io.github.tribuollm.llm.graphs.ReferenceModel;
import io.github.tribuollm.llm.graphs.SparseMethod;
import io.github.tribuollm.llm.graphs.StepTask;
import io.github.tribuollm.llm.graphs.TrainingException;
import io.github.tribuollm.llm.lora.AdapterForm;
import io.github.tribuollm.llm.lora.LoraConfig;
import io.github.tribuollm.llm.scoring.ObjectiveExplainer;
import io.github.tribuollm.llm.scoring.ScoredModel;
import io.github.tribuollm.llm.scoring.TokenScorer;
import io.github.tribuollm.llm.teacher.TeacherWriter;
import io.github.tribuollm.llm.training.OptimiserStep;
import io.github.tribuollm.llm.uncertainty.dropout.DropoutPlaces;
import io.github.tribuollm.objectives.Objective;
import io.github.tribuollm.objectives.token.TokenMeasure;
import io.github.tribuollm.runtime.Backend;
import io.github.tribuollm.runtime.ComputeType;
import io.github.tribuollm.runtime.ExecutionProvider;
import io.github.tribuollm.runtime.RuntimeFailure;
import io.github.tribuollm.runtime.WeightSource;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.BitSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.IntStream;

/**
 * Evidence: ONNX Runtime's CUDA provider refuses no run of any kind of graph. It runs over libraries that do nothing,
 * so what it computes means nothing.
 */
final class CudaRunsEvidence {
    private static final List<String> OF_OBJECTIVES = List.of("llama-tied", "gemma2-tied");

    private final Map<String, String> refused = new TreeMap<>();
    private int runs;

    /** The runs after which a step ends because the weights that left the device, which mean nothing, are 0. */
    private int unused;

    private void run(String title, Runnable run) {
        runs++;
        try {
            run.run();
        } catch (TrainingException unweighted) {
            unused++;
        } catch (RuntimeFailure e) {
            refused.put(title, e.getMessage());
            System.out.println("refused: " + title + ": " + e.getMessage());
        }
    }

    private static List<TokenSequence> documents(Golden golden) {
        return golden.sequences().stream()
                .map(CudaRunsEvidence::shortened)
                .map(OneRun::withColumns)
                .toList();
    }

    private static TokenSequence shortened(TokenSequence sequence) {
        int length = Math.min(12, sequence.length());
        return new TokenSequence(
                Arrays.copyOf(sequence.tokens(), length), sequence.completion().get(0, length), 1, sequence.origin());
    }

    private static TokenSequence of(TokenSequence sequence, int length, boolean completion) {
        BitSet trained = new BitSet();
        trained.set(length - 1, completion);
        return OneRun.withColumns(
                new TokenSequence(Arrays.copyOf(sequence.tokens(), length), trained, 1, sequence.origin()));
    }

    /** Steps at the edges of what occurs, by what they are; several documents a row where packed. */
    private static Map<String, List<MicroBatch>> steps(List<TokenSequence> data, boolean packed) {
        MicroBatch usual = packed
                ? MicroBatch.of(data, List.of(new int[] {0, 1}, new int[] {2}))
                : MicroBatch.of(data, new int[] {0, 1, 2});
        MicroBatch one = MicroBatch.of(data, new int[] {1});
        MicroBatch shortest = MicroBatch.of(List.of(of(data.get(0), 2, true)), new int[] {0});
        MicroBatch promptOnly = MicroBatch.of(List.of(of(data.get(0), 3, false)), new int[] {0});
        MicroBatch shortPrompt = MicroBatch.of(List.of(of(data.get(0), 2, false)), new int[] {0});
        MicroBatch weightless = MicroBatch.of(
                data.stream()
                        .map(s -> OneRun.withColumns(new TokenSequence(s.tokens(), s.completion(), 0, s.origin())))
                        .toList(),
                new int[] {0, 1});
        Map<String, List<MicroBatch>> steps = new LinkedHashMap<>();
        steps.put("a micro-batch", List.of(usual));
        steps.put("micro-batches of different shapes", List.of(usual, one, shortest));
        steps.put("a document", List.of(one));
        steps.put("one candidate", List.of(one.keeping(i -> i == 0)));
        steps.put("two tokens", List.of(shortest));
        steps.put("a micro-batch without candidates", List.of(promptOnly, usual, shortPrompt));
        steps.put("weightless documents beside others", List.of(usual, weightless));
        steps.put("weightless documents", List.of(weightless));
        return steps;
    }

    private void train(
            String title, ModelShape shape, WeightSource weights, Objective objective, Golden golden, boolean edges) {
        for (boolean together : new boolean[] {true, false}) {
            try (ParameterSet parameters = shape.adapter().isPresent()
                            ? ParameterSet.of(golden.adapter("adapter"))
                            : new ParameterSet(shape.architecture().shapes());
                    ReferenceModel base = ReferenceModel.base(shape);
                    OptimiserStep step = new OptimiserStep(
                            StepTask.of(objective, shape, Optional.of(base)).runningTogether(together),
                            parameters,
                            weights,
                            1)) {
                List<TokenSequence> data = documents(golden);
                run(title + ", ranked", () -> step.weigh(data));
                steps(data, shape.packed()).entrySet().stream()
                        .limit(edges ? Long.MAX_VALUE : 2)
                        .forEach(entry -> run(
                                title + (together ? ", in one run" : ", one after another") + ", " + entry.getKey(),
                                () -> step.compute(entry.getValue(), 3)));
            }
        }
    }

    private void score(String title, ModelShape shape, WeightSource weights, Golden golden) {
        try (ParameterSet parameters = ParameterSet.of(golden.adapter("adapter"));
                TokenScorer scorer = new TokenScorer(
                        shape,
                        parameters,
                        weights,
                        List.of(TokenMeasure.NLL, TokenMeasure.ENTROPY, TokenMeasure.BEST, TokenMeasure.BEST_NLL));
                TokenScorer measures =
                        new TokenScorer(shape, parameters, weights, List.of(TokenMeasure.NLL, TokenMeasure.ENTROPY))) {
            steps(documents(golden), shape.packed())
                    .forEach((kind, batches) -> batches.forEach(batch -> {
                        run(title + ", scored, " + kind, () -> scorer.score(batch));
                        run(title + ", measured, " + kind, () -> measures.score(batch));
                    }));
            if (!shape.packed()) {
                TeacherWriter writer = new TeacherWriter(shape, parameters, weights, "", "");
                for (SparseMethod method : SparseMethod.values()) {
                    run(title + ", sparse " + method, () -> write(writer, teacherData(golden), method));
                }
            }
        }
    }

    private static List<TokenSequence> teacherData(Golden golden) {
        TokenSequence first = golden.sequences().get(0);
        return List.of(shortened(first), of(first, 2, true), of(first, 3, false), of(first, 2, false));
    }

    private static void write(TeacherWriter writer, List<TokenSequence> data, SparseMethod method) {
        try {
            Path file = Files.createTempFile("teacher", "");
            writer.write(file, data, method, 4, 1);
            Files.delete(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void explain(String title, Objective objective, ModelShape shape, WeightSource weights, Golden golden) {
        run(title + ", explained", () -> {
            try (ParameterSet parameters = ParameterSet.of(golden.adapter("adapter"));
                    ReferenceModel base = ReferenceModel.base(shape);
                    ObjectiveExplainer explainer =
                            new ObjectiveExplainer(objective, shape, parameters, Optional.of(base), weights)) {
                explainer.explain(documents(golden).subList(0, 2));
                explainer.explain(List.of(of(documents(golden).get(0), 2, true)));
                explainer.explain(List.of(of(documents(golden).get(0), 3, false)));
            }
        });
    }

    private void checkpoint(String name, ComputeType type) {
        try (Golden golden = Golden.of(name)) {
            DeviceGraphs graphs = new DeviceGraphs(golden, type);
            graphs.trainings()
                    .forEach(t -> train(
                            name + " " + type + " " + t.title(), t.shape(), t.weights(), t.objective(), golden, true));
            WeightSource weights = golden.checkpoint.weights().source(Storage.FLOAT32, type);
            for (ModelShape shape : graphs.scored()) {
                score(
                        name + " " + type + (shape.packed() ? ", packed" : "")
                                + (shape.chunks() > 1 ? ", in chunks" : ""),
                        shape,
                        weights,
                        golden);
            }
        }
    }

    private void objectives(String name, ComputeType type) {
        try (Golden golden = Golden.of(name)) {
            ModelShape shape = new DeviceGraphs(golden, type).lora();
            WeightSource weights = golden.checkpoint.weights().source(Storage.FLOAT32, type);
            OneRun.objectives().forEach((title, objective) -> {
                train(name + " " + type + " " + title, shape, weights, objective, golden, false);
                explain(name + " " + type + " " + title, objective, shape, weights, golden);
            });
        }
    }

    private void uncertainty(String name, ComputeType type, DropoutPlaces places) {
        try (Golden golden = Golden.of(name)) {
            ScoredModel model = ScoredModel.of(golden.checkpoint, Optional.of(golden.adapter("adapter")), 24)
                    .on(new Backend(ExecutionProvider.CUDA, 0, 0, false, type));
            run(
                    name + " " + type + " dropout, " + places,
                    () -> UncertaintyGraphs.run(model, teacherData(golden), places));
        }
    }

    /** One layer of a published model, with its vocabulary, and sequences as long as they are trained with. */
    private void realSize(ComputeType type) throws IOException {
        Path directory = RandomCheckpoint.in(Path.of("runs/cuda-runs"), RandomCheckpoint.Model.LLAMA, 1);
        try (Checkpoint checkpoint = Checkpoint.open(directory)) {
            Architecture architecture = Architectures.of(checkpoint);
            LoraConfig lora = new LoraConfig(32, 64, 0, List.of(LoraConfig.ALL_LINEAR));
            AdapterForm form = AdapterForm.of(lora, architecture.linearLayers());
            ModelShape shape = new ModelShape(architecture, Optional.of(form), 2048, 32, true)
                    .on(new Backend(ExecutionProvider.CUDA, 0, 0, false, type));
            WeightSource weights = checkpoint.weights().source(Storage.STORED, type);
            String title = directory.getFileName() + " " + type;
            List<TokenSequence> data = IntStream.range(0, 33)
                    .mapToObj(i -> sequence(i < 32 ? 512 : 2048))
                    .toList();
            List<MicroBatch> wide = List.of(
                    MicroBatch.of(data, IntStream.range(0, 16).toArray()),
                    MicroBatch.of(data, IntStream.range(16, 32).toArray()));
            List<MicroBatch> longest = List.of(MicroBatch.of(data, new int[] {32}));
            try (ParameterSet parameters = new ParameterSet(shape.trained());
                    ReferenceModel base = ReferenceModel.base(shape);
                    OptimiserStep step = new OptimiserStep(
                            StepTask.of(Objective.maskedMleDistill(0.75), shape, Optional.of(base)),
                            parameters,
                            weights,
                            1)) {
                run(title + ", 2048 tokens", () -> step.compute(longest, 0));
                run(title + ", 32 x 512 tokens", () -> step.compute(wide, 1));
                run(title + ", 2048 tokens in a loop", () -> step.compute(longest, 2));
                for (SparseMethod method : SparseMethod.values()) {
                    TeacherWriter writer = new TeacherWriter(shape, parameters, weights, "", "");
                    run(title + ", sparse " + method, () -> write(writer, data.subList(0, 16), method));
                }
            }
            ScoredModel model =
                    ScoredModel.of(checkpoint, Optional.empty(), 2048).on(shape.backend());
            run(title + " dropout", () -> UncertaintyGraphs.run(model, data.subList(0, 1), DropoutPlaces.ARCHITECTURE));
        }
    }

    private static TokenSequence sequence(int length) {
        int[] tokens = IntStream.range(0, length).map(i -> 7 * i).toArray();
        BitSet completion = new BitSet();
        completion.set(length / 4, length);
        return new TokenSequence(tokens, completion, 1, "");
    }

    /**
     * Prints what was refused, and how much ran.
     *
     * @param args checkpoints; none for all
     * @throws IOException if the checkpoint of a real size cannot be written
     */
    public static void main(String[] args) throws IOException {
        CudaRunsEvidence evidence = new CudaRunsEvidence();
        List<String> names = args.length == 0 ? Golden.names().toList() : List.of(args);
        for (ComputeType type : ComputeType.values()) {
            evidence.realSize(type);
            System.out.println(type + ", real size: " + evidence.runs + " runs");
            for (String name : names) {
                evidence.checkpoint(name, type);
                System.out.println(type + ", " + name + ": " + evidence.runs + " runs");
            }
            OF_OBJECTIVES.stream().filter(names::contains).forEach(name -> evidence.objectives(name, type));
            for (DropoutPlaces places : DropoutPlaces.values()) {
                names.forEach(name -> evidence.uncertainty(name, type, places));
            }
        }
        System.out.printf(
                "%d runs, %d of steps that gave no weight, %d refused%n",
                evidence.runs, evidence.unused, evidence.refused.size());
        System.exit(evidence.refused.isEmpty() ? 0 : 1);
    }
}
