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

import ai.onnxruntime.OnnxTensor;
import io.github.tribuollm.llm.architecture.LinearLayer;
import io.github.tribuollm.objectives.CounterRandom;
import io.github.tribuollm.objectives.ExternalScore;
import io.github.tribuollm.objectives.Objective;
import io.github.tribuollm.runtime.Feeds;
import io.github.tribuollm.runtime.GraphSession;
import io.github.tribuollm.runtime.WeightSource;
import java.nio.ByteBuffer;
import java.nio.FloatBuffer;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * The loss and the gradients of one optimiser step, the same to rounding for any cut into micro-batches.
 *
 * <p>A step that fits one micro-batch whose weights depend on the model's own scores takes one pass, unless dropout is on. Any other step
 * first knows all its weights (by a forward pass over its micro-batches if they depend on scores) and then
 * accumulates the gradients of the micro-batches under these weights. Scores are those of the model without dropout.
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

    private final Objective objective;
    private final ModelShape shape;
    private final ParameterSet parameters;
    private final ParameterSet gradients;
    private final Map<String, OnnxTensor> reference;
    private final WeightSource weights;
    private final long dropoutSeed;
    private final TokenWeighting weighting;
    private final TokenScorer scorer;
    private final Map<String, Integer> widths = new HashMap<>();
    private LanguageModelGraph.Training given;
    private GraphSession givenSession;
    private LanguageModelGraph.Training own;
    private GraphSession ownSession;
    private ParameterSet partial;

    /**
     * Prepares steps; graphs are built when first needed.
     *
     * @param objective what is minimised
     * @param shape the model's form
     * @param parameters what is trained
     * @param reference the reference model's adapter; null if the objective needs none
     * @param weights the base's weights
     * @param dropoutSeed the seed of the LoRA dropout masks
     */
    OptimiserStep(
            Objective objective,
            ModelShape shape,
            ParameterSet parameters,
            ParameterSet reference,
            WeightSource weights,
            long dropoutSeed) {
        this.objective = objective;
        this.shape = shape;
        this.parameters = parameters;
        this.gradients = new ParameterSet(parameters.shapes());
        this.reference = reference == null ? Map.of() : reference.tensors(name -> Names.REFERENCE + name);
        this.weights = weights;
        this.dropoutSeed = dropoutSeed;
        this.weighting = new TokenWeighting(objective);
        this.scorer = new TokenScorer(shape, parameters, weights, weighting.measures());
        for (LinearLayer layer : shape.architecture().linearLayers()) {
            widths.put(layer.module(), layer.in());
        }
    }

    /** The gradients of the last step, by parameter. */
    Map<String, FloatBuffer> gradients() {
        return gradients.values();
    }

    /**
     * Computes a step.
     *
     * @param batches its micro-batches
     * @param step its number, from 0
     * @return loss and counts; the gradients are then in {@link #gradients()}
     * @throws TrainingException if the step has no completion token, or no token is selected
     */
    Result compute(List<MicroBatch> batches, int step) {
        if (batches.stream().allMatch(b -> b.candidates() == 0)) {
            throw new TrainingException("Step " + step
                    + " has no completion token: every prompt fills its whole row; raise the maximal length");
        }
        Result result = batches.size() == 1 && !weighting.measures().isEmpty() && !drops()
                ? withOwnWeights(batches.get(0), step)
                : withGivenWeights(batches, step);
        if (result.selected() == 0) {
            throw nothingLearned(step);
        }
        return result;
    }

    private TrainingException nothingLearned(int step) {
        return new TrainingException(
                "Step " + step + " gives none of its completion tokens a weight: widen the selection"
                        + " of, or look at the documents' weights under: " + objective);
    }

    private boolean drops() {
        return shape.lora().filter(l -> l.dropout() > 0).isPresent();
    }

    private Result withOwnWeights(MicroBatch batch, int step) {
        if (own == null) {
            own = new LanguageModelGraph(shape, weights, true).withOwnWeights(objective);
            ownSession = GraphSession.open(own.model(), weights);
        }
        try (Feeds feeds = batch.feeds();
                Feeds statistics = TokenWeighting.statistics(List.of(batch))) {
            feeds.tensors(statistics);
            feeds.floats(Names.DOCUMENT_WEIGHTS, batch.candidateWeights(), batch.candidates());
            List<ExternalScore> externals = own.externals();
            for (int k = 0; k < externals.size(); k++) {
                float[] values = externals.get(k).values(step, batch.candidateSequences(), batch.candidatePositions());
                feeds.floats(Names.external(k), values, values.length);
            }
            addParameters(feeds, own, batch, step);
            try (GraphSession.Outputs outputs = ownSession.run(feeds, gradients.tensors(Names::gradient))) {
                double[] losses = termLosses(outputs);
                return new Result(Arrays.stream(losses).sum(), losses, batch.candidates(), batch.allTokens(), (long)
                        outputs.scalar(Names.SELECTED));
            }
        }
    }

    private Result withGivenWeights(List<MicroBatch> batches, int step) {
        List<TokenScorer.Scores> scores = weighting.measures().isEmpty()
                ? null
                : batches.stream().map(scorer::score).toList();
        List<float[]> masks = weighting.masks(batches, scores, step);
        List<float[]> termWeights = weighting.normalise(batches, masks);
        double[] losses = new double[termWeights.size()];
        int from = 0;
        boolean first = true;
        for (MicroBatch batch : batches) {
            int start = from;
            int end = from + batch.candidates();
            from = end;
            List<float[]> own = termWeights.stream()
                    .map(w -> Arrays.copyOfRange(w, start, end))
                    .toList();
            MicroBatch carrying = batch.keeping(i -> own.stream().anyMatch(w -> w[i] != 0));
            if (carrying.candidates() > 0) {
                accumulate(carrying, own, step, first, losses);
                first = false;
            }
        }
        if (first) {
            throw nothingLearned(step);
        }
        long candidates = batches.stream().mapToLong(MicroBatch::candidates).sum();
        long tokens = batches.stream().mapToLong(MicroBatch::allTokens).sum();
        long selected = IntStream.range(0, masks.get(0).length)
                .filter(i -> masks.get(0)[i] != 0)
                .count();
        return new Result(Arrays.stream(losses).sum(), losses, candidates, tokens, selected);
    }

    /** Runs a micro-batch under its weights; the first one's gradients are written, the others' added. */
    private void accumulate(MicroBatch batch, List<float[]> batchWeights, int step, boolean first, double[] losses) {
        if (given == null) {
            given = new LanguageModelGraph(shape, weights, true).withGivenWeights(objective);
            givenSession = GraphSession.open(given.model(), weights);
        }
        ParameterSet destination = first ? gradients : partial();
        try (Feeds feeds = batch.feeds()) {
            for (int k = 0; k < batchWeights.size(); k++) {
                float[] carried = nonZeroRows(batchWeights, k);
                feeds.floats(Names.weight(k), carried, carried.length);
            }
            addParameters(feeds, given, batch, step);
            try (GraphSession.Outputs outputs = givenSession.run(feeds, destination.tensors(Names::gradient))) {
                double[] part = termLosses(outputs);
                Arrays.setAll(losses, k -> losses[k] + part[k]);
            }
        }
        if (!first) {
            gradients.values().forEach((name, sum) -> add(sum, partial.values().get(name)));
        }
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
        return IntStream.range(0, objective.terms().size())
                .mapToDouble(k -> outputs.scalar(Names.loss(k)))
                .toArray();
    }

    private void addParameters(Feeds feeds, LanguageModelGraph.Training graph, MicroBatch batch, int step) {
        feeds.tensors(parameters.tensors(name -> name)).tensors(reference);
        graph.dropoutMasks().keySet().forEach(module -> {
            int width = widths.get(module);
            feeds.booleans(module + ".dropout", dropoutMask(batch, module, width, step), batch.tokens().length, width);
        });
    }

    /** Kept elements are a function of seed, step, sequence, position and module: the same for any micro-batch. */
    private ByteBuffer dropoutMask(MicroBatch batch, String module, int width, int step) {
        ByteBuffer mask = Feeds.direct((long) batch.tokens().length * width);
        float rate = (float) shape.lora().orElseThrow().dropout();
        long key = CounterRandom.bits(dropoutSeed, step, module.hashCode());
        IntStream places = IntStream.range(0, batch.tokens().length).filter(place -> !batch.padded(place));
        places.parallel().forEach(row -> {
            long rowKey = CounterRandom.bits(key, batch.indices()[(int) batch.owners()[row]], batch.positions()[row]);
            for (int i = 0; i < width; i++) {
                mask.put(row * width + i, (byte) (CounterRandom.uniform(rowKey, i) < rate ? 0 : 1));
            }
        });
        return mask;
    }

    @Override
    public void close() {
        weighting.close();
        scorer.close();
        gradients.close();
        if (partial != null) {
            partial.close();
        }
        for (GraphSession session : Arrays.asList(givenSession, ownSession)) {
            if (session != null) {
                session.close();
            }
        }
    }
}
