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

import ai.onnx.proto.OnnxMl.ModelProto;
import io.github.tribuollm.fixtures.Golden;
import io.github.tribuollm.fixtures.OpenedGraphs;
import io.github.tribuollm.llm.checkpoint.Storage;
import io.github.tribuollm.llm.data.TokenSequence;
import io.github.tribuollm.llm.graphs.MicroBatch;
import io.github.tribuollm.llm.graphs.MicroBatches;
import io.github.tribuollm.llm.graphs.ModelShape;
import io.github.tribuollm.llm.graphs.ParameterSet;
import io.github.tribuollm.llm.graphs.ReferenceModel;
import io.github.tribuollm.llm.graphs.StepPlan;
import io.github.tribuollm.llm.graphs.StepTask;
import io.github.tribuollm.llm.lora.Adapter;
import io.github.tribuollm.llm.memory.MemoryPlan;
import io.github.tribuollm.llm.memory.MemoryPlanner;
import io.github.tribuollm.llm.training.OptimiserStep;
import io.github.tribuollm.objectives.Objective;
import io.github.tribuollm.objectives.Objectives;
import io.github.tribuollm.objectives.weight.EntropyScore;
import io.github.tribuollm.objectives.weight.Granularity;
import io.github.tribuollm.objectives.weight.LossScore;
import io.github.tribuollm.objectives.weight.ReferenceLossScore;
import io.github.tribuollm.objectives.weight.Scope;
import io.github.tribuollm.objectives.weight.Score;
import io.github.tribuollm.objectives.weight.Selection;
import io.github.tribuollm.objectives.weight.TopQuantile;
import io.github.tribuollm.runtime.WeightSource;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Whether the memory of steps is planned with the graphs that run: for each setting, the graphs that the planner
 * follows are compared with those that a step of eight sequences opens its sessions with.
 *
 * <p>Prints a line for each setting that differs, and the counts at last.
 */
public final class PlannedGraphs implements AutoCloseable {
    private static final int BATCH = 8;

    /**
     * What decides how a step runs.
     *
     * @param objective what is minimised
     * @param dropout the rate of the adapters' dropout
     * @param microBatch the sequences of a micro-batch
     * @param together whether micro-batches run together, as on a device
     */
    public record Setting(Objective objective, double dropout, int microBatch, boolean together) {}

    /**
     * The graphs of a setting, in the form for a device.
     *
     * @param plan how the step ran
     * @param planned those that the planner followed
     * @param opened those that sessions were opened with
     */
    public record Graphs(StepPlan plan, Set<ModelProto> planned, Set<ModelProto> opened) {
        /** {@return whether they are the same, node for node} */
        public boolean same() {
            return planned.equals(opened);
        }
    }

    private final Golden golden = Golden.trajectory("llama-untied-gqa");
    private final Adapter adapter = golden.adapter("adapter-reference");
    private final WeightSource base = golden.checkpoint.weights().source(Storage.FLOAT32);
    private final List<TokenSequence> documents =
            LayoutDifference.documents(golden).stream().map(OneRun::withColumns).toList();

    /** Objectives by what their weights look at. */
    static Map<String, Objective> objectives() {
        Map<String, Objective> all = new LinkedHashMap<>();
        all.put("nothing", Objective.mle());
        all.put("losses", Objective.maskedMle(0.75));
        all.put("losses, beside a reference", Objective.maskedMleDistill(0.75));
        all.put("entropies", selected(new EntropyScore(), Scope.OPTIMISER_STEP));
        all.put("losses of each sequence", selected(new LossScore(), Scope.SEQUENCE));
        all.put("losses of each micro-batch", selected(new LossScore(), Scope.MICRO_BATCH));
        all.put("losses of the data set", selected(new LossScore(), Scope.DATASET));
        all.put("losses and those of the reference", Objectives.rho1(0.4));
        all.put("losses of the reference", selected(new ReferenceLossScore(), Scope.OPTIMISER_STEP));
        all.put("losses of the reference in the data set", selected(new ReferenceLossScore(), Scope.DATASET));
        return all;
    }

    static Objective selected(Score score, Scope scope) {
        return Objective.maskedMle(new Selection(score, new TopQuantile(0.75), Granularity.TOKEN, scope));
    }

    /** Each objective, with dropout and without, in one and in two micro-batches, one after another and together. */
    private static Map<String, Setting> settings() {
        Map<String, Setting> all = new LinkedHashMap<>();
        objectives().forEach((looksAt, objective) -> {
            for (double dropout : new double[] {0, 0.1}) {
                for (int microBatch : new int[] {BATCH, BATCH / 2}) {
                    for (boolean together : new boolean[] {false, true}) {
                        String title = "weights look at " + looksAt + "; dropout " + dropout + ", micro-batch "
                                + microBatch + (together ? ", together" : "");
                        all.put(title, new Setting(objective, dropout, microBatch, together));
                    }
                }
            }
        });
        return all;
    }

    /** Plans a step and takes it. */
    public Graphs of(Setting setting) {
        ModelShape shape = LayoutDifference.shape(golden, adapter, setting.dropout())
                .with(setting.microBatch(), LayoutDifference.MAX_LENGTH, false);
        List<MicroBatch> batches = OneRun.padded(setting.microBatch()).get(0).of(documents);
        try (ParameterSet parameters = ParameterSet.of(adapter);
                ReferenceModel reference = ReferenceModel.base(shape)) {
            StepTask task = StepTask.of(setting.objective(), shape, Optional.of(reference))
                    .runningTogether(setting.together());
            Set<ModelProto> planned = new HashSet<>();
            planner(task).graphs(settings(shape)).forEach(model -> planned.add(OpenedGraphs.form(model)));
            Map<String, ModelProto> opened = OpenedGraphs.during(() -> take(task, parameters, batches));
            return new Graphs(
                    StepPlan.of(task, new MicroBatches(batches).size()), planned, new HashSet<>(opened.values()));
        }
    }

    private MemoryPlanner planner(StepTask task) {
        return MemoryPlanner.training(task, Optional.of(golden.checkpoint.weights()), documents, BATCH);
    }

    private static MemoryPlan.Settings settings(ModelShape shape) {
        return new MemoryPlan.Settings(Storage.FLOAT32, shape.recompute(), shape.maxSequences(), shape.maxLength());
    }

    private void take(StepTask task, ParameterSet parameters, List<MicroBatch> batches) {
        try (OptimiserStep step = new OptimiserStep(task, parameters, base, 1)) {
            step.weigh(documents);
            step.compute(batches, 0);
        }
    }

    @Override
    public void close() {
        golden.close();
    }

    /**
     * Prints the evidence.
     *
     * @param args none
     */
    public static void main(String[] args) {
        Map<StepPlan, Integer> steps = new EnumMap<>(StepPlan.class);
        List<String> different = new ArrayList<>();
        int compared = 0;
        try (PlannedGraphs all = new PlannedGraphs()) {
            for (Map.Entry<String, Setting> setting : settings().entrySet()) {
                Graphs graphs = all.of(setting.getValue());
                steps.merge(graphs.plan(), 1, Integer::sum);
                compared += graphs.opened().size();
                if (!graphs.same()) {
                    different.add(setting.getKey());
                    System.out.println(
                            setting.getKey() + ": " + graphs.planned().size() + " graphs planned, "
                                    + graphs.opened().size() + " opened, not the same");
                }
            }
        }
        System.out.println(settings().size() + " settings (" + steps + "), " + compared + " graphs: " + different.size()
                + " settings plan other graphs than they run");
        System.exit(different.isEmpty() && steps.size() == StepPlan.values().length ? 0 : 1);
    }
}
