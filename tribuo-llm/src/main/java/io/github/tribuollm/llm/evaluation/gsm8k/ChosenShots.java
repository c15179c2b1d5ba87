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
import io.github.tribuollm.llm.evaluation.Shot;
import io.github.tribuollm.runtime.Settings;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Supplier;

/** The same shots before every question, chosen by their numbers. Immutable. */
public final class ChosenShots implements Shots {
    @Config(mandatory = true, description = "The rows to choose from: GSM8K's train.jsonl.")
    private Gsm8kSource rows;

    @Config(mandatory = true, description = "The numbers of the chosen rows, the first row is 0, in the order shown.")
    private List<Integer> numbers = new ArrayList<>();

    private ChosenShots() {}

    /**
     * Chooses shots.
     *
     * @param rows the rows to choose from
     * @param numbers of the chosen ones, the first row is 0, in the order shown
     * @throws PropertyException if the rows are null, or there is no number, or a negative one
     */
    public ChosenShots(Gsm8kSource rows, int... numbers) {
        this.rows = rows;
        this.numbers = Arrays.stream(numbers).boxed().toList();
        postConfig();
    }

    /**
     * The same of other rows.
     *
     * @param other the rows to choose from
     * @throws PropertyException if they are null
     */
    public ChosenShots withRows(Gsm8kSource other) {
        return new ChosenShots(other, array());
    }

    /**
     * The same with other numbers.
     *
     * @param others the first row is 0
     * @throws PropertyException if there is none, or a negative one
     */
    public ChosenShots withNumbers(int... others) {
        return new ChosenShots(rows, others);
    }

    private int[] array() {
        return numbers.stream().mapToInt(Integer::intValue).toArray();
    }

    /**
     * Checks the fields.
     *
     * @throws PropertyException naming the field that is wrong
     */
    @Override
    public void postConfig() {
        Settings.requireGiven("rows", rows);
        Settings.require("numbers", !numbers.isEmpty(), "must name at least one row");
        Settings.require(
                "numbers", numbers.stream().allMatch(n -> n >= 0), "must be at least 0, the first row: " + numbers);
    }

    @Override
    public int count() {
        return numbers.size();
    }

    @Override
    public boolean ofRows() {
        return true;
    }

    @Override
    public Supplier<List<Shot>> draws(Gsm8kFormat format) {
        List<Gsm8kRow> all = Gsm8kRow.of(rows);
        List<Shot> chosen =
                numbers.stream().map(n -> format.shot(chosen(all, n))).toList();
        return () -> chosen;
    }

    private Gsm8kRow chosen(List<Gsm8kRow> all, int number) {
        if (number >= all.size()) {
            throw new DataException("There is no row " + number + " in " + rows.path() + ", which has " + all.size()
                    + " rows, the first of which is 0");
        }
        return all.get(number);
    }

    @Override
    public ConfiguredObjectProvenance getProvenance() {
        return new ConfiguredObjectProvenanceImpl(this, "Shots");
    }

    @Override
    public String toString() {
        return "shots " + numbers + " of " + rows.path();
    }
}
