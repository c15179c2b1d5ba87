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

import io.github.tribuollm.objectives.Requirements;
import io.github.tribuollm.objectives.target.SparseTeacher;
import io.github.tribuollm.objectives.weight.ExternalScore;
import io.github.tribuollm.runtime.Feeds;
import java.util.List;
import java.util.function.IntFunction;
import java.util.stream.IntStream;

/**
 * What the graphs of an optimiser step are fed, put together part by part: a graph of a step reads tokens, one that
 * weighs reads statistics, one that learns reads targets and parameters. Each part gives the inputs that its
 * description names.
 */
public final class StepFeeds implements AutoCloseable {
    private final Requirements needs;
    private final MicroBatches batches;
    private final int step;
    private final Feeds feeds;

    private StepFeeds(Requirements needs, MicroBatches batches, int step, Feeds feeds) {
        this.needs = needs;
        this.batches = batches;
        this.step = step;
        this.feeds = feeds;
    }

    /** The tokens of one micro-batch, for {@link LanguageModelGraph}. */
    public static StepFeeds ofOne(Requirements needs, MicroBatch batch, int step) {
        return new StepFeeds(needs, MicroBatches.of(batch), step, batch.feeds());
    }

    /** The tokens of all micro-batches, for {@link StepGraph}. */
    public static StepFeeds ofAll(Requirements needs, MicroBatches batches, int step) {
        return new StepFeeds(needs, batches, step, StepBatches.feeds(batches));
    }

    /** No tokens, for graphs of weights alone. */
    public static StepFeeds ofWeights(Requirements needs, MicroBatches batches, int step) {
        return new StepFeeds(needs, batches, step, new Feeds());
    }

    /** {@return what was put together, open until this is closed} */
    public Feeds feeds() {
        return feeds;
    }

    /** What the data say of each completion token, which weights and targets may look at. */
    public StepFeeds columns() {
        needs.columns()
                .forEach(name -> completionTokens(
                        Names.column(name), batches.floats(b -> b.columns().get(name))));
        return this;
    }

    /**
     * What weights look at beside columns and measures: the completion tokens' sequences, and scores outside the graph.
     *
     * @throws TrainingException if such a score is not finite
     */
    public StepFeeds statistics() {
        int sequences = batches.sequences();
        feeds.integers(Names.DOCUMENTS, batches.documents(), batches.completionTokens())
                .integers(
                        Names.DOCUMENT_IDS,
                        IntStream.range(0, sequences).asLongStream().toArray(),
                        sequences)
                .floats(Names.ALL_TOKENS, new float[] {batches.allTokens()});
        return each(
                Names::external,
                needs.externals().stream()
                        .map(score -> batches.floats(batch -> finite(score, batch)))
                        .toList());
    }

    private float[] finite(ExternalScore score, MicroBatch batch) {
        long[] sequences = batch.completionSequences();
        int[] positions = batch.completionPositions();
        float[] values = score.values(step, sequences, positions);
        for (int i = 0; i < values.length; i++) {
            if (!Float.isFinite(values[i])) {
                throw new TrainingException("Step " + step + ": the score " + score + " of token " + positions[i]
                        + " of sequence " + sequences[i] + " is " + values[i] + "; scores must be finite");
            }
        }
        return values;
    }

    /**
     * What both models say of the completion tokens, in the order of {@link Requirements#student} and
     * {@link Requirements#reference}.
     */
    public StepFeeds measures(List<float[]> student, List<float[]> reference) {
        return each(Names::measure, student).each(Names::referenceMeasure, reference);
    }

    /** The weight of each completion token's sequence. */
    public StepFeeds documentWeights() {
        return documentWeights(1);
    }

    /**
     * The weight of each completion token's sequence in a part of a step.
     *
     * @param share what the part's normalised weights are multiplied by to be those of the step
     */
    public StepFeeds documentWeights(double share) {
        float[] weights = batches.floats(MicroBatch::completionWeights);
        for (int i = 0; i < weights.length; i++) {
            weights[i] *= (float) share;
        }
        return completionTokens(Names.DOCUMENT_WEIGHTS, weights);
    }

    /** The distributions that targets look at. */
    public StepFeeds targets() {
        int n = batches.completionTokens();
        long[] sequences = batches.integers(MicroBatch::completionSequences);
        int[] positions = batches.completionPositions();
        for (int i = 0; i < needs.sparseTeachers().size(); i++) {
            SparseTeacher teacher = needs.sparseTeachers().get(i);
            SparseTeacher.Rows rows = teacher.rows(sequences, positions);
            feeds.integers(Names.sparseIds(i), rows.ids(), n, teacher.width())
                    .floats(Names.sparseProbabilities(i), rows.probabilities(), n, teacher.width());
        }
        return this;
    }

    /** The weights of the completion tokens under each term, before they are normalised. */
    public StepFeeds raw(List<float[]> weights) {
        return each(Names::raw, weights);
    }

    /** The normalised weights of the completion tokens under each term. */
    public StepFeeds weights(List<float[]> weights) {
        return each(Names::weight, weights);
    }

    /** The parameters of the trained model. */
    public StepFeeds parameters(ParameterSet parameters) {
        feeds.tensors(parameters.tensors(name -> name));
        return this;
    }

    /** The adapter of the reference model. */
    public StepFeeds reference(ReferenceModel reference) {
        feeds.tensors(reference.adapter().tensors(name -> Names.REFERENCE + name));
        return this;
    }

    /** What the loss is multiplied by in float16. */
    public StepFeeds lossScale(float scale) {
        feeds.floats(Names.LOSS_SCALE, new float[] {scale});
        return this;
    }

    /** The dropout masks of the adapters. */
    public StepFeeds dropout(AdapterDropout dropout, long seed) {
        dropout.feed(feeds, batches, seed, step);
        return this;
    }

    private StepFeeds each(IntFunction<String> name, List<float[]> values) {
        for (int i = 0; i < values.size(); i++) {
            completionTokens(name.apply(i), values.get(i));
        }
        return this;
    }

    private StepFeeds completionTokens(String name, float[] values) {
        feeds.floats(name, values, values.length);
        return this;
    }

    @Override
    public void close() {
        feeds.close();
    }
}
