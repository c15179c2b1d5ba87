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
package io.github.tribuollm.llm.uncertainty;

import com.oracle.labs.mlrg.olcut.config.Config;
import com.oracle.labs.mlrg.olcut.config.Configurable;
import com.oracle.labs.mlrg.olcut.config.PropertyException;
import com.oracle.labs.mlrg.olcut.provenance.ConfiguredObjectProvenance;
import com.oracle.labs.mlrg.olcut.provenance.Provenancable;
import com.oracle.labs.mlrg.olcut.provenance.impl.ConfiguredObjectProvenanceImpl;
import io.github.tribuollm.llm.CausalLMModel;
import io.github.tribuollm.llm.data.TokenSequence;
import io.github.tribuollm.llm.graphs.Batching;
import io.github.tribuollm.llm.graphs.MicroBatch;
import io.github.tribuollm.llm.progress.ProgressListener;
import io.github.tribuollm.llm.progress.Unit;
import io.github.tribuollm.llm.progress.Work;
import io.github.tribuollm.llm.scoring.ScoredModel;
import io.github.tribuollm.llm.token.TokenSequenceDataset;
import io.github.tribuollm.llm.uncertainty.dropout.MonteCarloDropout;
import io.github.tribuollm.llm.uncertainty.estimation.BatchPredictions;
import io.github.tribuollm.llm.uncertainty.estimation.ModelPass;
import io.github.tribuollm.llm.uncertainty.estimation.UncertaintyEstimator;
import io.github.tribuollm.runtime.Backend;
import io.github.tribuollm.runtime.Settings;
import io.github.tribuollm.uncertainty.Measure;
import io.github.tribuollm.uncertainty.TokenMeasures;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.logging.Logger;
import java.util.stream.IntStream;

/**
 * Measures how sure a model is about each completion token, in one or several ways; what several of them need is
 * computed once.
 */
public final class UncertaintyEvaluator implements Configurable, Provenancable<ConfiguredObjectProvenance> {
    private static final Logger LOGGER = Logger.getLogger(UncertaintyEvaluator.class.getName());

    /** So many documents are sorted by length together: enough to pad little, few enough to come out soon. */
    private static final int WINDOW = 256;

    /** 128 MB of probabilities in float32: so much is kept of a batch. */
    private static final long BATCH_PROBABILITIES = 1L << 25;

    @Config(description = "The ways to measure; no two may give the same measure.")
    private List<UncertaintyEstimator> estimators = List.of(new SinglePass(), new MonteCarloDropout());

    @Config(description = "The most tokens of documents that are processed together; a longer document is alone.")
    private int batchTokens = 1024;

    /** One pass and Monte Carlo dropout in the paper's setting. */
    public UncertaintyEvaluator() {}

    /**
     * Some ways to measure.
     *
     * @param estimators at least one; no two may give the same measure
     * @throws PropertyException if there is none, or two give the same measure
     */
    public UncertaintyEvaluator(UncertaintyEstimator... estimators) {
        this.estimators = List.of(estimators);
        postConfig();
    }

    /**
     * The same ways to measure, so many tokens at a time, which changes memory and speed, not results.
     *
     * @param number the most tokens of documents that are processed together, at least 1
     * @throws PropertyException if the number is not positive
     */
    public UncertaintyEvaluator withBatchTokens(int number) {
        UncertaintyEvaluator changed = new UncertaintyEvaluator();
        changed.estimators = estimators;
        changed.batchTokens = number;
        changed.postConfig();
        return changed;
    }

    /**
     * Checks the settings.
     *
     * @throws PropertyException if two estimators give the same measure, or a number is out of range
     */
    @Override
    public void postConfig() {
        Settings.require("estimators", !estimators.isEmpty(), "must name at least one estimator");
        Settings.require("batchTokens", batchTokens >= 1, "must be at least 1, not " + batchTokens);
        Set<Measure> all = EnumSet.noneOf(Measure.class);
        estimators.forEach(estimator -> estimator
                .measures()
                .forEach(measure -> Settings.require(
                        "estimators", all.add(measure), "give " + measure + " twice; evaluate one after the other")));
    }

    /**
     * Measures a model on a data set, where the model runs, see {@link CausalLMModel#setExecution}.
     *
     * @param model the model
     * @param data the documents
     * @return what was measured, with where it comes from
     * @throws io.github.tribuollm.llm.scoring.NotFiniteException if a measure of a completion token is NaN or infinite
     */
    public UncertaintyEvaluation evaluate(CausalLMModel model, TokenSequenceDataset data) {
        List<TokenSequence> documents = data.sequences();
        int vocabulary = model.getOutputIDInfo().size();
        documents.forEach(document -> document.requireVocabulary(vocabulary));
        Backend backend = model.execution().backend();
        ScoredModel scored = ScoredModel.of(model.checkpoint(), model.adapter(), ScoredModel.longest(documents))
                .on(backend);
        return new UncertaintyEvaluation(
                measure(scored, documents),
                new UncertaintyProvenance(
                        model.getProvenance(), data.getProvenance(), getProvenance(), backend.description()));
    }

    /**
     * Measures documents and keeps them all. Progress is logged.
     *
     * @param model the model
     * @param data the documents; a document's place among them is part of the key of its dropout masks
     * @return the documents in their order, with their texts and measures
     * @throws io.github.tribuollm.llm.scoring.NotFiniteException if a measure of a completion token is NaN or infinite
     */
    public List<TokenMeasures> measure(ScoredModel model, List<TokenSequence> data) {
        List<TokenMeasures> measured = new ArrayList<>();
        measure(model, data, (document, measures) -> measured.add(named(model, document, measures)));
        return measured;
    }

    /**
     * A document with its texts and measures.
     *
     * @param model whose tokenizer knows the texts
     * @param document the document
     * @param measures what was measured
     * @return both, under the measures' labels
     */
    public static TokenMeasures named(ScoredModel model, TokenSequence document, Map<Measure, double[]> measures) {
        Map<String, double[]> labelled = new LinkedHashMap<>();
        measures.forEach((measure, values) -> labelled.put(measure.label(), values));
        List<String> texts = model.base().tokenizer().display(document.tokens());
        return new TokenMeasures(document.origin(), texts, document.completion(), labelled, new BitSet());
    }

    /** Receives the documents. */
    @FunctionalInterface
    public interface Consumer {
        /**
         * Takes a document.
         *
         * @param document the document
         * @param measures for each measure a number for each of its tokens; NaN for tokens that are not completion
         */
        void accept(TokenSequence document, Map<Measure, double[]> measures);
    }

    /**
     * Measures documents and hands them on in their order. Progress is logged.
     *
     * @param model the model
     * @param data the documents; a document's place among them is part of the key of its dropout masks
     * @param consumer receives each
     */
    public void measure(ScoredModel model, List<TokenSequence> data, Consumer consumer) {
        measure(model, data, consumer, ProgressListener.logging(LOGGER));
    }

    /**
     * Measures documents and hands them on in their order.
     *
     * @param model the model
     * @param data the documents; a document's place among them is part of the key of its dropout masks
     * @param consumer receives each
     * @param listener is told how many completion tokens are done, counted as often as passes are made over them
     */
    public void measure(ScoredModel model, List<TokenSequence> data, Consumer consumer, ProgressListener listener) {
        Work work = Work.of("measuring", Unit.TOKENS, passes() * completionTokens(data), listener);
        List<UncertaintyEstimator.Estimation> started = new ArrayList<>();
        int tokens = tokensTogether(model);
        ScoredModel sized = model.inBatchesOf((tokens + model.maxLength() - 1) / model.maxLength());
        try (ModelPass pass = new ModelPass(sized)) {
            estimators.forEach(estimator -> started.add(estimator.start(sized)));
            for (int from = 0; from < data.size(); from += WINDOW) {
                int[] window = IntStream.range(from, Math.min(data.size(), from + WINDOW))
                        .toArray();
                Map<Integer, Map<Measure, double[]>> measured =
                        measure(data, window, tokens, new Passes(pass, started, work));
                for (int document : window) {
                    consumer.accept(data.get(document), measured.get(document));
                }
            }
        } finally {
            started.forEach(UncertaintyEstimator.Estimation::close);
        }
    }

    /** The most tokens of a batch, padding included. */
    private int tokensTogether(ScoredModel model) {
        long kept = BATCH_PROBABILITIES / model.architecture().vocabularySize();
        return (int) Math.max(model.maxLength(), Math.min(batchTokens, kept));
    }

    private long passes() {
        return estimators.stream().mapToLong(UncertaintyEstimator::passes).sum();
    }

    private static long completionTokens(List<TokenSequence> data) {
        return data.stream().mapToLong(TokenSequence::completionTokens).sum();
    }

    /** What runs over each batch, and is told of. */
    private record Passes(ModelPass model, List<UncertaintyEstimator.Estimation> started, Work work) {}

    private Map<Integer, Map<Measure, double[]>> measure(
            List<TokenSequence> data, int[] window, int tokens, Passes passes) {
        Map<Integer, Map<Measure, double[]>> measured = new LinkedHashMap<>();
        for (int document : window) {
            measured.put(document, unmeasured(data.get(document).length()));
        }
        Batching.BUCKETED.cut(data, window, 1, tokens).forEach(batch -> {
            BatchPredictions predictions = new BatchPredictions(
                    batch, passes.model()::of, count -> passes.work().add((long) count * batch.completionTokens()));
            for (int i = 0; i < estimators.size(); i++) {
                Map<Measure, float[]> found = passes.started().get(i).of(predictions);
                passes.model().requireFinite(batch, found);
                scatter(found, batch, measured);
                predictions.finished(estimators.get(i).passes());
            }
        });
        return measured;
    }

    private Map<Measure, double[]> unmeasured(int length) {
        Map<Measure, double[]> measures = new EnumMap<>(Measure.class);
        for (UncertaintyEstimator estimator : estimators) {
            for (Measure measure : estimator.measures()) {
                double[] values = new double[length];
                Arrays.fill(values, Double.NaN);
                measures.put(measure, values);
            }
        }
        return measures;
    }

    private static void scatter(
            Map<Measure, float[]> found, MicroBatch batch, Map<Integer, Map<Measure, double[]>> measured) {
        found.forEach((measure, values) ->
                batch.scatter(values, document -> measured.get(document).get(measure)));
    }

    @Override
    public String toString() {
        return "UncertaintyEvaluator" + estimators;
    }

    @Override
    public ConfiguredObjectProvenance getProvenance() {
        return new ConfiguredObjectProvenanceImpl(this, "UncertaintyEvaluator");
    }
}
