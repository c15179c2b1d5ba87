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

    /** No data. */
    public HeldOut() {}

    private HeldOut(Map<String, TokenSource> data, int interval) {
        this.data = new HashMap<>(data);
        this.interval = interval;
        postConfig();
    }

    /**
     * The same with one more source.
     *
     * @param name the name under which its results are reported; it replaces a source of the same name
     */
    public HeldOut with(String name, TokenSource source) {
        Map<String, TokenSource> more = new HashMap<>(data);
        more.put(name, source);
        return new HeldOut(more, interval);
    }

    /** The same with other data, by the names under which results are reported. */
    public HeldOut withData(Map<String, ? extends TokenSource> sources) {
        return new HeldOut(new HashMap<>(Settings.requireGiven("data", sources)), interval);
    }

    /**
     * The same with evaluations between steps.
     *
     * @param steps the steps between two evaluations; 0 for none
     * @throws PropertyException if it is negative
     */
    public HeldOut withInterval(int steps) {
        return new HeldOut(data, steps);
    }

    /**
     * Checks the fields.
     *
     * @throws PropertyException naming the field that is out of range
     */
    @Override
    public void postConfig() {
        Settings.require("interval", interval >= 0, "must not be negative: " + interval);
        data.keySet().forEach(name -> Settings.require("data", name != null, "has a source without a name"));
        data.forEach((name, source) -> Settings.require("data", source != null, "has no source of the name " + name));
    }

    /** {@return the data, by the names under which results are reported} */
    public SortedMap<String, TokenSource> data() {
        return Collections.unmodifiableSortedMap(new TreeMap<>(data));
    }

    int interval() {
        return interval;
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
        return data.isEmpty()
                ? "no held-out data"
                : "held-out data " + String.join(", ", new TreeMap<>(data).keySet()) + ", evaluated before and after"
                        + (interval == 0 ? "" : " and every " + interval + " steps");
    }
}
