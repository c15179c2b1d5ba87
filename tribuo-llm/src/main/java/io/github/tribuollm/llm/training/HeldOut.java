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
import io.github.tribuollm.llm.data.TokenSequence;
import io.github.tribuollm.llm.token.TokenSource;
import io.github.tribuollm.runtime.Settings;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Consumer;

/**
 * Data that a run does not learn from, on which it measures the mean loss of a completion token: once before the first
 * step, which costs a forward pass and shows what training changes, every so many steps if an interval is given, and
 * after the last. By default there are none. Immutable.
 */
public final class HeldOut implements Configurable, Provenancable<ConfiguredObjectProvenance> {
    @Config(description = "The data, by the names under which results are reported.")
    private Map<String, TokenSource> data = new HashMap<>();

    @Config(description = "Steps between evaluations; 0 evaluates before the first step and after the last only.")
    private int interval = 0;

    @Config(description = "Passes over the training data between evaluations, such as 0.25; 0 where steps decide.")
    private double epochInterval = 0;

    @Config(
            description = "The run ends after so many evaluations in turn that do not improve on the least loss; 0 for"
                    + " never.")
    private int patience = 0;

    @Config(description = "An improvement must be larger than this to count, nats a token.")
    private double minDelta = 0;

    @Config(description = "Whether the result is the model with the least loss, in place of the last one.")
    private boolean keepBest = false;

    @Config(description = "The data whose loss decides, by name; needed where there are several.")
    private String criterion = "";

    /** No data. */
    public HeldOut() {}

    private HeldOut(HeldOut other) {
        data = new HashMap<>(other.data);
        interval = other.interval;
        epochInterval = other.epochInterval;
        patience = other.patience;
        minDelta = other.minDelta;
        keepBest = other.keepBest;
        criterion = other.criterion;
    }

    private HeldOut with(Consumer<HeldOut> change) {
        HeldOut changed = new HeldOut(this);
        change.accept(changed);
        changed.postConfig();
        return changed;
    }

    /**
     * The same with one more source.
     *
     * @param name the name under which its results are reported; it replaces a source of the same name
     */
    public HeldOut with(String name, TokenSource source) {
        return with(h -> h.data.put(name, source));
    }

    /** The same with other data, by the names under which results are reported. */
    public HeldOut withData(Map<String, ? extends TokenSource> sources) {
        Settings.requireGiven("data", sources);
        return with(h -> h.data = new HashMap<>(sources));
    }

    /**
     * The same with evaluations between steps.
     *
     * @param steps the steps between two evaluations; 0 for none
     * @throws PropertyException if it is negative
     */
    public HeldOut withInterval(int steps) {
        return with(h -> h.interval = steps);
    }

    /**
     * The same with evaluations between passes over the training data, or within them.
     *
     * @param epochs the passes between two evaluations, which may be a fraction; 0 for none
     * @throws PropertyException if it is negative, or there is an interval in steps already
     */
    public HeldOut withEpochInterval(double epochs) {
        return with(h -> h.epochInterval = epochs);
    }

    /**
     * The same with a run that ends when the loss no longer falls.
     *
     * @param evaluations how many in turn may fail to improve on the least loss; 0 for any number
     * @throws PropertyException if it is negative
     */
    public HeldOut withPatience(int evaluations) {
        return with(h -> h.patience = evaluations);
    }

    /**
     * The same with a larger improvement asked for.
     *
     * @param nats a smaller improvement does not count; at least 0
     * @throws PropertyException if it is negative
     */
    public HeldOut withMinDelta(double nats) {
        return with(h -> h.minDelta = nats);
    }

    /**
     * The same with another choice of the result.
     *
     * @param best true for the model with the least loss at an evaluation after the first step, false for the last one
     */
    public HeldOut withKeepBest(boolean best) {
        return with(h -> h.keepBest = best);
    }

    /** The same with a decision by the loss on some data, of a name; the empty name where there are no others. */
    public HeldOut withCriterion(String name) {
        return with(h -> h.criterion = name);
    }

    /**
     * Checks the fields.
     *
     * @throws PropertyException naming the field that is out of range
     */
    @Override
    public void postConfig() {
        cadence().require("interval", "epochInterval");
        data.keySet().forEach(name -> Settings.require("data", name != null, "has a source without a name"));
        data.forEach((name, source) -> Settings.require("data", source != null, "has no source of the name " + name));
        Settings.require("patience", patience >= 0, "must not be negative: " + patience);
        Settings.require(
                "minDelta", minDelta >= 0 && Double.isFinite(minDelta), "must be finite and not negative: " + minDelta);
        Settings.requireGiven("criterion", criterion);
    }

    /**
     * Checks that what is asked for can be decided.
     *
     * @throws PropertyException naming the field without which it cannot, or which cannot act
     */
    public void requireDecision() {
        Settings.require("minDelta", minDelta == 0 || patience > 0, "acts with a patience only; set patience");
        Settings.require(
                "criterion", criterion.isEmpty() || decides(), "decides nothing; set patience, keepBest, or both");
        if (decides()) {
            String field = patience > 0 ? "patience" : "keepBest";
            Settings.require(field, !data.isEmpty(), "needs held-out data, whose loss decides");
            Settings.require(
                    field, !cadence().never(), "needs evaluations between steps: set interval or epochInterval");
            Settings.require(
                    "criterion",
                    data.containsKey(criterion) || criterion.isEmpty() && data.size() == 1,
                    (criterion.isEmpty() ? "is missing" : "names no held-out data: " + criterion) + "; choose one of "
                            + String.join(", ", new TreeMap<>(data).keySet()));
        }
    }

    /** {@return the data, by the names under which results are reported} */
    public SortedMap<String, TokenSource> data() {
        return Collections.unmodifiableSortedMap(new TreeMap<>(data));
    }

    /** How often it is evaluated between the first step and the last. */
    Cadence cadence() {
        return new Cadence(interval, epochInterval);
    }

    /** Whether evaluations decide what a run does. */
    boolean decides() {
        return patience > 0 || keepBest;
    }

    /** The name of the data whose loss decides. */
    String decisive() {
        return criterion.isEmpty() ? data.keySet().iterator().next() : criterion;
    }

    int patience() {
        return patience;
    }

    double minDelta() {
        return minDelta;
    }

    boolean keepsBest() {
        return keepBest;
    }

    /** What the result depends on; nothing if evaluations decide nothing. */
    RunIdentity decision() {
        return decides()
                ? RunIdentity.none()
                        .with("heldOut.interval", Integer.toString(interval))
                        .with("heldOut.epochInterval", Double.toString(epochInterval))
                        .with("heldOut.patience", Integer.toString(patience))
                        .with("heldOut.minDelta", Double.toString(minDelta))
                        .with("heldOut.keepBest", Boolean.toString(keepBest))
                        .with("heldOut.criterion", decisive())
                : RunIdentity.none();
    }

    boolean isEmpty() {
        return data.isEmpty();
    }

    SortedMap<String, List<TokenSequence>> sequences() {
        SortedMap<String, List<TokenSequence>> sequences = new TreeMap<>();
        data.forEach((name, source) -> sequences.put(name, source.sequences()));
        return sequences;
    }

    @Override
    public ConfiguredObjectProvenance getProvenance() {
        return new ConfiguredObjectProvenanceImpl(this, "HeldOut");
    }

    @Override
    public String toString() {
        if (data.isEmpty()) {
            return "no held-out data";
        }
        return "held-out data " + String.join(", ", new TreeMap<>(data).keySet()) + ", evaluated before and after"
                + (cadence().never() ? "" : " and " + cadence())
                + (patience == 0 ? "" : ", patience " + patience + ", least improvement " + minDelta)
                + (keepBest ? ", the best is kept" : "");
    }
}
