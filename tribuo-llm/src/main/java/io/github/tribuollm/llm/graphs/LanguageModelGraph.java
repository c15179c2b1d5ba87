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
package io.github.tribuollm.llm.graphs;

import io.github.tribuollm.graph.Dim;
import io.github.tribuollm.graph.ElementType;
import io.github.tribuollm.graph.Gradients;
import io.github.tribuollm.graph.Graph;
import io.github.tribuollm.graph.Shape;
import io.github.tribuollm.graph.Tensor;
import io.github.tribuollm.llm.architecture.Architecture;
import io.github.tribuollm.llm.architecture.Parameters;
import io.github.tribuollm.llm.architecture.TokenGrid;
import io.github.tribuollm.llm.lora.AdaptedParameters;
import io.github.tribuollm.llm.scoring.TokenScorer;
import io.github.tribuollm.objectives.Objective;
import io.github.tribuollm.objectives.Requirements;
import io.github.tribuollm.objectives.token.TokenDistribution;
import io.github.tribuollm.objectives.token.TokenMeasure;
import io.github.tribuollm.objectives.weight.Selection;
import io.github.tribuollm.objectives.weight.TokenWeight;
import io.github.tribuollm.runtime.ComputeType;
import io.github.tribuollm.runtime.WeightSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.function.UnaryOperator;

/**
 * The graphs of one model: scoring (forward only) and training (forward and backward).
 *
 * <p>The output layer runs on the candidate tokens only, a chunk of rows at a time: a chunk's loss and the gradient of
 * its hidden states are computed together, so that at most one chunk of [rows, V] is alive, and the backward pass of
 * the layers below starts from the joined gradients.
 */
public final class LanguageModelGraph {
    private final BatchTensors batch;
    private final Graph graph;
    private final Architecture architecture;
    private final ModelShape shape;
    private final Tensor tokens;
    private final Tensor positions;
    private final Tensor rows;
    private final Tensor labels;
    private final Optional<ReferenceModel> reference;
    private final WeightSource weights;
    private final Optional<Tensor> owners;
    private final ModelShape.Bound student;

    public LanguageModelGraph(ModelShape shape, WeightSource weights, boolean training) {
        this(shape, weights, Optional.empty(), training);
    }

    public LanguageModelGraph(
            ModelShape shape, WeightSource weights, Optional<ReferenceModel> reference, boolean training) {
        this(new FedBatch(shape.backend().graph()), shape, weights, reference, training);
    }

    /** The passes over a batch that some graph reads. */
    public LanguageModelGraph(
            BatchTensors batch,
            ModelShape shape,
            WeightSource weights,
            Optional<ReferenceModel> reference,
            boolean training) {
        this.batch = batch;
        this.graph = batch.graph();
        this.tokens = batch.grid(Names.TOKENS);
        this.positions = batch.grid(Names.POSITIONS);
        this.rows = batch.ofCandidates(Names.ROWS, ElementType.INT64);
        this.labels = batch.ofCandidates(Names.LABELS, ElementType.INT64);
        this.shape = shape;
        this.reference = reference;
        this.weights = reference.map(r -> r.beside(weights)).orElse(weights);
        this.architecture = shape.architecture();
        this.owners = shape.packed() ? Optional.of(batch.grid(Names.OWNERS)) : Optional.empty();
        AdaptedParameters.Masks masks = (name, mask) -> batch.places(name, ElementType.BOOL, mask.dim(1));
        this.student = shape.bind(graph, this.weights, "", "", training ? Optional.of(masks) : Optional.empty());
    }

    /** The candidates' hidden states in the trained model, [N, D]. */
    private Tensor candidateStates() {
        return candidateStates(architecture, student.parameters());
    }

    private Tensor candidateStates(Architecture layers, Parameters parameters) {
        TokenGrid grid = new TokenGrid(tokens, positions, owners, shape.maxLength());
        return layers.hidden(grid, shape.recompute(), parameters).gatherDistinct(rows);
    }

    /** The states as the head sees them: its gradient stops here, and goes on below as the seed of the backward pass. */
    private static Tensor cut(Tensor states) {
        return states.stopGradient();
    }

    /** A forward pass without gradients. */
    public Graph.Model scoring(Set<TokenScorer.Measure> measures) {
        return graph.model(scores(measures));
    }

    /** A forward pass without gradients that gives the logits too, [N, V]: for small vocabularies. */
    public Graph.Model scoringWithLogits(Set<TokenScorer.Measure> measures) {
        Map<String, Tensor> outputs = scores(measures);
        Tensor states = candidateStates();
        outputs.put(Names.LOGITS, outputLayer(states).apply(states).logits());
        return graph.model(outputs);
    }

    private Map<String, Tensor> scores(Set<TokenScorer.Measure> measures) {
        List<TokenDistribution> distributions = distributions();
        Map<String, Tensor> outputs = new LinkedHashMap<>();
        if (measures.contains(TokenScorer.Measure.NLL)) {
            outputs.put(Names.NLL, measured(TokenMeasure.NLL, distributions));
        }
        if (measures.contains(TokenScorer.Measure.ENTROPY)) {
            outputs.put(Names.ENTROPY, measured(TokenMeasure.ENTROPY, distributions));
        }
        if (measures.contains(TokenScorer.Measure.BEST)) {
            outputs.put(Names.BEST, measured((p, label) -> p.best(), distributions));
            outputs.put(Names.BEST_NLL, measured((p, label) -> p.bestNll(), distributions));
        }
        return outputs;
    }

    /** A forward pass without gradients that gives {@code measure.i}, [N] each. */
    public Graph.Model measuring(List<TokenMeasure> measures) {
        List<TokenDistribution> distributions = distributions();
        Map<String, Tensor> outputs = new LinkedHashMap<>();
        for (int i = 0; i < measures.size(); i++) {
            outputs.put(Names.measure(i), measured(measures.get(i), distributions));
        }
        return graph.model(outputs);
    }

    /** A forward pass that gives the k kept entries of each candidate's distribution, [N, k]: ids and values. */
    public Graph.Model sparse(SparseMethod method, int k) {
        Tensor offsets = graph.input(Names.OFFSETS, ElementType.FLOAT, Dim.symbol("N"));
        List<Tensor> offsetChunks = chunks(offsets);
        List<TokenDistribution> distributions = distributions();
        List<Tensor> values = new ArrayList<>();
        List<Tensor> ids = new ArrayList<>();
        for (int i = 0; i < distributions.size(); i++) {
            Tensor p = distributions.get(i).probabilities();
            List<Tensor> top = (method == SparseMethod.TOP ? p : samples(p, offsetChunks.get(i), k)).top(k);
            values.add(top.get(0));
            ids.add(top.get(1));
        }
        Shape shapeOfRows = Shape.of(Dim.symbol("N"), Dim.of(k));
        return graph.model(Map.of(
                Names.sparseIds(0), joinRows(ids, shapeOfRows),
                Names.sparseProbabilities(0), joinRows(values, shapeOfRows)));
    }

    /**
     * How often each token is among k systematic samples, [n, V]: how many of the points i + offset, i = 0 to k - 1, fall
     * on its share of k times the cumulative distribution. The expectation over a uniform offset in (0, 1) is k p.
     */
    private static Tensor samples(Tensor p, Tensor offset, int k) {
        Tensor first = offset.reshape(p.shape().dim(0), Dim.ONE);
        Tensor total = p.cumulativeSum();
        Tensor end = total.div(total.max(-1)).mul(k);
        Tensor before = end.sub(first).add(1).toInteger().toFloat();
        long classes = p.shape().dim(1).factor();
        return before.sub(first.mul(0).concat(1, before.slice(1, 0, classes - 1)));
    }

    private static Tensor joinRows(List<Tensor> chunks, Shape shape) {
        return chunks.size() == 1
                ? chunks.get(0)
                : chunks.get(0).concat(0, rest(chunks)).renamed(shape);
    }

    private List<TokenDistribution> distributions() {
        Tensor states = candidateStates();
        return chunks(states).stream().map(outputLayer(states)).toList();
    }

    private Tensor measured(TokenMeasure measure, List<TokenDistribution> distributions) {
        List<Tensor> labelChunks = chunks(labels);
        List<Tensor> values = new ArrayList<>();
        for (int i = 0; i < distributions.size(); i++) {
            values.add(measure.of(distributions.get(i), labelChunks.get(i)));
        }
        return join(values, labels);
    }

    /** A training graph and the dropout masks that it must be fed besides the batch. */
    public record Training(Graph.Model model, Map<String, Tensor> dropoutMasks) {}

    /** Gradients and losses under weights that are fed: {@code weight.k} for term k, normalised. */
    public Training withGivenWeights(Objective objective, Requirements needs) {
        Tensor states = candidateStates();
        Teacher teacher = teacher(needs.teacher());
        List<Tensor> weights = new ArrayList<>();
        for (int k = 0; k < objective.terms().size(); k++) {
            weights.add(batch.ofCandidates(Names.weight(k), ElementType.FLOAT));
        }
        Layers layers = outputLayers(states, teacher);
        TargetRows rows = targetRows(needs, UnaryOperator.identity(), teacher, layers);
        HeadPass head = headPass(objective, chunks(cut(states)), rows, weights, layers.student());
        return training(states, head, Map.of());
    }

    /** Gradients and losses in one pass, the weights computed from the scores of this very forward pass. */
    public Training withOwnWeights(Objective objective, Requirements needs) {
        Tensor states = candidateStates();
        List<Tensor> chunks = chunks(cut(states));
        Teacher teacher = teacher(needs.needsReference());
        Layers layers = outputLayers(states, teacher);
        List<TokenDistribution> distributions =
                chunks.stream().map(layers.student()).toList();
        GraphStatistics statistics = statistics(needs, distributions, teacher, layers);
        StepWeights weights = weights(objective, statistics);
        Tensor carrying = weights.carrying();
        Map<String, Tensor> counts = weights.counts(carrying);
        boolean reuse = objective.coversEveryToken() && shape.keepsLogits();
        HeadPass head = reuse
                ? headPass(
                        objective,
                        chunks,
                        targetRows(needs, UnaryOperator.identity(), teacher, layers),
                        weights.terms(),
                        chunk -> distributions.get(chunks.indexOf(chunk)))
                : compressedHeadPass(objective, needs, states, teacher, weights.terms(), carrying.nonZero(), layers);
        return training(states, head, counts);
    }

    private GraphStatistics statistics(
            Requirements needs, List<TokenDistribution> distributions, Teacher teacher, Layers layers) {
        return new GraphStatistics(
                batch,
                needs,
                measure -> graph.constantly(() -> measured(measure, distributions)),
                measure -> graph.constantly(() -> measured(
                        measure,
                        chunks(teacher.states()).stream().map(layers.teacher()).toList())));
    }

    private StepWeights weights(Objective objective, GraphStatistics statistics) {
        return StepWeights.of(
                objective,
                objective.weights(statistics),
                statistics,
                batch.ofCandidates(Names.DOCUMENT_WEIGHTS, ElementType.FLOAT));
    }

    /** What the data and both models say of the candidates, without gradients. */
    GraphStatistics statistics(Requirements needs) {
        Tensor states = candidateStates();
        Teacher teacher = teacher(!needs.reference().isEmpty());
        Layers layers = outputLayers(states, teacher);
        List<TokenDistribution> distributions =
                chunks(states).stream().map(layers.student()).toList();
        return statistics(needs, distributions, teacher, layers);
    }

    /**
     * Term losses, scalars, and the gradients of their sum by parameter, under given weights. Where a selection may leave
     * out candidates, the output layer runs on the others only.
     */
    BackwardPass gradients(Objective objective, Requirements needs, StepWeights weights) {
        Tensor states = candidateStates();
        Teacher teacher = teacher(needs.teacher());
        Layers layers = outputLayers(states, teacher);
        HeadPass head = objective.coversEveryToken()
                ? headPass(
                        objective,
                        chunks(cut(states)),
                        targetRows(needs, UnaryOperator.identity(), teacher, layers),
                        weights.terms(),
                        layers.student())
                : compressedHeadPass(
                        objective,
                        needs,
                        states,
                        teacher,
                        weights.terms(),
                        weights.carrying().nonZero(),
                        layers);
        return backward(states, head);
    }

    /** The dropout masks that passes so far read, by module. */
    Map<String, Tensor> dropoutMasks() {
        return student.dropoutMasks();
    }

    /** What {@link TokenWeight}s and targets say of each candidate, without gradients, for explanations. */
    public Graph.Model explaining(Objective objective, Requirements needs) {
        Tensor states = candidateStates();
        Teacher teacher = teacher(needs.needsReference());
        Layers layers = outputLayers(states, teacher);
        List<TokenDistribution> distributions =
                chunks(states).stream().map(layers.student()).toList();
        GraphStatistics statistics = statistics(needs, distributions, teacher, layers);
        List<Tensor> weights = weights(objective, statistics).terms();
        TargetRows rows = targetRows(needs, UnaryOperator.identity(), teacher, layers);
        List<List<Tensor>> losses = new ArrayList<>();
        for (int i = 0; i < distributions.size(); i++) {
            losses.add(objective.weightedLosses(distributions.get(i), rows.chunk(i), chunk(weights, i)));
        }
        Map<String, Tensor> outputs = new LinkedHashMap<>();
        outputs.put(Names.NLL, measured(TokenMeasure.NLL, distributions));
        for (int i = 0; i < objective.selections().size(); i++) {
            Selection selection = objective.selections().get(i);
            outputs.put(Names.score(i), selection.scores(statistics).stopGradient());
            outputs.put(Names.mask(i), selection.of(statistics).stopGradient());
        }
        for (int k = 0; k < weights.size(); k++) {
            int term = k;
            outputs.put(Names.weight(k), weights.get(k));
            outputs.put(
                    Names.loss(k), join(losses.stream().map(l -> l.get(term)).toList(), labels));
        }
        return graph.model(outputs);
    }

    /** The head on the rows with a weight only; the others have done their part in the scores. */
    private HeadPass compressedHeadPass(
            Objective objective,
            Requirements needs,
            Tensor states,
            Teacher teacher,
            List<Tensor> weights,
            Tensor carrying,
            Layers layers) {
        HeadPass head = headPass(
                objective,
                chunks(cut(states).gatherDistinct(carrying)),
                targetRows(needs, rows -> rows.gather(carrying), teacher, layers),
                weights.stream().map(w -> w.gather(carrying)).toList(),
                layers.student());
        return new HeadPass(head.losses(), head.stateGradient().scatter(carrying, states.shape()), head.headGradient());
    }

    /** The reference model's hidden states of the candidates, [N, D], and its output layer's matrix. */
    private record Teacher(Architecture architecture, Tensor states, Tensor head) {}

    private Teacher teacher(boolean needed) {
        if (!needed) {
            return null;
        }
        ReferenceModel model = reference.orElseThrow(
                () -> new TrainingException("The objective compares with a reference model, but there is none"));
        return graph.constantly(() -> {
            Parameters parameters = model.bind(graph, weights);
            Architecture layers = model.shape().architecture();
            return new Teacher(layers, candidateStates(layers, parameters), layers.head(parameters));
        });
    }

    /** The output layers of both models. */
    private record Layers(Function<Tensor, TokenDistribution> student, Function<Tensor, TokenDistribution> teacher) {}

    /**
     * The output layers. One that student and teacher share and that has 16 bits is widened once for all chunks, when the
     * states of both are known: a chunk needs the whole of it, and widening takes as long as a chunk's products.
     */
    private Layers outputLayers(Tensor states, Teacher teacher) {
        if (teacher == null) {
            return new Layers(outputLayer(states), null);
        }
        if (teacher.head() == architecture.head(student.parameters())) {
            Function<Tensor, TokenDistribution> shared = outputLayer(states, teacher.states());
            return new Layers(shared, shared);
        }
        Tensor head = teacher.head().widened(teacher.states());
        return new Layers(
                outputLayer(states), rows -> TokenDistribution.ofHead(rows, head, teacher.architecture()::logits));
    }

    private Function<Tensor, TokenDistribution> outputLayer(Tensor... states) {
        Tensor head = architecture.head(student.parameters()).widened(states);
        return rows -> TokenDistribution.ofHead(rows, head, architecture::logits);
    }

    private TargetRows targetRows(Requirements needs, UnaryOperator<Tensor> choice, Teacher teacher, Layers layers) {
        Tensor teacherStates = teacher == null ? null : teacher.states();
        return new TargetRows(batch, needs, choice, this::chunks, labels, teacherStates, layers.teacher());
    }

    /** What the output layer contributes: term losses, d loss / d states and, if it is trained, d loss / d head. */
    private record HeadPass(List<Tensor> losses, Tensor stateGradient, Tensor headGradient) {}

    private HeadPass headPass(
            Objective objective,
            List<Tensor> states,
            TargetRows rows,
            List<Tensor> weights,
            Function<Tensor, TokenDistribution> layer) {
        Tensor head = architecture.head(student.parameters());
        boolean headTrained = student.trained().containsValue(head);
        UnaryOperator<Tensor> scale = lossScale();
        List<List<Tensor>> losses = new ArrayList<>();
        List<Tensor> stateGradients = new ArrayList<>();
        Tensor headGradient = null;
        for (int i = 0; i < states.size(); i++) {
            List<Tensor> chunkLosses = objective.losses(layer.apply(states.get(i)), rows.chunk(i), chunk(weights, i));
            Tensor total = scale.apply(chunkLosses.stream().reduce(Tensor::add).orElseThrow());
            List<Tensor> gradients =
                    Gradients.of(total, headTrained ? List.of(states.get(i), head) : List.of(states.get(i)));
            losses.add(chunkLosses);
            stateGradients.add(gradients.get(0));
            if (headTrained) {
                headGradient = headGradient == null ? gradients.get(1) : headGradient.add(gradients.get(1));
            }
        }
        List<Tensor> sums = new ArrayList<>();
        for (int k = 0; k < weights.size(); k++) {
            int term = k;
            sums.add(losses.stream().map(l -> l.get(term)).reduce(Tensor::add).orElseThrow());
        }
        Tensor stateGradient = stateGradients.size() == 1
                ? stateGradients.get(0)
                : stateGradients
                        .get(0)
                        .concat(0, rest(stateGradients))
                        .renamed(Shape.of(weights.get(0).shape().dim(0), Dim.of(architecture.hiddenSize())));
        return new HeadPass(sums, stateGradient, headGradient);
    }

    /** What the loss is multiplied by where its gradients are float16. */
    private UnaryOperator<Tensor> lossScale() {
        return shape.backend().computeType() == ComputeType.FLOAT16
                ? graph.sharedInput(Names.LOSS_SCALE, ElementType.FLOAT)::mul
                : UnaryOperator.identity();
    }

    /** What a backward pass gives: gradients by parameter, those of the first layer first, and the loss of each term. */
    record BackwardPass(Map<String, Tensor> gradients, List<Tensor> losses) {}

    private BackwardPass backward(Tensor states, HeadPass head) {
        List<Tensor> outputs = new ArrayList<>(List.of(states));
        List<Tensor> seeds = new ArrayList<>(List.of(head.stateGradient()));
        if (head.headGradient() != null) {
            outputs.add(architecture.head(student.parameters()));
            seeds.add(head.headGradient());
        }
        List<Tensor> gradients =
                Gradients.backward(outputs, seeds, List.copyOf(student.trained().values()));
        Map<String, Tensor> named = new LinkedHashMap<>();
        student.trained().keySet().forEach(parameter -> named.put(parameter, gradients.get(named.size())));
        return new BackwardPass(named, head.losses());
    }

    private Training training(Tensor states, HeadPass head, Map<String, Tensor> counts) {
        BackwardPass pass = backward(states, head);
        Map<String, Tensor> results = new LinkedHashMap<>();
        pass.gradients().forEach((parameter, gradient) -> results.put(Names.gradient(parameter), gradient));
        results.putAll(counts);
        for (int k = 0; k < pass.losses().size(); k++) {
            results.put(Names.loss(k), pass.losses().get(k));
        }
        return new Training(graph.model(results), student.dropoutMasks());
    }

    private List<Tensor> chunk(List<Tensor> tensors, int index) {
        return tensors.stream().map(t -> chunks(t).get(index)).toList();
    }

    /** A tensor's rows in chunks; the last ones may be empty when the graph runs. */
    private List<Tensor> chunks(Tensor tensor) {
        int count = shape.chunks();
        long chunkRows = shape.chunkRows();
        if (count == 1) {
            return List.of(tensor);
        }
        List<Tensor> chunks = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            chunks.add(tensor.slice(0, i * chunkRows, (i + 1) * chunkRows));
        }
        return chunks;
    }

    private static Tensor join(List<Tensor> chunks, Tensor like) {
        return chunks.size() == 1
                ? chunks.get(0)
                : chunks.get(0).concat(0, rest(chunks)).renamed(like.shape());
    }

    private static Tensor[] rest(List<Tensor> tensors) {
        return tensors.subList(1, tensors.size()).toArray(new Tensor[0]);
    }
}
