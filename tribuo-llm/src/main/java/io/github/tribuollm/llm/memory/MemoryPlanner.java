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

import io.github.tribuollm.graph.Graph;
import io.github.tribuollm.llm.checkpoint.Storage;
import io.github.tribuollm.llm.checkpoint.Weights;
import io.github.tribuollm.llm.data.TokenSequence;
import io.github.tribuollm.llm.graphs.ModelShape;
import io.github.tribuollm.llm.graphs.Names;
import io.github.tribuollm.llm.graphs.StepTask;
import io.github.tribuollm.llm.graphs.TrainingException;
import io.github.tribuollm.llm.memory.MemoryPlan.Settings;
import io.github.tribuollm.objectives.token.TokenMeasure;
import io.github.tribuollm.runtime.ComputeType;
import io.github.tribuollm.runtime.WeightSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Predicts the peak memory of training, scoring or decoding: the graphs of the run are built, and their schedules followed with
 * the sizes of the largest micro-batch. Nothing is loaded.
 */
public final class MemoryPlanner {
    /** What a JVM of a small heap and ONNX Runtime occupy before a graph is loaded. */
    private static final long RUNTIME = 320L << 20;

    /** The share of what lives on its heap that a JVM takes from the system beyond it. */
    private static final double HEADROOM = 0.5;

    /** What CUDA's libraries occupy beside the GPU: an allowance. */
    private static final long CUDA = 1L << 30;

    /** What a node costs in Java's graph, in the written model and in a session. */
    private static final long NODE = 8L << 10;

    /** The share of the available memory up to which weights are widened beforehand. */
    private static final double COMFORT = 0.7;

    private static final int SHORTEST = 64;

    private final PlannedRun run;
    private final Optional<Weights> base;
    private final List<TokenSequence> data;

    private MemoryPlanner(PlannedRun run, Optional<Weights> base, List<TokenSequence> data) {
        this.run = run;
        this.base = base;
        this.data = data;
    }

    /**
     * A planner of scoring.
     *
     * @param shape the model's form
     * @param base the base's weights
     * @param data what is scored; empty if it is not known
     * @param measures what is computed
     * @return the planner
     */
    public static MemoryPlanner scoring(
            ModelShape shape, Weights base, List<TokenSequence> data, List<TokenMeasure> measures) {
        return new MemoryPlanner(new PlannedRun.Scoring(shape, measures), Optional.of(base), data);
    }

    /**
     * A planner of decoding.
     *
     * @param shape the model's form; its sequences are the rows that are continued at once
     * @param base the base's weights
     * @param passes what is run
     * @return the planner
     */
    public static MemoryPlanner decoding(ModelShape shape, Weights base, DecodingPasses passes) {
        return new MemoryPlanner(new PlannedRun.Decoding(shape, passes), Optional.of(base), List.of());
    }

    /**
     * A planner of decoding by a loop inside one graph.
     *
     * @param shape the model's form; its sequences are the rows that are continued at once
     * @param base the base's weights
     * @param graph of the loop
     * @param steps the most tokens that follow in a run
     * @return the planner
     */
    public static MemoryPlanner looping(ModelShape shape, Weights base, DecodingPasses.GraphOf graph, int steps) {
        return new MemoryPlanner(new PlannedRun.Looping(shape, graph, steps), Optional.of(base), List.of());
    }

    /**
     * A planner of training.
     *
     * @param task what the steps have in common
     * @param base the base's weights; empty where every parameter is trained
     * @param data what is trained on; empty if it is not known
     * @param batchSize the sequences of an optimiser step
     * @return the planner
     */
    public static MemoryPlanner training(
            StepTask task, Optional<Weights> base, List<TokenSequence> data, int batchSize) {
        return new MemoryPlanner(new PlannedRun.Training(task, batchSize, false), base, data);
    }

    /** {@return a planner of the same run that also scores held-out data now and then} */
    public MemoryPlanner evaluating() {
        return new MemoryPlanner(run.evaluating(), base, data);
    }

    /**
     * The plan of a run on this machine.
     *
     * @param storage how the weights should be held; {@link Storage#AUTO} is decided by the memory that is available.
     *     To a GPU they go in the compute type, whatever is asked for
     * @return a plan that fits
     * @throws TrainingException if the run does not fit, with settings under which it would
     */
    public MemoryPlan decide(Storage storage) {
        return decide(storage, AvailableMemory.bytes(), AvailableMemory.direct());
    }

    MemoryPlan decide(Storage storage, long available, long direct) {
        ModelShape shape = run.shape();
        Storage asked = held(storage).on(shape.backend());
        Settings wanted = new Settings(asked, shape.recompute(), shape.maxSequences(), shape.maxLength());
        MemoryPlan plan = plan(asked == Storage.AUTO ? with(wanted, Storage.FLOAT32) : wanted);
        if (asked == Storage.AUTO && !comfortable(plan, available, direct) && plan.widened() > 0) {
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

    /** What the files of the base allow. */
    private Storage held(Storage asked) {
        return base.map(weights -> weights.held(asked)).orElse(asked);
    }

    /** {@return whether the run leaves room beside itself with weights in float32, or as they were rounded} */
    public boolean isComfortable() {
        ModelShape shape = run.shape();
        Storage fastest = held(Storage.AUTO).decided(shape.backend());
        MemoryPlan plan = plan(new Settings(fastest, shape.recompute(), shape.maxSequences(), shape.maxLength()));
        long available = AvailableMemory.bytes();
        return fits(plan, available) && comfortable(plan, available, AvailableMemory.direct());
    }

    private static boolean comfortable(MemoryPlan plan, long available, long direct) {
        return plan.peak() <= COMFORT * available && plan.widened() + plan.parameters() <= direct;
    }

    private boolean fits(MemoryPlan plan, long available) {
        long limit = run.shape().backend().memoryLimit();
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
        boolean decided = run.shape().backend().onDevice() || wanted.storage().rounds();
        Settings next = decided ? wanted : with(wanted, Storage.STORED);
        smaller.add(next);
        if (run.trains()) {
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
    MemoryPlan plan(Settings settings) {
        PlannedRun planned = under(settings);
        WeightSource source = source(settings);
        RunActivations activations = RunActivations.of(planned, source, LargestStep.sizes(planned, data));
        return run.shape().backend().onDevice()
                ? onDevice(settings, planned, source, activations)
                : onProcessor(settings, planned, activations);
    }

    private MemoryPlan onProcessor(Settings settings, PlannedRun planned, RunActivations activations) {
        Weights.Footprint footprint = footprint(settings);
        Activations main = activations.main();
        ModelBytes model = new ModelBytes(planned, base);
        return new MemoryPlan(
                settings,
                footprint.mapped(),
                footprint.copied(),
                model.onHost(),
                main.kept() + planned.fed(),
                main.layers(),
                main.outputLayer(),
                activations.scoring(),
                activations.holes(),
                runtime(model, activations),
                Optional.empty());
    }

    /** The JVM, ONNX Runtime and the graphs. */
    private static long runtime(ModelBytes model, RunActivations activations) {
        return RUNTIME + (long) (HEADROOM * model.onHeap()) + NODE * activations.nodes();
    }

    /** A device, and what the host needs beside it. */
    private MemoryPlan onDevice(
            Settings settings, PlannedRun planned, WeightSource source, RunActivations activations) {
        Weights.Footprint footprint = footprint(settings);
        ModelBytes model = new ModelBytes(planned, base);
        DeviceMemory device = new DeviceMemory(
                activations.sessions(),
                model.onDevice(source),
                model.fedToDevice() + planned.fed(),
                activations.main().live(),
                activations.scoring(),
                activations.holes());
        return new MemoryPlan(
                settings,
                footprint.mapped(),
                footprint.copied(),
                model.onHost(),
                planned.fed(),
                0,
                0,
                0,
                0,
                CUDA + runtime(model, activations),
                Optional.of(device));
    }

    /**
     * The graphs of a run under given settings: what runs all the time, then the forward passes beside and before it, and
     * witnesses.
     *
     * @param settings the settings; the storage must be decided
     * @return the graphs, as they are opened
     */
    public List<Graph.Model> graphs(Settings settings) {
        PlannedRun planned = under(settings);
        WeightSource source = source(settings);
        List<Graph.Model> graphs = new ArrayList<>(List.of(planned.main(source)));
        graphs.addAll(planned.beside(source));
        graphs.addAll(planned.before(source));
        planned.witnesses(source).forEach(witness -> graphs.add(witness.graph()));
        return graphs;
    }

    /** The base's tensors that any graph attaches. */
    private Set<String> attached(Settings settings) {
        return attached(graphs(settings).stream());
    }

    private static Set<String> attached(Stream<Graph.Model> graphs) {
        return graphs.flatMap(graph -> graph.weights().keySet().stream())
                .filter(name -> !name.startsWith(Names.REFERENCE))
                .collect(Collectors.toSet());
    }

    private PlannedRun under(Settings settings) {
        return run.with(run.shape().with(settings.microBatch(), settings.length(), settings.recompute()));
    }

    private ComputeType computeType() {
        return run.shape().backend().computeType();
    }

    private WeightSource source(Settings settings) {
        return base.map(weights -> weights.source(settings.storage(), computeType()))
                .orElse(WeightSource.none());
    }

    private Weights.Footprint footprint(Settings settings) {
        return base.map(weights -> settings.storage().rounds()
                        ? rounded(weights, settings)
                        : weights.footprint(
                                settings.storage(),
                                computeType(),
                                run.shape().architecture().shapes().keySet()))
                .orElse(new Weights.Footprint(0, 0));
    }

    private Weights.Footprint rounded(Weights weights, Settings settings) {
        Weights.Footprint once = weights.footprint(settings.storage(), computeType(), attached(settings));
        return new Weights.Footprint(once.mapped(), once.copied() + (run.packs() ? packed(weights, settings) : 0));
    }

    /** The layouts of all sessions. */
    private long packed(Weights weights, Settings settings) {
        PlannedRun planned = under(settings);
        WeightSource source = source(settings);
        return Stream.concat(
                        Stream.of(planned.main(source)),
                        planned.witnesses(source).stream().map(PlannedRun.Witness::graph))
                .mapToLong(graph -> weights.packed(settings.storage(), attached(Stream.of(graph))))
                .sum();
    }
}
