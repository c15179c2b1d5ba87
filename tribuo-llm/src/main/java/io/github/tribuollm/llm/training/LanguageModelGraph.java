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
package io.github.tribuollm.llm.training;

import io.github.tribuollm.graph.Dim;
import io.github.tribuollm.graph.ElementType;
import io.github.tribuollm.graph.Gradients;
import io.github.tribuollm.graph.Graph;
import io.github.tribuollm.graph.Shape;
import io.github.tribuollm.graph.Tensor;
import io.github.tribuollm.llm.architecture.Architecture;
import io.github.tribuollm.llm.architecture.Parameters;
import io.github.tribuollm.llm.architecture.TokenGrid;
import io.github.tribuollm.objectives.ExternalScore;
import io.github.tribuollm.objectives.Objective;
import io.github.tribuollm.objectives.SparseDistribution;
import io.github.tribuollm.objectives.SparseTeacher;
import io.github.tribuollm.objectives.Target;
import io.github.tribuollm.objectives.TokenDistribution;
import io.github.tribuollm.runtime.WeightSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/**
 * The graphs of one model: scoring (forward only) and training (forward and backward).
 *
 * <p>The output layer runs on the candidate tokens only, a chunk of rows at a time: a chunk's loss and the gradient of
 * its hidden states are computed together, so that at most one chunk of [rows, V] is alive, and the backward pass of
 * the layers below starts from the joined gradients.
 */
final class LanguageModelGraph {
    private final Graph graph = new Graph();
    private final Architecture architecture;
    private final ModelShape shape;
    private final Tensor tokens = graph.input(Names.TOKENS, ElementType.INT64, Dim.symbol("B"), Dim.symbol("T"));
    private final Tensor positions = graph.input(Names.POSITIONS, ElementType.INT64, Dim.symbol("B"), Dim.symbol("T"));
    private final Tensor rows = graph.input(Names.ROWS, ElementType.INT64, Dim.symbol("N"));
    private final Tensor labels = graph.input(Names.LABELS, ElementType.INT64, Dim.symbol("N"));
    private final WeightSource weights;
    private final Optional<Tensor> owners;
    private final ModelShape.Bound student;

    LanguageModelGraph(ModelShape shape, WeightSource weights, boolean training) {
        this.shape = shape;
        this.weights = weights;
        this.architecture = shape.architecture();
        this.owners = shape.packed()
                ? Optional.of(graph.input(Names.OWNERS, ElementType.INT64, Dim.symbol("B"), Dim.symbol("T")))
                : Optional.empty();
        this.student = shape.bind(graph, weights, "", training);
    }

    /** The candidates' hidden states under some parameters, [N, D]. */
    private Tensor candidateStates(Parameters parameters) {
        TokenGrid grid = new TokenGrid(tokens, positions, owners, shape.maxLength());
        return architecture.hidden(grid, shape.recompute(), parameters).gatherDistinct(rows);
    }

    /** The states as the head sees them: its gradient stops here, and goes on below as the seed of the backward pass. */
    private static Tensor cut(Tensor states) {
        return states.stopGradient();
    }

    /** A forward pass without gradients. */
    Graph.Model scoring(Set<TokenScorer.Measure> measures) {
        return graph.model(scores(measures));
    }

    /** A forward pass without gradients that gives the logits too, [N, V]: for small vocabularies. */
    Graph.Model scoringWithLogits(Set<TokenScorer.Measure> measures) {
        Map<String, Tensor> outputs = scores(measures);
        Tensor states = candidateStates(student.parameters());
        outputs.put(Names.LOGITS, outputLayer(states).apply(states).logits());
        return graph.model(outputs);
    }

    private Map<String, Tensor> scores(Set<TokenScorer.Measure> measures) {
        Tensor states = candidateStates(student.parameters());
        List<TokenDistribution> distributions =
                chunks(states).stream().map(outputLayer(states)).toList();
        Map<String, Tensor> outputs = new LinkedHashMap<>();
        if (measures.contains(TokenScorer.Measure.NLL)) {
            outputs.put(Names.NLL, nll(distributions));
        }
        if (measures.contains(TokenScorer.Measure.ENTROPY)) {
            outputs.put(Names.ENTROPY, joined(distributions, TokenDistribution::entropy));
        }
        if (measures.contains(TokenScorer.Measure.BEST)) {
            outputs.put(Names.BEST, joined(distributions, TokenDistribution::best));
            outputs.put(Names.BEST_NLL, joined(distributions, TokenDistribution::bestNll));
        }
        return outputs;
    }

    private Tensor nll(List<TokenDistribution> distributions) {
        List<Tensor> labelChunks = chunks(labels);
        List<Tensor> nll = new ArrayList<>();
        for (int i = 0; i < distributions.size(); i++) {
            nll.add(distributions.get(i).nll(labelChunks.get(i)));
        }
        return join(nll, labels);
    }

    private Tensor joined(List<TokenDistribution> distributions, Function<TokenDistribution, Tensor> measure) {
        return join(distributions.stream().map(measure).toList(), labels);
    }

    /** A training graph and what it must be fed besides the batch. */
    record Training(Graph.Model model, List<ExternalScore> externals, Map<String, Tensor> dropoutMasks) {}

    /** Gradients and losses under weights that are fed: {@code weight.k} for term k, normalised. */
    Training withGivenWeights(Objective objective) {
        Tensor states = candidateStates(student.parameters());
        Tensor teacher = teacherStates(objective);
        List<Tensor> weights = new ArrayList<>();
        for (int k = 0; k < objective.terms().size(); k++) {
            weights.add(graph.input(Names.weight(k), ElementType.FLOAT, Dim.symbol("N")));
        }
        Function<Tensor, TokenDistribution> layer = outputLayer(states, teacher);
        HeadPass head = headPass(objective, chunks(cut(states)), chunks(labels), teacher, weights, layer, layer);
        return training(states, head, null, List.of());
    }

    /** Gradients and losses in one pass, the weights computed from the scores of this very forward pass. */
    Training withOwnWeights(Objective objective) {
        Tensor states = candidateStates(student.parameters());
        List<Tensor> chunks = chunks(cut(states));
        Tensor teacher = teacherStates(objective);
        Function<Tensor, TokenDistribution> layer = outputLayer(states, teacher);
        List<TokenDistribution> distributions = chunks.stream().map(layer).toList();
        GraphStatistics statistics = new GraphStatistics(
                graph,
                labels.shape().dim(0),
                () -> graph.constantly(() -> nll(distributions)),
                () -> graph.constantly(() -> joined(distributions, TokenDistribution::entropy)));
        List<Tensor> masks = objective.weights(statistics);
        Tensor documentWeights = graph.input(Names.DOCUMENT_WEIGHTS, ElementType.FLOAT, Dim.symbol("N"));
        List<Tensor> weights = objective.normalise(masks, statistics).stream()
                .map(w -> w.mul(documentWeights).stopGradient())
                .toList();
        Tensor selected = weights.get(0).abs().greater(0).toFloat().sum();
        boolean reuse = objective.coversEveryToken() && shape.keepsLogits();
        HeadPass head = reuse
                ? headPass(
                        objective,
                        chunks,
                        chunks(labels),
                        teacher,
                        weights,
                        chunk -> distributions.get(chunks.indexOf(chunk)),
                        layer)
                : compressedHeadPass(objective, states, teacher, weights, layer);
        return training(states, head, selected, statistics.externals());
    }

    /** The head on the rows with a weight only; the others have done their part in the scores. */
    private HeadPass compressedHeadPass(
            Objective objective,
            Tensor states,
            Tensor teacher,
            List<Tensor> weights,
            Function<Tensor, TokenDistribution> layer) {
        Tensor total = weights.stream().map(Tensor::abs).reduce(Tensor::add).orElseThrow();
        Tensor carrying = total.greater(0).nonZero();
        HeadPass head = headPass(
                objective,
                chunks(cut(states).gatherDistinct(carrying)),
                chunks(labels.gather(carrying)),
                teacher == null ? null : teacher.gather(carrying),
                weights.stream().map(w -> w.gather(carrying)).toList(),
                layer,
                layer);
        return new HeadPass(head.losses(), head.stateGradient().scatter(carrying, states.shape()), head.headGradient());
    }

    private Tensor teacherStates(Objective objective) {
        return objective.needsTeacher()
                ? graph.constantly(() -> candidateStates(
                        shape.bind(graph, weights, Names.REFERENCE, false).parameters()))
                : null;
    }

    /** What the output layer contributes: term losses, d loss / d states and, if it is trained, d loss / d head. */
    private record HeadPass(List<Tensor> losses, Tensor stateGradient, Tensor headGradient) {}

    /** What targets may refer to in one chunk of rows. */
    private record Chunk(Tensor labels, TokenDistribution teacher) implements Target.Context {
        @Override
        public Tensor column(String name) {
            throw new UnsupportedOperationException("The data has no column " + name);
        }

        @Override
        public SparseDistribution sparse(SparseTeacher teacher) {
            throw new UnsupportedOperationException("Nothing feeds " + teacher);
        }
    }

    private HeadPass headPass(
            Objective objective,
            List<Tensor> states,
            List<Tensor> labelChunks,
            Tensor teacher,
            List<Tensor> weights,
            Function<Tensor, TokenDistribution> students,
            Function<Tensor, TokenDistribution> teachers) {
        List<Tensor> teacherChunks = teacher == null ? null : chunks(teacher);
        List<List<Tensor>> weightChunks = weights.stream().map(this::chunks).toList();
        Tensor head = architecture.head(student.parameters());
        boolean headTrained = student.trained().containsValue(head);
        List<List<Tensor>> losses = new ArrayList<>();
        List<Tensor> stateGradients = new ArrayList<>();
        Tensor headGradient = null;
        for (int i = 0; i < states.size(); i++) {
            int c = i;
            TokenDistribution reference = teacher == null ? null : teachers.apply(teacherChunks.get(i));
            List<Tensor> chunkLosses = objective.losses(
                    students.apply(states.get(i)),
                    new Chunk(labelChunks.get(i), reference),
                    weightChunks.stream().map(w -> w.get(c)).toList());
            Tensor total = chunkLosses.stream().reduce(Tensor::add).orElseThrow();
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

    private Training training(Tensor states, HeadPass head, Tensor selected, List<ExternalScore> externals) {
        List<Tensor> outputs = new ArrayList<>(List.of(states));
        List<Tensor> seeds = new ArrayList<>(List.of(head.stateGradient()));
        if (head.headGradient() != null) {
            outputs.add(architecture.head(student.parameters()));
            seeds.add(head.headGradient());
        }
        List<Tensor> gradients =
                Gradients.backward(outputs, seeds, List.copyOf(student.trained().values()));
        Map<String, Tensor> results = new LinkedHashMap<>();
        int i = 0;
        for (String parameter : student.trained().keySet()) {
            results.put(Names.gradient(parameter), gradients.get(i++));
        }
        if (selected != null) {
            results.put(Names.SELECTED, selected);
        }
        for (int k = 0; k < head.losses().size(); k++) {
            results.put(Names.loss(k), head.losses().get(k));
        }
        return new Training(graph.model(results), externals, student.dropoutMasks());
    }

    /**
     * The output layer, which student and teacher share. A 16-bit one is widened once for all chunks, when the states of
     * both are known: a chunk needs the whole of it, and widening takes as long as a chunk's products.
     */
    private Function<Tensor, TokenDistribution> outputLayer(Tensor... states) {
        Tensor[] known = Arrays.stream(states).filter(Objects::nonNull).toArray(Tensor[]::new);
        Tensor head = architecture.head(student.parameters()).widened(known);
        return rows -> TokenDistribution.ofHead(rows, head, architecture::logits);
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
