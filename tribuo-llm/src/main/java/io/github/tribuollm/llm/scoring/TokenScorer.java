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
package io.github.tribuollm.llm.scoring;

import io.github.tribuollm.graph.Graph;
import io.github.tribuollm.llm.checkpoint.Storage;
import io.github.tribuollm.llm.data.TokenSequence;
import io.github.tribuollm.llm.graphs.Batching;
import io.github.tribuollm.llm.graphs.LanguageModelGraph;
import io.github.tribuollm.llm.graphs.MicroBatch;
import io.github.tribuollm.llm.graphs.ModelShape;
import io.github.tribuollm.llm.graphs.Names;
import io.github.tribuollm.llm.graphs.ParameterSet;
import io.github.tribuollm.llm.graphs.TrainingException;
import io.github.tribuollm.llm.memory.MemoryPlan;
import io.github.tribuollm.llm.memory.MemoryPlanner;
import io.github.tribuollm.llm.progress.ProgressListener;
import io.github.tribuollm.llm.progress.Unit;
import io.github.tribuollm.llm.progress.Work;
import io.github.tribuollm.objectives.token.ColumnNames;
import io.github.tribuollm.objectives.token.TokenMeasure;
import io.github.tribuollm.runtime.Feeds;
import io.github.tribuollm.runtime.GraphSession;
import io.github.tribuollm.runtime.Lazy;
import io.github.tribuollm.runtime.WeightSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiConsumer;
import java.util.function.BiFunction;
import java.util.logging.Logger;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Measures what a model predicts for the completion tokens of sequences: forward passes without gradients and without
 * dropout.
 */
public final class TokenScorer implements AutoCloseable {
    /** What held-out data are judged by: loss, entropy and token accuracy. */
    public static final List<TokenMeasure> EVALUATION =
            List.of(TokenMeasure.NLL, TokenMeasure.ENTROPY, TokenMeasure.HIT);

    private static final Logger LOGGER = Logger.getLogger(TokenScorer.class.getName());

    /** So many batches are sorted by length together: enough to pad little, few enough to come out soon. */
    private static final int WINDOW = 32;

    private final ModelShape shape;
    private final ParameterSet parameters;
    private final WeightSource weights;
    private final List<TokenMeasure> measures;
    private final GraphSession.Arena rest;
    private final Optional<MemoryPlan> plan;
    private final Runnable release;
    private final Lazy<GraphSession> session;
    private final FiniteMeasures finite;

    /**
     * A scorer that runs now and then, as beside a session that learns: it gives its memory back after the last batch.
     * Its graph is built when first needed.
     *
     * @param shape the model's form
     * @param parameters the adapter, or all parameters; not closed with the scorer
     * @param weights the base's weights
     * @param measures what is computed
     */
    public TokenScorer(ModelShape shape, ParameterSet parameters, WeightSource weights, List<TokenMeasure> measures) {
        this(shape, parameters, weights, measures, GraphSession.Arena.RELEASED);
    }

    /**
     * A scorer; its graph is built when first needed.
     *
     * @param shape the model's form
     * @param parameters the adapter, or all parameters; not closed with the scorer
     * @param weights the base's weights
     * @param measures what is computed
     * @param rest what becomes of the memory of activations after the last batch
     */
    public TokenScorer(
            ModelShape shape,
            ParameterSet parameters,
            WeightSource weights,
            List<TokenMeasure> measures,
            GraphSession.Arena rest) {
        this(shape, parameters, weights, measures, rest, Optional.empty(), () -> {});
    }

    private TokenScorer(
            ModelShape shape,
            ParameterSet parameters,
            WeightSource weights,
            List<TokenMeasure> measures,
            GraphSession.Arena rest,
            Optional<MemoryPlan> plan,
            Runnable release) {
        this.shape = shape;
        this.parameters = parameters;
        this.weights = weights;
        this.measures = List.copyOf(measures);
        this.rest = rest;
        this.plan = plan;
        this.release = release;
        this.session = Lazy.session(this::open);
        this.finite = new FiniteMeasures(
                parameters, weights, () -> session.get().model().weights());
    }

    /**
     * A scorer of a frozen model, which owns its copy of the adapter.
     *
     * @param model the model; its base must be open as long as the scorer. {@link Storage#AUTO} is decided by the
     *     memory that is available
     * @param measures what is computed
     * @return the scorer
     * @throws TrainingException if the memory is too small, with settings that fit
     */
    public static TokenScorer of(ScoredModel model, List<TokenMeasure> measures) {
        return of(model, measures, GraphSession.Arena.KEPT);
    }

    /**
     * A scorer of a frozen model, as {@link #of(ScoredModel, List)} makes it.
     *
     * @param model the model; its base must be open as long as the scorer
     * @param measures what is computed
     * @param rest what becomes of the memory of activations after the last batch
     * @return the scorer
     * @throws TrainingException if the memory is too small, with settings that fit
     */
    public static TokenScorer of(ScoredModel model, List<TokenMeasure> measures, GraphSession.Arena rest) {
        MemoryPlan plan = MemoryPlanner.scoring(model.shape(), model.base().weights(), List.of(), measures)
                .decide(model.storage());
        WeightSource weights = model.stored(plan.settings().storage()).weights();
        ParameterSet parameters = model.adapterTensors();
        return new TokenScorer(
                model.shape(), parameters, weights, measures, rest, Optional.of(plan), parameters::close);
    }

    /** {@return what refuses measures of this model that are not finite} */
    public FiniteMeasures finite() {
        return finite;
    }

    /** {@return the memory that scoring needs, for a scorer that {@link #of} has made} */
    public Optional<MemoryPlan> plan() {
        return plan;
    }

    /**
     * Scores a batch.
     *
     * @param batch sequences no longer than the model's form allows
     * @return each measure of each completion token
     * @throws NotFiniteException if one is NaN or infinite
     */
    public Scores score(MicroBatch batch) {
        return score(batch, this::last);
    }

    /**
     * Scores batches one after the other. On the CPU the memory of activations stays from one to the next, unless
     * matrices in 16 bits are widened, which is faster than each by itself.
     *
     * @param batches sequences no longer than the model's form allows
     * @return what {@link #score(MicroBatch)} returns for each
     * @throws NotFiniteException if a measure is NaN or infinite
     */
    public List<Scores> score(List<MicroBatch> batches) {
        List<Scores> scores = new ArrayList<>();
        score(batches.stream(), (batch, found) -> scores.add(found));
        return scores;
    }

    private void score(Stream<MicroBatch> batches, BiConsumer<MicroBatch, Scores> consumer) {
        Iterator<MicroBatch> left = batches.iterator();
        while (left.hasNext()) {
            MicroBatch batch = left.next();
            consumer.accept(batch, score(batch, left.hasNext() && keepsBetween() ? GraphSession::run : this::last));
        }
    }

    /** On a device, whose memory grows by what is asked for, batches that grow would each be given more. */
    private boolean keepsBetween() {
        return !shape.backend().onDevice();
    }

    private GraphSession.Outputs last(GraphSession opened, Feeds feeds) {
        return rest == GraphSession.Arena.RELEASED ? opened.runAndRelease(feeds) : opened.run(feeds);
    }

    private synchronized Scores score(MicroBatch batch, BiFunction<GraphSession, Feeds, GraphSession.Outputs> run) {
        if (measures.isEmpty()) {
            return Scores.NONE;
        }
        try (Feeds feeds = batch.feeds().tensors(parameters.tensors(name -> name));
                GraphSession.Outputs outputs = run.apply(session.get(), feeds)) {
            Map<TokenMeasure, float[]> values = new HashMap<>();
            for (int i = 0; i < measures.size(); i++) {
                float[] found = outputs.floats(Names.measure(i));
                finite.require(batch, measures.get(i).toString(), found);
                values.put(measures.get(i), found);
            }
            return new Scores(values);
        }
    }

    private GraphSession open() {
        Graph.Model graph = new LanguageModelGraph(shape, weights).measuring(measures);
        return shape.backend().open(graph, weights, shape.backend().arena(graph));
    }

    /**
     * The mean loss of the completion tokens of a data set. Where the data say how much each token counts, it is the
     * mean that maximum likelihood minimises.
     *
     * @param nll nats a token
     * @param tokens the number of completion tokens
     */
    public record MeanLoss(double nll, long tokens) {}

    /**
     * The mean loss over a data set.
     *
     * @param data the sequences
     * @return nats for each completion token, and their number
     */
    public MeanLoss meanLoss(List<TokenSequence> data) {
        Means means = means(data, (batch, scores) -> {});
        return new MeanLoss(means.of(TokenMeasure.NLL), means.tokens());
    }

    /**
     * Means over the completion tokens of a data set, each counting as much as the data say in the column {@link
     * ColumnNames#TOKEN_WEIGHT}, if they do.
     *
     * @param values of each measure
     * @param tokens the number of completion tokens
     */
    public record Means(Map<TokenMeasure, Double> values, long tokens) {
        /**
         * The mean of a measure.
         *
         * @throws IllegalArgumentException if the scorer was not asked for it
         */
        public double of(TokenMeasure measure) {
            Double found = values.get(measure);
            if (found == null) {
                throw new IllegalArgumentException("The scorer was not asked for the " + measure);
            }
            return found;
        }
    }

    /**
     * The means over a data set, and the scores by the way.
     *
     * @param data the sequences
     * @param consumer is given each batch and the scores of its completion tokens
     * @return the mean of each measure that is computed
     */
    public Means means(List<TokenSequence> data, BiConsumer<MicroBatch, Scores> consumer) {
        Totals totals = new Totals();
        Work work = work(data);
        score(batches(data), (batch, scores) -> {
            consumer.accept(batch, scores);
            totals.add(batch, scores);
            work.add(batch.completionTokens());
        });
        return totals.means();
    }

    /** Weighted sums over batches. */
    private final class Totals {
        private final Map<TokenMeasure, Double> sums = new HashMap<>();
        private double counted;
        private long tokens;

        void add(MicroBatch batch, Scores scores) {
            float[] weights = tokenWeights(batch);
            measures.forEach(measure -> sums.merge(measure, sum(scores.of(measure), weights), Double::sum));
            counted += sum(weights);
            tokens += batch.completionTokens();
        }

        Means means() {
            Map<TokenMeasure, Double> means = new HashMap<>();
            measures.forEach(measure -> means.put(measure, sums.getOrDefault(measure, 0.0) / counted));
            return new Means(means, tokens);
        }
    }

    /** How much each completion token counts, [N]: 1 where the data do not say. */
    private static float[] tokenWeights(MicroBatch batch) {
        float[] said = batch.columns().get(ColumnNames.TOKEN_WEIGHT);
        if (said != null) {
            return said;
        }
        float[] ones = new float[batch.completionTokens()];
        Arrays.fill(ones, 1);
        return ones;
    }

    private static double sum(float[] values, float[] weights) {
        double sum = 0;
        for (int i = 0; i < values.length; i++) {
            sum += (double) weights[i] * values[i];
        }
        return sum;
    }

    private static double sum(float[] values) {
        double sum = 0;
        for (float value : values) {
            sum += value;
        }
        return sum;
    }

    /**
     * The work of scoring a data set, whose progress is logged.
     *
     * @param data the sequences
     * @return the work, counted in completion tokens
     */
    public static Work work(List<TokenSequence> data) {
        long tokens = data.stream().mapToLong(TokenSequence::completionTokens).sum();
        return Work.of("scoring", Unit.TOKENS, tokens, ProgressListener.logging(LOGGER));
    }

    /**
     * Lays a data set out for scoring, documents of like length together.
     *
     * @param data the documents, none longer than the model's form allows
     * @return the batches, made as they are asked for
     * @throws io.github.tribuollm.llm.data.DataException if the model does not know a token
     */
    Stream<MicroBatch> batches(List<TokenSequence> data) {
        int vocabulary = shape.architecture().vocabularySize();
        data.forEach(document -> document.requireVocabulary(vocabulary));
        int[] all = IntStream.range(0, data.size()).toArray();
        return Batching.BUCKETED.cut(data, all, shape.maxSequences(), shape.maxLength());
    }

    /** Frees the graph, which is loaded again when needed. */
    public synchronized void free() {
        session.close();
    }

    /**
     * Scores sequences and hands them on in their order.
     *
     * @param data the sequences, none longer than the model's form allows
     * @param consumer is given each, as soon as those before it are done
     */
    public void score(List<TokenSequence> data, BiConsumer<TokenSequence, SequenceScores> consumer) {
        int window = shape.maxSequences() * WINDOW;
        Work work = work(data);
        for (int from = 0; from < data.size(); from += window) {
            List<TokenSequence> part = data.subList(from, Math.min(data.size(), from + window));
            List<SequenceScores> scores = scored(part, work);
            for (int i = 0; i < part.size(); i++) {
                consumer.accept(part.get(i), scores.get(i));
            }
        }
    }

    private List<SequenceScores> scored(List<TokenSequence> data, Work work) {
        List<SequenceScores> scores = data.stream()
                .map(sequence -> SequenceScores.unmeasured(measures, sequence.length()))
                .toList();
        score(batches(data), (batch, found) -> {
            for (TokenMeasure measure : measures) {
                batch.scatter(found.of(measure), i -> scores.get(i).of(measure));
            }
            work.add(batch.completionTokens());
        });
        return scores;
    }

    @Override
    public void close() {
        free();
        release.run();
    }
}
