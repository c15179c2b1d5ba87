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
import io.github.tribuollm.graph.Graph;
import io.github.tribuollm.llm.architecture.Architecture;
import io.github.tribuollm.llm.architecture.Architectures;
import io.github.tribuollm.llm.checkpoint.Storage;
import io.github.tribuollm.llm.data.TokenSequence;
import io.github.tribuollm.llm.graphs.LanguageModelGraph;
import io.github.tribuollm.llm.graphs.ModelShape;
import io.github.tribuollm.llm.graphs.ParameterSet;
import io.github.tribuollm.llm.graphs.ReferenceModel;
import io.github.tribuollm.llm.graphs.SparseMethod;
import io.github.tribuollm.llm.graphs.StepGraph;
import io.github.tribuollm.llm.graphs.TrainingGraph;
import io.github.tribuollm.llm.lora.Adapter;
import io.github.tribuollm.llm.lora.AdapterForm;
import io.github.tribuollm.llm.scoring.ScoredModel;
import io.github.tribuollm.llm.uncertainty.dropout.DropoutPlaces;
import io.github.tribuollm.objectives.Objective;
import io.github.tribuollm.objectives.Objectives;
import io.github.tribuollm.objectives.ReadyMade;
import io.github.tribuollm.objectives.Requirements;
import io.github.tribuollm.objectives.target.SparseTeacher;
import io.github.tribuollm.objectives.token.TokenMeasure;
import io.github.tribuollm.runtime.Backend;
import io.github.tribuollm.runtime.ComputeType;
import io.github.tribuollm.runtime.ExecutionProvider;
import io.github.tribuollm.runtime.WeightSource;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/** Every kind of graph of a language model, in the form that a GPU gets. */
final class DeviceGraphs {
    private static final Objective DISTILL = Objective.maskedMleDistill(0.75);
    private static final Objective SELECT = Objective.maskedMle(0.75);

    private final String prefix;
    private final Architecture architecture;
    private final Backend backend;
    private final WeightSource weights;
    private final WeightSource stored;
    private final Adapter adapter;
    private final Map<String, ModelProto> graphs = new LinkedHashMap<>();

    DeviceGraphs(Golden golden, ComputeType type) {
        prefix = golden.name + " " + type + " ";
        architecture = Architectures.of(golden.checkpoint);
        backend = new Backend(ExecutionProvider.CUDA, 0, 0, false, type, Optional.empty());
        weights = golden.checkpoint.weights().source(Storage.FLOAT32, type);
        stored = golden.checkpoint.weights().source(Storage.STORED, type);
        adapter = golden.adapter("adapter");
    }

    /** All kinds for one checkpoint, under an objective that needs all that objectives may need of graphs. */
    static Map<String, ModelProto> ofCheckpoint(String name, ComputeType type) {
        try (Golden golden = Golden.of(name)) {
            DeviceGraphs graphs = new DeviceGraphs(golden, type);
            graphs.addTraining();
            graphs.addScoring();
            return graphs.graphs;
        }
    }

    /** The training and explaining graphs of all ready-made objectives. */
    static Map<String, ModelProto> ofObjectives(String name, ComputeType type) {
        try (Golden golden = Golden.of(name)) {
            DeviceGraphs graphs = new DeviceGraphs(golden, type);
            SparseTeacher teacher = new NoTeacher();
            ReadyMade.objectives(teacher, teacher).forEach((title, objective) -> {
                graphs.addTraining(title, graphs.lora(), graphs.weights, objective);
                graphs.addExplaining(title, objective);
            });
            return graphs.graphs;
        }
    }

    /** What is opened to measure uncertainty with dropout in some places, taken where it is opened. */
    static Map<String, ModelProto> ofUncertainty(String name, ComputeType type, DropoutPlaces places) {
        try (Golden golden = Golden.of(name)) {
            Adapter adapter = golden.adapter("adapter");
            ScoredModel model =
                    ScoredModel.of(golden.checkpoint, Optional.of(adapter), 24).on(Backend.cpu(type));
            List<TokenSequence> one = golden.sequences().subList(0, 1);
            Map<String, ModelProto> graphs = new LinkedHashMap<>();
            OpenedGraphs.during(() -> UncertaintyGraphs.open(model, one, places))
                    .forEach((file, graph) -> graphs.put(
                            name + " " + type + " uncertainty, " + places + " "
                                    + graph.getGraph().getOutputList().get(0).getName() + " " + file,
                            graph));
            return graphs;
        }
    }

    ModelShape lora() {
        return ModelShape.of(architecture, Optional.of(adapter), 24, 2).on(backend);
    }

    private ModelShape adapted(AdapterForm form, boolean recompute) {
        return new ModelShape(architecture, Optional.of(form), 24, 2, recompute).on(backend);
    }

    private ModelShape full(boolean recompute) {
        return new ModelShape(architecture, Optional.empty(), 24, 2, recompute).on(backend);
    }

    /** With chunks of 16 rows. */
    private ModelShape chunked() {
        ModelShape whole = lora();
        return new ModelShape(
                architecture, whole.adapter(), 24, 2, false, false, architecture.vocabularySize(), backend);
    }

    /** What is trained: the form of the model, its weights, the objective. */
    record Training(String title, ModelShape shape, WeightSource weights, Objective objective) {}

    /** All that changes training graphs, under objectives that need all that objectives may need of graphs. */
    List<Training> trainings() {
        AdapterForm form = adapter.form();
        AdapterForm dropout = form.withDropout(0.1);
        return List.of(
                new Training("LoRA", lora(), weights, DISTILL),
                new Training("LoRA, weights as stored", lora(), stored, DISTILL),
                new Training("LoRA, recomputed", adapted(form, true), weights, DISTILL),
                new Training("LoRA, recomputed, as stored", adapted(form, true), stored, DISTILL),
                new Training("LoRA, dropout", adapted(dropout, false), weights, DISTILL),
                new Training("LoRA, packed", lora().packing(), weights, DISTILL),
                new Training("LoRA, in chunks", chunked(), weights, Objectives.rho1(0.4)),
                new Training("all parameters", full(false), weights, SELECT),
                new Training("all parameters, recomputed", full(true), weights, SELECT),
                new Training("all parameters, packed", full(false).packing(), weights, SELECT));
    }

    private void addTraining() {
        trainings()
                .forEach(training -> addTraining(training.title, training.shape, training.weights, training.objective));
        addExplaining("LoRA", DISTILL);
    }

    private void addTraining(String title, ModelShape shape, WeightSource source, Objective objective) {
        Requirements needs = objective.requirements();
        try (ParameterSet parameters = ParameterSet.of(adapter);
                ReferenceModel base = ReferenceModel.base(shape)) {
            Optional<ReferenceModel> reference = Optional.of(base).filter(r -> needs.needsReference());
            Supplier<TrainingGraph> graph = () -> new TrainingGraph(shape, source, reference);
            add(title + ", given weights", graph.get().withGivenWeights(objective, needs));
            add(title + ", own weights", graph.get().withOwnWeights(objective, needs));
            Map<String, long[]> trained = shape.adapter().isPresent() ? parameters.shapes() : architecture.shapes();
            add(title + ", whole step", new StepGraph(objective, shape, source, reference).training(trained));
        }
    }

    private void addExplaining(String title, Objective objective) {
        try (ReferenceModel base = ReferenceModel.base(lora())) {
            add(
                    title + ", explained",
                    new LanguageModelGraph(lora(), weights, Optional.of(base))
                            .explaining(objective, objective.requirements()));
        }
    }

    /** The forms in which a model is scored. */
    List<ModelShape> scored() {
        return List.of(lora(), chunked(), lora().packing());
    }

    private void addScoring() {
        for (ModelShape shape : scored()) {
            String title = "scored" + (shape.packed() ? ", packed" : "") + (shape.chunks() > 1 ? ", in chunks" : "");
            add(
                    title,
                    graph(shape)
                            .measuring(List.of(
                                    TokenMeasure.NLL, TokenMeasure.ENTROPY, TokenMeasure.BEST, TokenMeasure.BEST_NLL)));
            add(title + ", measures", graph(shape).measuring(List.of(TokenMeasure.NLL, TokenMeasure.ENTROPY)));
            for (SparseMethod method : SparseMethod.values()) {
                add(title + ", sparse " + method, graph(shape).sparse(method, 4));
            }
        }
    }

    private LanguageModelGraph graph(ModelShape shape) {
        return new LanguageModelGraph(shape, weights);
    }

    private void add(String title, Graph.Model model) {
        graphs.put(prefix + title, backend.runnable(model).typed());
    }

    /** A teacher for graphs that are not run. */
    private record NoTeacher() implements SparseTeacher {
        @Override
        public Rows rows(long[] sequences, int[] positions) {
            throw new UnsupportedOperationException();
        }

        @Override
        public int width() {
            return 4;
        }
    }
}
