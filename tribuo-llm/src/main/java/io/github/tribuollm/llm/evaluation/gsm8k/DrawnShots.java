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
package io.github.tribuollm.llm.evaluation.gsm8k;

import com.oracle.labs.mlrg.olcut.config.Config;
import com.oracle.labs.mlrg.olcut.config.PropertyException;
import com.oracle.labs.mlrg.olcut.provenance.ConfiguredObjectProvenance;
import com.oracle.labs.mlrg.olcut.provenance.impl.ConfiguredObjectProvenanceImpl;
import io.github.tribuollm.llm.data.DataException;
import io.github.tribuollm.llm.data.Gsm8kSource;
import io.github.tribuollm.llm.evaluation.PythonRandom;
import io.github.tribuollm.llm.evaluation.Shot;
import io.github.tribuollm.runtime.Settings;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * Shots that are drawn anew for every question, with the numbers that lm-evaluation-harness draws from the same seed.
 * Immutable.
 */
public final class DrawnShots implements Shots {
    @Config(mandatory = true, description = "The rows to draw from: GSM8K's train.jsonl.")
    private Gsm8kSource rows;

    @Config(description = "How many shots go before each question.")
    private int count = 5;

    @Config(description = "The seed of the draws; lm-evaluation-harness takes 1234.")
    private long seed = 1234;

    private DrawnShots() {}

    /**
     * The harness's setting: five shots, seed 1234.
     *
     * @param rows the rows to draw from
     * @throws PropertyException if the rows are null
     */
    public DrawnShots(Gsm8kSource rows) {
        this.rows = rows;
        postConfig();
    }

    private DrawnShots with(Consumer<DrawnShots> change) {
        DrawnShots changed = new DrawnShots();
        changed.rows = rows;
        changed.count = count;
        changed.seed = seed;
        change.accept(changed);
        changed.postConfig();
        return changed;
    }

    /**
     * The same from other rows.
     *
     * @param other the rows to draw from
     * @throws PropertyException if they are null
     */
    public DrawnShots withRows(Gsm8kSource other) {
        return with(s -> s.rows = other);
    }

    /**
     * The same with more or fewer shots.
     *
     * @param shots at least 0
     * @throws PropertyException if it is negative
     */
    public DrawnShots withCount(int shots) {
        return with(s -> s.count = shots);
    }

    /** The same with another seed. */
    public DrawnShots withSeed(long other) {
        return with(s -> s.seed = other);
    }

    /**
     * Checks the fields.
     *
     * @throws PropertyException naming the field that is wrong
     */
    @Override
    public void postConfig() {
        Settings.requireGiven("rows", rows);
        Settings.require("count", count >= 0, "must be at least 0: " + count);
    }

    @Override
    public int count() {
        return count;
    }

    @Override
    public boolean ofRows() {
        return true;
    }

    @Override
    public Supplier<List<Shot>> draws(Gsm8kFormat format) {
        if (count == 0) {
            return List::of;
        }
        List<Shot> all = Gsm8kRow.of(rows).stream().map(format::shot).toList();
        if (all.size() < count) {
            throw new DataException(rows.path() + " has " + all.size() + " rows; " + count + " shots cannot be drawn");
        }
        PythonRandom random = PythonRandom.of(seed);
        return () -> Arrays.stream(random.sample(all.size(), count))
                .mapToObj(all::get)
                .toList();
    }

    @Override
    public ConfiguredObjectProvenance getProvenance() {
        return new ConfiguredObjectProvenanceImpl(this, "Shots");
    }

    @Override
    public String toString() {
        return count + " shots drawn from " + rows.path() + " (seed " + seed + ")";
    }
}
