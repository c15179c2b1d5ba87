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
package io.github.tribuollm.llm.memory;

import io.github.tribuollm.graph.Dim;
import io.github.tribuollm.graph.Graph;
import io.github.tribuollm.graph.Schedule;
import io.github.tribuollm.llm.architecture.Architecture;
import io.github.tribuollm.llm.architecture.LinearLayer;
import io.github.tribuollm.llm.checkpoint.Storage;
import io.github.tribuollm.llm.checkpoint.Weights;
import io.github.tribuollm.llm.data.TokenSequence;
import io.github.tribuollm.llm.graphs.LanguageModelGraph;
import io.github.tribuollm.llm.graphs.ModelShape;
import io.github.tribuollm.llm.graphs.ParameterSet;
import io.github.tribuollm.llm.graphs.ReferenceModel;
import io.github.tribuollm.llm.graphs.StepGraph;
import io.github.tribuollm.llm.graphs.TrainingException;
import io.github.tribuollm.llm.lora.AdaptedParameters;
import io.github.tribuollm.llm.memory.MemoryPlan.Settings;
import io.github.tribuollm.llm.scoring.TokenScorer;
import io.github.tribuollm.llm.training.OptimiserStep;
import io.github.tribuollm.objectives.Objective;
import io.github.tribuollm.objectives.Requirements;
import io.github.tribuollm.runtime.WeightSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Predicts the peak memory of training or scoring: the graphs of the run are built, and their schedules followed with
 * the sizes of the largest micro-batch. Nothing is loaded.
 */
public final class MemoryPlanner {
    /** What a JVM of a small heap and ONNX Runtime occupy before a graph is loaded. */
    private static final long RUNTIME = 320L << 20;

    /** What CUDA's libraries occupy beside the GPU: an allowance. */
    private static final long CUDA = 1L << 30;

    /** What a node costs in Java's graph, in the written model and in a session. */
    private static final long NODE = 8L << 10;

    /** Holes in the memory of activations, as a part of it: where it stays with the session, and where it does not. */
    private static final double HOLES_KEPT = 0.15;

    private static final double HOLES_RELEASED = 0.05;

    /** The share of the available memory up to which weights are widened beforehand. */
    private static final double COMFORT = 0.7;

    private static final int SHORTEST = 64;

    private final ModelShape shape;
    private final Optional<Weights> weights;
    private final List<TokenSequence> data;
    private final Set<TokenScorer.Measure> measures;
    private final Optional<Training> training;

    private record Training(
            Objective objective, Optional<ReferenceModel> reference, int batchSize, boolean evaluates) {}

    private MemoryPlanner(
            ModelShape shape,
            Optional<Weights> weights,
            List<TokenSequence> data,
            Set<TokenScorer.Measure> measures,
            Optional<Training> training) {
        this.shape = shape;
        this.weights = weights;
        this.data = data;
        this.measures = measures;
        this.training = training;
    }

    /**
     * A planner of scoring.
     *
     * @param shape the model's form
     * @param weights the base's weights
     * @param data what is scored; empty if it is not known
     * @param measures what is computed
     * @return the planner
     */
    public static MemoryPlanner scoring(
            ModelShape shape, Weights weights, List<TokenSequence> data, Set<TokenScorer.Measure> measures) {
        return new MemoryPlanner(shape, Optional.of(weights), data, measures, Optional.empty());
    }

    /**
     * A planner of training.
     *
     * @param shape the model's form
     * @param weights the base's weights; empty where every parameter is trained
     * @param data what is trained on; empty if it is not known
     * @param objective what is minimised
     * @param reference the model that the objective compares with
     * @param batchSize the sequences of an optimiser step
     * @param evaluates whether held-out data are scored
     * @return the planner
     */
    public static MemoryPlanner training(
            ModelShape shape,
            Optional<Weights> weights,
            List<TokenSequence> data,
            Objective objective,
            Optional<ReferenceModel> reference,
            int batchSize,
            boolean evaluates) {
        return new MemoryPlanner(
                shape,
                weights,
                data,
                Set.of(TokenScorer.Measure.NLL),
                Optional.of(new Training(objective, reference, batchSize, evaluates)));
    }

    /**
     * The plan of a run on this machine.
     *
     * @param storage how the weights should be held; {@link Storage#AUTO} is decided by the memory that is available. To a
     *     GPU they go in the compute type, whatever is asked for
     * @return a plan that fits
     * @throws TrainingException if the run does not fit, with settings under which it would
     */
    public MemoryPlan decide(Storage storage) {
        return decide(storage, AvailableMemory.bytes(), AvailableMemory.direct());
    }

    MemoryPlan decide(Storage storage, long available, long direct) {
        Storage asked = shape.backend().onDevice() ? Storage.FLOAT32 : storage;
        Settings wanted = new Settings(asked, shape.recompute(), shape.maxSequences(), shape.maxLength());
        MemoryPlan plan = plan(asked == Storage.AUTO ? with(wanted, Storage.FLOAT32) : wanted);
        boolean comfortable = plan.peak() <= COMFORT * available && plan.widened() + plan.parameters() <= direct;
        if (asked == Storage.AUTO && !comfortable && plan.widened() > 0) {
            plan = plan(with(wanted, Storage.STORED));
        }
        if (!fits(plan, available)) {
            throw new TrainingException("This run needs " + plan.summary() + ". "
                    + (plan.peak() > available
                            ? "Only " + MemoryPlan.gigabytes(available) + " are available; "
                            : "A session may take only "
                                    + MemoryPlan.gigabytes(shape.backend().memoryLimit())
                                    + " of the GPU (memoryLimit); ")
                    + remedy(plan.settings(), available));
        }
        return plan;
    }

    private boolean fits(MemoryPlan plan, long available) {
        long limit = shape.backend().memoryLimit();
        return plan.peak() <= available
                && plan.device()
                        .filter(gpu -> limit > 0 && gpu.session() > limit)
                        .isEmpty();
    }

    private String remedy(Settings wanted, long available) {
        for (Settings smaller : smaller(wanted)) {
            MemoryPlan plan = plan(smaller);
            if (fits(plan, available)) {
                long needed = plan.device().map(DeviceMemory::session).orElse(plan.peak());
                return "it would fit in " + MemoryPlan.gigabytes(needed) + " with " + smaller;
            }
        }
        return "no setting makes it fit: take a smaller model or a larger machine";
    }

    /** Settings that need less and less: what costs the least comes first. */
    private List<Settings> smaller(Settings wanted) {
        List<Settings> smaller = new ArrayList<>();
        Settings next = shape.backend().onDevice() ? wanted : with(wanted, Storage.STORED);
        smaller.add(next);
        if (training.isPresent()) {
            next = new Settings(next.storage(), true, next.microBatch(), next.length());
            smaller.add(next);
        }
        while (next.microBatch() > 1) {
            next = new Settings(next.storage(), next.recompute(), next.microBatch() / 2, next.length());
            smaller.add(next);
        }
        while (next.length() > SHORTEST) {
            next = new Settings(next.storage(), next.recompute(), 1, next.length() / 2);
            smaller.add(next);
        }
        return smaller;
    }

    private static Settings with(Settings settings, Storage storage) {
        return new Settings(storage, settings.recompute(), settings.microBatch(), settings.length());
    }

    /**
     * The memory of a run under given settings.
     *
     * @param settings the settings; the storage must be decided
     * @return the plan
     */
    public MemoryPlan plan(Settings settings) {
        ModelShape form = shape.with(settings.microBatch(), settings.length(), settings.recompute());
        WeightSource source = weights.map(
                        w -> w.source(settings.storage(), shape.backend().computeType()))
                .orElse(WeightSource.none());
        Map<String, Long> sizes = sizes(settings);
        Optional<Activations> step = training.map(t -> step(t, form, source, sizes));
        Optional<Activations> pass = scores(settings)
                ? Optional.of(
                        Activations.of(new LanguageModelGraph(form, source, false).scoring(measures), form, sizes))
                : Optional.empty();
        Activations main = step.or(() -> pass).orElseThrow();
        boolean onDevice = shape.backend().onDevice();
        boolean held = step.isPresent() && (onDevice || !main.narrow());
        long scoring = step.isEmpty() || pass.isEmpty()
                ? 0
                : held ? pass.get().live() : Math.max(0, pass.get().live() - main.live());
        Weights.Footprint footprint = weights.map(w -> w.footprint(
                        settings.storage(),
                        shape.backend().computeType(),
                        shape.architecture().shapes().keySet()))
                .orElse(new Weights.Footprint(0, 0));
        int nodes = step.map(Activations::nodes).orElse(0)
                + pass.map(Activations::nodes).orElse(0);
        long holes = (long) ((held ? HOLES_KEPT : HOLES_RELEASED) * main.live());
        if (onDevice) {
            int sessions = step.isPresent() && pass.isPresent() ? 2 : 1;
            long parameters = fed() + masks(settings);
            return beside(
                    new DeviceMemory(sessions, uploaded(source), parameters, main.live(), scoring, holes),
                    settings,
                    footprint,
                    nodes);
        }
        return new MemoryPlan(
                settings,
                footprint.mapped(),
                footprint.copied(),
                parameters(settings),
                main.kept() + masks(settings),
                main.layers(),
                main.outputLayer(),
                scoring,
                holes,
                RUNTIME + NODE * nodes,
                Optional.empty());
    }

    /** What the host needs beside a GPU. */
    private MemoryPlan beside(DeviceMemory device, Settings settings, Weights.Footprint footprint, int nodes) {
        return new MemoryPlan(
                settings,
                footprint.mapped(),
                footprint.copied(),
                parameters(settings),
                masks(settings),
                0,
                0,
                0,
                0,
                RUNTIME + CUDA + NODE * nodes,
                Optional.of(device));
    }

    private Activations step(Training run, ModelShape form, WeightSource source, Map<String, Long> sizes) {
        Requirements needs = run.objective().requirements();
        LanguageModelGraph graph = new LanguageModelGraph(form, source, run.reference(), true);
        boolean one = run.batchSize() <= form.maxSequences() && !needs.student().isEmpty();
        LanguageModelGraph.Training step = one
                ? graph.withOwnWeights(run.objective(), needs)
                : runsTogether(form.maxSequences(), form.maxLength())
                        ? new StepGraph(run.objective(), form, source, run.reference()).training(trained())
                        : graph.withGivenWeights(run.objective(), needs);
        return Activations.of(step.model(), form, sizes);
    }

    private boolean scores(Settings settings) {
        return training.map(t -> t.evaluates()
                        || !shape.backend().onDevice()
                                && t.batchSize() > settings.microBatch()
                                && !t.objective().requirements().student().isEmpty())
                .orElse(true);
    }

    /** The sizes of the largest micro-batch. */
    private Map<String, Long> sizes(Settings settings) {
        long tokens = (long) settings.microBatch() * settings.length();
        long candidates = data.isEmpty() || shape.packed()
                ? tokens - settings.microBatch()
                : data.stream()
                        .map(s -> Math.min(s.completionTokens(), settings.length() - 1))
                        .sorted((a, b) -> b - a)
                        .limit(settings.microBatch())
                        .mapToLong(Integer::longValue)
                        .sum();
        long batches = batches(settings.microBatch());
        return Map.of(
                "B",
                (long) settings.microBatch(),
                "T",
                (long) settings.length(),
                "N",
                candidates,
                "D",
                (long) settings.microBatch(),
                "M",
                batches,
                "P",
                batches * tokens,
                "S",
                batches * candidates);
    }

    /** The micro-batches of a step; 1 in scoring. */
    private long batches(int microBatch) {
        return training.map(t -> (long) (t.batchSize() + microBatch - 1) / microBatch)
                .orElse(1L);
    }

    /** Whether all micro-batches of a step are one run, see {@link OptimiserStep}. */
    private boolean runsTogether(int microBatch, int length) {
        return shape.backend().onDevice()
                && batches(microBatch) * masks(microBatch, length) <= AdaptedParameters.Masks.MOST_BYTES;
    }

    /** Values, and in training gradients, two moments, and the gradients of a further micro-batch; and the reference's. */
    private long parameters(Settings settings) {
        long own = 4 * elements(trained());
        long copies =
                training.map(t -> t.batchSize() > settings.microBatch() ? 5 : 4).orElse(1);
        long reference = training.flatMap(Training::reference)
                .map(MemoryPlanner::parameters)
                .orElse(0L);
        return copies * own + reference;
    }

    /** A reference's adapter, and its weights where it is another checkpoint. */
    private static long parameters(ReferenceModel reference) {
        return 4 * reference.adapter().size() + weights(reference);
    }

    private static long weights(ReferenceModel reference) {
        return reference
                .weights()
                .map(source -> bytes(source, reference.shape().architecture()))
                .orElse(0L);
    }

    private static long bytes(WeightSource source, Architecture architecture) {
        return architecture.shapes().entrySet().stream()
                .mapToLong(e -> elements(e.getValue()) * source.type(e.getKey()).bytes())
                .sum();
    }

    /** The weights of a session on a GPU. */
    private long uploaded(WeightSource source) {
        long own = weights.isPresent() ? bytes(source, shape.architecture()) : 0;
        return own
                + training.flatMap(Training::reference)
                        .map(MemoryPlanner::weights)
                        .orElse(0L);
    }

    /** What a session on a GPU is fed and, in training, as much of gradients; and the reference's adapter. */
    private long fed() {
        long own = 4 * elements(trained());
        long reference = training.flatMap(Training::reference)
                .map(r -> 4 * r.adapter().size())
                .orElse(0L);
        return (training.isPresent() ? 2 : 1) * own + reference;
    }

    private static long elements(long[] sizes) {
        return Arrays.stream(sizes).reduce(1, (a, b) -> a * b);
    }

    private static long elements(Map<String, long[]> shapes) {
        return shapes.values().stream().mapToLong(MemoryPlanner::elements).sum();
    }

    private Map<String, long[]> trained() {
        return shape.lora()
                .map(lora -> ParameterSet.shapes(adapted(), lora.rank()))
                .orElseGet(() -> shape.architecture().shapes());
    }

    private Stream<LinearLayer> adapted() {
        return shape.architecture().linearLayers().stream()
                .filter(layer -> shape.modules().contains(layer.module()));
    }

    /** The dropout masks of a run. */
    private long masks(Settings settings) {
        long one = masks(settings.microBatch(), settings.length());
        return runsTogether(settings.microBatch(), settings.length()) ? batches(settings.microBatch()) * one : one;
    }

    /** Dropout masks of a micro-batch: a byte for each element that enters an adapter. */
    private long masks(int microBatch, int length) {
        boolean drops = training.isPresent()
                && shape.lora().filter(l -> l.dropout() > 0).isPresent();
        return drops
                ? (long) microBatch
                        * length
                        * adapted().mapToLong(LinearLayer::in).sum()
                : 0;
    }

    /** The memory of one graph's activations. */
    private record Activations(long kept, long layers, long outputLayer, int nodes, boolean narrow) {
        /** What has a vocabulary for a size belongs to the output layer. */
        static Activations of(Graph.Model model, ModelShape form, Map<String, Long> sizes) {
            Dim vocabulary = Dim.of(form.architecture().vocabularySize());
            List<Schedule.Moment> moments =
                    form.backend().runnable(model).schedule().moments(sizes);
            boolean[] output = new boolean[moments.size()];
            for (int i = 0; i < output.length; i++) {
                output[i] = moments.get(i).outputs().stream()
                        .anyMatch(type -> type.shape().dims().contains(vocabulary));
            }
            int first = IntStream.range(0, output.length)
                    .filter(i -> output[i])
                    .findFirst()
                    .orElse(0);
            long kept = first == 0 ? 0 : moments.get(first - 1).live();
            boolean narrow = model.weights().values().stream()
                    .anyMatch(type -> type.element().isNarrow());
            return new Activations(
                    kept,
                    peak(moments, output, false) - kept,
                    peak(moments, output, true) - kept,
                    output.length,
                    narrow);
        }

        private static long peak(List<Schedule.Moment> moments, boolean[] output, boolean inOutputLayer) {
            return IntStream.range(0, output.length)
                    .filter(i -> output[i] == inOutputLayer)
                    .mapToLong(i -> moments.get(i).live())
                    .max()
                    .orElse(0);
        }

        long live() {
            return kept + Math.max(layers, outputLayer);
        }
    }
}
