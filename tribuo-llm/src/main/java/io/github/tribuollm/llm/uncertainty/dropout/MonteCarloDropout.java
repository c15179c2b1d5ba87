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
package io.github.tribuollm.llm.uncertainty.dropout;

import com.oracle.labs.mlrg.olcut.config.Config;
import com.oracle.labs.mlrg.olcut.config.PropertyException;
import com.oracle.labs.mlrg.olcut.provenance.ConfiguredObjectProvenance;
import com.oracle.labs.mlrg.olcut.provenance.impl.ConfiguredObjectProvenanceImpl;
import io.github.tribuollm.graph.Tensor;
import io.github.tribuollm.llm.graphs.MicroBatch;
import io.github.tribuollm.llm.graphs.ParameterSet;
import io.github.tribuollm.llm.scoring.ScoredModel;
import io.github.tribuollm.llm.uncertainty.estimation.BatchPredictions;
import io.github.tribuollm.llm.uncertainty.estimation.RunningMeans;
import io.github.tribuollm.llm.uncertainty.estimation.UncertaintyEstimator;
import io.github.tribuollm.runtime.Settings;
import io.github.tribuollm.uncertainty.Measure;
import io.github.tribuollm.uncertainty.PredictionMeans;
import java.util.EnumSet;
import java.util.Map;
import java.util.Set;

/**
 * Monte Carlo dropout (Gal and Ghahramani; the paper's Section 3 and Appendix A): the samples of a model that dropout
 * makes. The masks are functions of the seed, the sample and the token's place in the data, so that neither batches nor
 * the number of samples at once change a result.
 *
 * <p>On a device all samples of a batch are one run of one graph, of which only the measures come back, if their masks
 * take at most 1 GiB. Otherwise they run in groups, and the completion tokens' states and the means of their
 * predictions cross the bus between the groups' runs.
 */
public final class MonteCarloDropout implements UncertaintyEstimator {
    @Config(description = "The number of samples, at least 2. The paper's is 100.")
    private int samples = 100;

    @Config(description = "How many elements are dropped, in [0, 1), rounded to a multiple of 2^-16.")
    private double rate = 0.1;

    @Config(description = "Where elements are dropped.")
    private DropoutPlaces places = DropoutPlaces.ARCHITECTURE;

    @Config(description = "The seed of the masks.")
    private long seed = 1;

    @Config(description = "How many samples run at once; it changes memory and speed, not results.")
    private int samplesAtOnce = 5;

    @Config(description = "Also measure EPKL and RMI, the divergences between samples.")
    private boolean pairwise;

    /** The paper's setting: 100 samples at rate 0.1, in the architecture's own places. */
    public MonteCarloDropout() {}

    /**
     * A setting.
     *
     * @param samples the number of samples, at least 2
     * @param rate how many elements are dropped, in [0, 1)
     * @param places where
     * @param seed the seed of the masks
     * @throws PropertyException if a value is out of range
     */
    public MonteCarloDropout(int samples, double rate, DropoutPlaces places, long seed) {
        this.samples = samples;
        this.rate = rate;
        this.places = places;
        this.seed = seed;
        checked();
    }

    private MonteCarloDropout(MonteCarloDropout other) {
        this(other.samples, other.rate, other.places, other.seed);
        this.samplesAtOnce = other.samplesAtOnce;
        this.pairwise = other.pairwise;
    }

    private MonteCarloDropout checked() {
        postConfig();
        return this;
    }

    /**
     * The same setting with EPKL and RMI measured too.
     *
     * @return the estimator
     */
    public MonteCarloDropout withPairs() {
        MonteCarloDropout other = new MonteCarloDropout(this);
        other.pairwise = true;
        return other;
    }

    /**
     * The same setting with another number of samples, of which the first are the same.
     *
     * @param number how many, at least 2
     * @return the estimator
     * @throws PropertyException if there are fewer than 2
     */
    public MonteCarloDropout withSamples(int number) {
        MonteCarloDropout changed = new MonteCarloDropout(this);
        changed.samples = number;
        return changed.checked();
    }

    /**
     * The same setting with another rate.
     *
     * @param other how many elements are dropped, in [0, 1)
     * @return the estimator
     * @throws PropertyException if the rate is out of range
     */
    public MonteCarloDropout withRate(double other) {
        MonteCarloDropout changed = new MonteCarloDropout(this);
        changed.rate = other;
        return changed.checked();
    }

    /** The same setting with elements dropped elsewhere. */
    public MonteCarloDropout withPlaces(DropoutPlaces other) {
        MonteCarloDropout changed = new MonteCarloDropout(this);
        changed.places = other;
        return changed.checked();
    }

    /** The same setting with other masks. */
    public MonteCarloDropout withSeed(long number) {
        MonteCarloDropout changed = new MonteCarloDropout(this);
        changed.seed = number;
        return changed;
    }

    /**
     * The same setting with another number of samples at once, which changes memory and speed, not results.
     *
     * @param number how many, at least 1
     * @return the estimator
     * @throws PropertyException if the number is not positive
     */
    public MonteCarloDropout withSamplesAtOnce(int number) {
        MonteCarloDropout changed = new MonteCarloDropout(this);
        changed.samplesAtOnce = number;
        return changed.checked();
    }

    /**
     * Checks the settings.
     *
     * @throws PropertyException if one is out of range
     */
    @Override
    public void postConfig() {
        Settings.requireGiven("places", places);
        Settings.require("samples", samples >= 2, "must be at least 2, not " + samples);
        Settings.require("rate", rate >= 0 && rate < 1, "must be in [0, 1), not " + rate);
        Settings.require("samplesAtOnce", samplesAtOnce >= 1, "must be at least 1, not " + samplesAtOnce);
    }

    @Override
    public Set<Measure> measures() {
        Set<Measure> measures = EnumSet.copyOf(PredictionMeans.DECOMPOSITION);
        if (pairwise) {
            measures.addAll(PredictionMeans.PAIRWISE);
        }
        return measures;
    }

    /** The masks of inputs, by place. */
    public DropoutMasks masks(Map<String, Tensor> inputs) {
        return new DropoutMasks(inputs, rate, seed);
    }

    @Override
    public int passes() {
        return samples;
    }

    @Override
    public Estimation start(ScoredModel model) {
        return model.backend().onDevice() ? together(model) : inGroups(model);
    }

    /** Samples in groups, a run for each. */
    public Estimation inGroups(ScoredModel model) {
        return new InGroups(layers(model));
    }

    /** All samples of a batch in one run, where their masks fit. */
    public Estimation together(ScoredModel model) {
        return new Together(layers(model));
    }

    /** A model with dropout. */
    public DropoutLayers layers(ScoredModel model) {
        return new DropoutLayers(model, places, rate);
    }

    private final class InGroups implements Estimation {
        private final DropoutPass pass;
        private final RunningMeans means;
        private final ParameterSet adapter;

        private InGroups(DropoutLayers layers) {
            this.pass = new DropoutPass(layers, seed);
            this.adapter = layers.model().adapterTensors();
            this.means = new RunningMeans(layers.model(), pairwise);
        }

        @Override
        public Map<Measure, float[]> of(BatchPredictions predictions) {
            MicroBatch batch = predictions.batch();
            means.start(batch.completionTokens());
            pass.run(batch, samples, Math.min(samples, samplesAtOnce), (states, count) -> {
                means.add(states, count, adapter);
                predictions.passed(count);
            });
            return means.measures();
        }

        @Override
        public void close() {
            pass.close();
            means.close();
            adapter.close();
        }
    }

    private final class Together implements Estimation {
        private final DropoutLayers layers;
        private final DropoutRun run;
        private InGroups rest;

        private Together(DropoutLayers layers) {
            this.layers = layers;
            this.run = new DropoutRun(layers, seed, samples, samplesAtOnce, pairwise);
        }

        @Override
        public Map<Measure, float[]> of(BatchPredictions predictions) {
            if (run.fits(predictions.batch())) {
                return run.of(predictions.batch());
            }
            if (rest == null) {
                rest = new InGroups(layers);
            }
            return rest.of(predictions);
        }

        @Override
        public void close() {
            run.close();
            if (rest != null) {
                rest.close();
            }
        }
    }

    @Override
    public String toString() {
        return "MonteCarloDropout(" + samples + " samples, rate " + rate + ", " + places + ", seed " + seed
                + (pairwise ? ", with pairs)" : ")");
    }

    @Override
    public ConfiguredObjectProvenance getProvenance() {
        return new ConfiguredObjectProvenanceImpl(this, "UncertaintyEstimator");
    }
}
