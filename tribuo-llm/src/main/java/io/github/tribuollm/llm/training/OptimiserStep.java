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

import io.github.tribuollm.graph.Graph;
import io.github.tribuollm.llm.architecture.LinearLayer;
import io.github.tribuollm.llm.data.TokenSequence;
import io.github.tribuollm.llm.graphs.CandidateFeeds;
import io.github.tribuollm.llm.graphs.LanguageModelGraph;
import io.github.tribuollm.llm.graphs.MicroBatch;
import io.github.tribuollm.llm.graphs.ModelShape;
import io.github.tribuollm.llm.graphs.Names;
import io.github.tribuollm.llm.graphs.ParameterSet;
import io.github.tribuollm.llm.graphs.ReferenceModel;
import io.github.tribuollm.llm.graphs.StepBatches;
import io.github.tribuollm.llm.graphs.StepGraph;
import io.github.tribuollm.llm.graphs.TrainingException;
import io.github.tribuollm.llm.lora.AdaptedParameters;
import io.github.tribuollm.llm.scoring.MeasureScorer;
import io.github.tribuollm.llm.scoring.ScoredBatch;
import io.github.tribuollm.objectives.Objective;
import io.github.tribuollm.objectives.Requirements;
import io.github.tribuollm.objectives.token.CounterRandom;
import io.github.tribuollm.objectives.weight.Scope;
import io.github.tribuollm.runtime.Feeds;
import io.github.tribuollm.runtime.GraphSession;
import io.github.tribuollm.runtime.WeightSource;
import java.nio.ByteBuffer;
import java.nio.FloatBuffer;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * The loss and the gradients of one optimiser step, the same to rounding for any cut into micro-batches.
 *
 * <p>A step that fits one micro-batch whose weights depend on the model's own scores takes one pass, unless dropout is on.
 * Any other step first knows all its weights (by a forward pass over its micro-batches if they depend on scores) and then
 * accumulates the gradients of the micro-batches under these weights. Scores are those of the model without dropout.
 *
 * <p>On a device such a step is one run of one graph, {@link StepGraph}: scores, weights and sums of gradients stay there,
 * and the base is there once. Two things are not: ranking a whole data set, which happens before the first step, and a step
 * whose dropout masks take more than 1 GiB, which runs as on the processor.
 */
public final class OptimiserStep implements AutoCloseable {
    /**
     * What a step has done.
     *
     * @param loss the objective's value
     * @param termLosses the contribution of each term
     * @param candidates the number of completion tokens
     * @param tokens the number of tokens, prompts included
     * @param selected the number of tokens that the first term takes
     */
    public record Result(double loss, double[] termLosses, long candidates, long tokens, long selected) {}

    /** A graph that is ready to run. */
    private record Loaded(LanguageModelGraph.Training graph, GraphSession session) {}

    private final Objective objective;
    private final Requirements needs;
    private final ModelShape shape;
    private final ParameterSet parameters;
    private final ParameterSet gradients;
    private final Optional<ReferenceModel> reference;
    private final WeightSource weights;
    private final long dropoutSeed;
    private final TokenWeighting weighting;
    private final MeasureScorer scorer;
    private final Optional<MeasureScorer> referenceScorer;
    private final Map<String, Integer> widths = new HashMap<>();
    private final boolean together;
    private Loaded given;
    private Loaded own;
    private Loaded whole;
    private ParameterSet partial;
    private DataSetWeights dataSetWeights;
    private float lossScale = 1;

    /**
     * Prepares steps; graphs are built when first needed.
     *
     * @param objective what is minimised
     * @param shape the model's form
     * @param parameters what is trained
     * @param reference the model that the objective compares with; empty if it needs none
     * @param weights the base's weights
     * @param dropoutSeed the seed of the LoRA dropout masks
     */
    public OptimiserStep(
            Objective objective,
            ModelShape shape,
            ParameterSet parameters,
            Optional<ReferenceModel> reference,
            WeightSource weights,
            long dropoutSeed) {
        this(
                objective,
                shape,
                parameters,
                reference,
                weights,
                dropoutSeed,
                shape.backend().onDevice());
    }

    /** Steps whose micro-batches run together if told so, wherever that is. */
    public OptimiserStep(
            Objective objective,
            ModelShape shape,
            ParameterSet parameters,
            Optional<ReferenceModel> reference,
            WeightSource weights,
            long dropoutSeed,
            boolean together) {
        this.objective = objective;
        this.needs = objective.requirements();
        this.shape = shape;
        this.parameters = parameters;
        this.gradients = new ParameterSet(parameters.shapes());
        this.reference = needs.needsReference() ? reference : Optional.empty();
        this.weights = weights;
        this.dropoutSeed = dropoutSeed;
        this.together = together;
        this.weighting = new TokenWeighting(objective, needs);
        this.scorer = new MeasureScorer(shape, parameters, weights, List.copyOf(needs.student()));
        this.referenceScorer = this.reference.map(r ->
                new MeasureScorer(r.shape(), r.adapter(), r.weights().orElse(weights), List.copyOf(needs.reference())));
        for (LinearLayer layer : shape.architecture().linearLayers()) {
            widths.put(layer.module(), layer.in());
        }
    }

    /**
     * Weighs a whole data set with the model as it is now, if the objective ranks among all its tokens.
     *
     * @param data the data set
     */
    public void weigh(List<TokenSequence> data) {
        if (ranksTheDataSet()) {
            dataSetWeights = DataSetWeights.of(data, shape.maxSequences(), this::scored, weighting);
            if (together) {
                closeScorers();
            }
        }
    }

    /**
     * Multiplies the gradients of further steps, in float16, where small ones vanish otherwise.
     *
     * @param scale the factor of the loss before its backward pass; the reported loss is not multiplied
     */
    public void scaleLoss(float scale) {
        lossScale = scale;
    }

    private boolean ranksTheDataSet() {
        return objective.scope().equals(Optional.of(Scope.DATASET));
    }

    private ScoredBatch scored(MicroBatch batch) {
        return new ScoredBatch(
                batch,
                scorer.score(batch),
                referenceScorer.map(s -> s.score(batch)).orElse(List.of()));
    }

    /** The gradients of the last step, by parameter, times the loss scale. */
    public Map<String, FloatBuffer> gradients() {
        return gradients.values();
    }

    /**
     * Computes a step.
     *
     * @param batches its micro-batches
     * @param step its number, from 0
     * @return loss and counts; the gradients are then in {@link #gradients()}
     * @throws TrainingException if the step has no completion token, if no token is selected (but where weights come
     *     from columns of the data, such a step has no gradient), or if a weight is not finite
     */
    public Result compute(List<MicroBatch> batches, int step) {
        if (batches.stream().allMatch(b -> b.candidates() == 0)) {
            throw new TrainingException("Step " + step
                    + " has no completion token: every prompt fills its whole row; raise the maximal length");
        }
        boolean onePass = batches.size() == 1 && scores() && !drops() && !ranksTheDataSet() && whole == null;
        if (onePass) {
            return withOwnWeights(batches.get(0), step);
        }
        return together && maskBytes(batches) <= AdaptedParameters.Masks.MOST_BYTES
                ? inOneRun(batches, step)
                : withGivenWeights(batches, step);
    }

    /** Whether the weights depend on what a model says. */
    private boolean scores() {
        return !needs.student().isEmpty() || !needs.reference().isEmpty();
    }

    /** No gradient, where the numbers of the data may be 0 for all tokens, as advantages may. */
    private Result nothing(List<MicroBatch> batches, int step) {
        if (needs.columns().isEmpty()) {
            throw new TrainingException(
                    "Step " + step + " gives none of its completion tokens a weight: widen the selection"
                            + " of, or look at the documents' weights under: " + objective);
        }
        gradients.values().values().forEach(buffer -> {
            for (int i = 0; i < buffer.capacity(); i++) {
                buffer.put(i, 0);
            }
        });
        return result(batches, new double[objective.terms().size()], 0);
    }

    private static Result result(List<MicroBatch> batches, double[] losses, long selected) {
        long candidates = batches.stream().mapToLong(MicroBatch::candidates).sum();
        long tokens = batches.stream().mapToLong(MicroBatch::allTokens).sum();
        return new Result(Arrays.stream(losses).sum(), losses, candidates, tokens, selected);
    }

    private boolean drops() {
        return shape.lora().filter(l -> l.dropout() > 0).isPresent();
    }

    private Result withOwnWeights(MicroBatch batch, int step) {
        if (own == null) {
            own = load(graph().withOwnWeights(objective, needs));
        }
        try (Feeds feeds = batch.feeds()) {
            return run(own, feeds, List.of(batch), step);
        }
    }

    /** Everything from scores to sums of gradients where the base is, of which there is one copy. */
    private Result inOneRun(List<MicroBatch> batches, int step) {
        if (whole == null) {
            closeSessions();
            whole = load(new StepGraph(objective, shape, weights, reference).training(parameters.shapes()));
        }
        try (Feeds feeds = StepBatches.feeds(batches)) {
            if (ranksTheDataSet()) {
                List<float[]> masks = dataSetWeights.masks(batches);
                for (int k = 0; k < masks.size(); k++) {
                    feeds.floats(Names.raw(k), masks.get(k), masks.get(k).length);
                }
            }
            return run(whole, feeds, batches, step);
        }
    }

    /** Runs a graph that computes its weights. */
    private Result run(Loaded loaded, Feeds feeds, List<MicroBatch> batches, int step) {
        try (Feeds statistics = CandidateFeeds.statistics(needs, batches, step)) {
            float[] documents = CandidateFeeds.joined(batches, MicroBatch::candidateWeights);
            feeds.tensors(statistics).floats(Names.DOCUMENT_WEIGHTS, documents, documents.length);
            CandidateFeeds.targets(feeds, needs, batches);
            addParameters(feeds, loaded.graph, batches, step);
            try (GraphSession.Outputs outputs = loaded.session.run(feeds, gradients.tensors(Names::gradient))) {
                requireFinite(outputs.scalar(Names.TOTAL_WEIGHT), step);
                return outputs.scalar(Names.CARRYING) == 0
                        ? nothing(batches, step)
                        : result(batches, termLosses(outputs), (long) outputs.scalar(Names.SELECTED));
            }
        }
    }

    private LanguageModelGraph graph() {
        return new LanguageModelGraph(shape, weights, reference, true);
    }

    private Loaded load(LanguageModelGraph.Training graph) {
        WeightSource all = reference.map(r -> r.beside(weights)).orElse(weights);
        return new Loaded(graph, shape.backend().open(graph.model(), all, arena(graph.model())));
    }

    private void requireFinite(double weight, int step) {
        if (!Double.isFinite(weight)) {
            throw new TrainingException("Step " + step + " has weights whose sum is " + weight
                    + "; clip the weights, or look at the numbers of the data, under: " + objective);
        }
    }

    private Result withGivenWeights(List<MicroBatch> batches, int step) {
        List<float[]> masks = masks(batches, step);
        List<float[]> termWeights = weighting.normalise(batches, masks, step);
        double total = 0;
        for (float[] term : termWeights) {
            for (float weight : term) {
                total += weight;
            }
        }
        requireFinite(total, step);
        double[] losses = new double[termWeights.size()];
        int from = 0;
        boolean first = true;
        for (MicroBatch batch : batches) {
            int start = from;
            int end = from + batch.candidates();
            from = end;
            List<float[]> part = termWeights.stream()
                    .map(w -> Arrays.copyOfRange(w, start, end))
                    .toList();
            MicroBatch carrying = batch.keeping(i -> part.stream().anyMatch(w -> w[i] != 0));
            if (carrying.candidates() > 0) {
                accumulate(carrying, part, step, first, losses);
                first = false;
            }
        }
        if (first) {
            return nothing(batches, step);
        }
        long selected = IntStream.range(0, masks.get(0).length)
                .filter(i -> masks.get(0)[i] != 0)
                .count();
        return result(batches, losses, selected);
    }

    private List<float[]> masks(List<MicroBatch> batches, int step) {
        return ranksTheDataSet()
                ? dataSetWeights.masks(batches)
                : weighting.masks(batches.stream().map(this::scored).toList(), step);
    }

    /** Runs a micro-batch under its weights; the first one's gradients are written, the others' added. */
    private void accumulate(MicroBatch batch, List<float[]> batchWeights, int step, boolean first, double[] losses) {
        if (given == null) {
            given = load(graph().withGivenWeights(objective, needs));
        }
        ParameterSet destination = first ? gradients : partial();
        try (Feeds feeds = batch.feeds()) {
            for (int k = 0; k < batchWeights.size(); k++) {
                float[] carried = nonZeroRows(batchWeights, k);
                feeds.floats(Names.weight(k), carried, carried.length);
            }
            CandidateFeeds.targets(feeds, needs, List.of(batch));
            addParameters(feeds, given.graph, List.of(batch), step);
            try (GraphSession.Outputs outputs = given.session.run(feeds, destination.tensors(Names::gradient))) {
                double[] part = termLosses(outputs);
                Arrays.setAll(losses, k -> losses[k] + part[k]);
            }
        }
        if (!first) {
            gradients.values().forEach((name, sum) -> add(sum, partial.values().get(name)));
        }
    }

    /**
     * On the CPU, weights in 16 bits are for bases that are large beside the memory: then an arena that holes of the last
     * run have made too small for a widened output layer must not grow by another one.
     */
    private GraphSession.Arena arena(Graph.Model model) {
        return !shape.backend().onDevice()
                        && model.weights().values().stream()
                                .anyMatch(type -> type.element().isNarrow())
                ? GraphSession.Arena.RELEASED
                : GraphSession.Arena.KEPT;
    }

    private ParameterSet partial() {
        if (partial == null) {
            partial = new ParameterSet(parameters.shapes());
        }
        return partial;
    }

    private static float[] nonZeroRows(List<float[]> termWeights, int term) {
        float[] all = termWeights.get(term);
        int[] rows = IntStream.range(0, all.length)
                .filter(i -> termWeights.stream().anyMatch(w -> w[i] != 0))
                .toArray();
        float[] carried = new float[rows.length];
        for (int i = 0; i < rows.length; i++) {
            carried[i] = all[rows[i]];
        }
        return carried;
    }

    private static void add(FloatBuffer sum, FloatBuffer part) {
        for (int i = 0; i < sum.capacity(); i++) {
            sum.put(i, sum.get(i) + part.get(i));
        }
    }

    private double[] termLosses(GraphSession.Outputs outputs) {
        double[] losses = new double[objective.terms().size()];
        for (int k = 0; k < losses.length; k++) {
            for (float loss : outputs.floats(Names.loss(k))) {
                losses[k] += loss;
            }
        }
        return losses;
    }

    private void addParameters(Feeds feeds, LanguageModelGraph.Training graph, List<MicroBatch> batches, int step) {
        feeds.tensors(parameters.tensors(name -> name));
        feeds.floats(Names.LOSS_SCALE, new float[] {lossScale});
        reference.ifPresent(r -> feeds.tensors(r.adapter().tensors(name -> Names.REFERENCE + name)));
        graph.dropoutMasks().keySet().forEach(module -> {
            int width = widths.get(module);
            long places = StepBatches.places(batches);
            feeds.booleans(module + AdaptedParameters.MASK, dropoutMask(batches, module, width, step), places, width);
        });
    }

    private long maskBytes(List<MicroBatch> batches) {
        long width = shape.modules().stream().mapToLong(widths::get).sum();
        return drops() ? StepBatches.places(batches) * width : 0;
    }

    /** Kept elements are a function of seed, step, sequence, position and module: the same for any micro-batch. */
    private ByteBuffer dropoutMask(List<MicroBatch> batches, String module, int width, int step) {
        ByteBuffer mask = Feeds.direct(StepBatches.places(batches) * width);
        long key = CounterRandom.bits(dropoutSeed, step, module.hashCode());
        int first = 0;
        for (MicroBatch batch : batches) {
            int places = batch.tokens().length;
            fill(mask.slice(first * width, places * width), batch, key, width);
            first += places;
        }
        return mask;
    }

    private void fill(ByteBuffer mask, MicroBatch batch, long key, int width) {
        float rate = (float) shape.lora().orElseThrow().dropout();
        IntStream places = IntStream.range(0, batch.tokens().length).filter(place -> !batch.padded(place));
        places.parallel().forEach(row -> {
            long rowKey = CounterRandom.bits(key, batch.indices()[(int) batch.owners()[row]], batch.positions()[row]);
            for (int i = 0; i < width; i++) {
                mask.put(row * width + i, (byte) (CounterRandom.uniform(rowKey, i) < rate ? 0 : 1));
            }
        });
    }

    private void closeScorers() {
        scorer.close();
        referenceScorer.ifPresent(MeasureScorer::close);
    }

    private void closeSessions() {
        Stream.of(given, own, whole).filter(Objects::nonNull).forEach(loaded -> loaded.session.close());
        given = null;
        own = null;
        whole = null;
    }

    @Override
    public void close() {
        weighting.close();
        closeScorers();
        closeSessions();
        gradients.close();
        if (partial != null) {
            partial.close();
        }
    }
}
