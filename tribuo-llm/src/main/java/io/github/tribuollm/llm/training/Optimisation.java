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

import com.oracle.labs.mlrg.olcut.config.Config;
import com.oracle.labs.mlrg.olcut.config.Configurable;
import com.oracle.labs.mlrg.olcut.config.PropertyException;
import com.oracle.labs.mlrg.olcut.provenance.ConfiguredObjectProvenance;
import com.oracle.labs.mlrg.olcut.provenance.Provenancable;
import com.oracle.labs.mlrg.olcut.provenance.impl.ConfiguredObjectProvenanceImpl;
import io.github.tribuollm.runtime.Settings;
import java.util.function.Consumer;

/**
 * How parameters descend: passes over the data, the learning rate and AdamW. By default the paper's: one epoch at a
 * peak learning rate of 1e-4 with a cosine schedule, without warm-up and weight decay. Immutable.
 */
public final class Optimisation implements Configurable, Provenancable<ConfiguredObjectProvenance> {
    @Config(description = "Passes over the data.")
    private int epochs = 1;

    @Config(description = "Steps of the run, however many passes over the data they take; 0 where epochs decide.")
    private int maxSteps = 0;

    @Config(description = "The peak learning rate.")
    private double learningRate = 1e-4;

    @Config(description = "How the learning rate changes: CONSTANT, LINEAR or COSINE.")
    private LearningRateSchedule schedule = LearningRateSchedule.COSINE;

    @Config(description = "The fraction of the steps in which the learning rate warms up, in [0, 1).")
    private double warmupRatio = 0;

    @Config(description = "AdamW's decoupled weight decay.")
    private double weightDecay = 0;

    @Config(description = "AdamW's decay of the mean of gradients.")
    private double beta1 = 0.9;

    @Config(description = "AdamW's decay of the mean of squared gradients.")
    private double beta2 = 0.999;

    @Config(description = "The largest gradient norm; larger gradients are scaled down to it.")
    private double clipNorm = 1;

    /** The paper's setting. */
    public Optimisation() {}

    private Optimisation(Optimisation other) {
        epochs = other.epochs;
        maxSteps = other.maxSteps;
        learningRate = other.learningRate;
        schedule = other.schedule;
        warmupRatio = other.warmupRatio;
        weightDecay = other.weightDecay;
        beta1 = other.beta1;
        beta2 = other.beta2;
        clipNorm = other.clipNorm;
    }

    private Optimisation with(Consumer<Optimisation> change) {
        Optimisation changed = new Optimisation(this);
        change.accept(changed);
        changed.postConfig();
        return changed;
    }

    /**
     * The same with more or fewer passes over the data.
     *
     * @param passes at least 1
     * @throws PropertyException if it is out of range
     */
    public Optimisation withEpochs(int passes) {
        return with(o -> o.epochs = passes);
    }

    /**
     * The same with so many steps, as transformers' {@code max_steps}: in place of the epochs, begun again from the
     * first row as often as need be. The schedule of the learning rate spans them.
     *
     * @param steps at least 1; 0 where epochs decide
     * @throws PropertyException if it is negative
     */
    public Optimisation withMaxSteps(int steps) {
        return with(o -> o.maxSteps = steps);
    }

    /**
     * The same with another peak learning rate.
     *
     * @param peak positive
     * @throws PropertyException if it is out of range
     */
    public Optimisation withLearningRate(double peak) {
        return with(o -> o.learningRate = peak);
    }

    /** The same with another schedule of the learning rate. */
    public Optimisation withSchedule(LearningRateSchedule other) {
        return with(o -> o.schedule = other);
    }

    /**
     * The same with a warm-up, in which the learning rate rises linearly.
     *
     * @param fraction the fraction of the steps, in [0, 1)
     * @throws PropertyException if it is out of range
     */
    public Optimisation withWarmupRatio(double fraction) {
        return with(o -> o.warmupRatio = fraction);
    }

    /**
     * The same with weight decay, which is decoupled from the gradient.
     *
     * @param rate at least 0
     * @throws PropertyException if it is out of range
     */
    public Optimisation withWeightDecay(double rate) {
        return with(o -> o.weightDecay = rate);
    }

    /**
     * The same with another decay of the mean of gradients.
     *
     * @param decay in [0, 1)
     * @throws PropertyException if it is out of range
     */
    public Optimisation withBeta1(double decay) {
        return with(o -> o.beta1 = decay);
    }

    /**
     * The same with another decay of the mean of squared gradients.
     *
     * @param decay in [0, 1)
     * @throws PropertyException if it is out of range
     */
    public Optimisation withBeta2(double decay) {
        return with(o -> o.beta2 = decay);
    }

    /**
     * The same with another bound of the gradient.
     *
     * @param norm positive; a gradient whose Euclidean norm is larger is scaled down to it
     * @throws PropertyException if it is out of range
     */
    public Optimisation withClipNorm(double norm) {
        return with(o -> o.clipNorm = norm);
    }

    /**
     * Checks the fields.
     *
     * @throws PropertyException naming the field that is out of range
     */
    @Override
    public void postConfig() {
        Settings.require("epochs", epochs >= 1, "must be at least 1: " + epochs);
        Settings.require("maxSteps", maxSteps >= 0, "must not be negative: " + maxSteps);
        Settings.require(
                "learningRate", learningRate > 0 && Double.isFinite(learningRate), "must be positive: " + learningRate);
        Settings.requireGiven("schedule", schedule);
        Settings.require("warmupRatio", warmupRatio >= 0 && warmupRatio < 1, "must lie in [0, 1): " + warmupRatio);
        Settings.require(
                "weightDecay",
                weightDecay >= 0 && Double.isFinite(weightDecay),
                "must be finite and not negative: " + weightDecay);
        Settings.require("beta1", beta1 >= 0 && beta1 < 1, "must lie in [0, 1): " + beta1);
        Settings.require("beta2", beta2 >= 0 && beta2 < 1, "must lie in [0, 1): " + beta2);
        Settings.require("clipNorm", clipNorm > 0, "must be positive: " + clipNorm);
    }

    /** {@return passes over the data} */
    public int epochs() {
        return epochs;
    }

    /** {@return the steps of a run; 0 where epochs decide} */
    public int maxSteps() {
        return maxSteps;
    }

    /** {@return the decoupled weight decay} */
    public double weightDecay() {
        return weightDecay;
    }

    /** {@return the decay of the mean of gradients} */
    public double beta1() {
        return beta1;
    }

    /** {@return the decay of the mean of squared gradients} */
    public double beta2() {
        return beta2;
    }

    /** {@return the largest gradient norm} */
    public double clipNorm() {
        return clipNorm;
    }

    /**
     * The learning rate of a step, which is what the logs show for it, as transformers' Trainer does: 0 in the first
     * step of a warm-up.
     *
     * @param step the step, from 0
     * @param steps the steps of the run
     */
    public double learningRate(int step, int steps) {
        return learningRate * schedule.factor(step, (int) Math.ceil(warmupRatio * steps), steps);
    }

    @Override
    public ConfiguredObjectProvenance getProvenance() {
        return new ConfiguredObjectProvenanceImpl(this, "Optimisation");
    }

    @Override
    public String toString() {
        return "AdamW (beta1 " + beta1 + ", beta2 " + beta2 + ", weight decay " + weightDecay + ", clip norm "
                + clipNorm
                + "), learning rate " + learningRate + ", " + schedule + ", warm-up " + warmupRatio
                + (maxSteps == 0 ? ", epochs " + epochs : ", steps " + maxSteps);
    }
}
