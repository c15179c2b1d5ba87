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
package io.github.tribuollm.llm.evaluation.alpacaeval;

import com.oracle.labs.mlrg.olcut.config.Config;
import com.oracle.labs.mlrg.olcut.config.Configurable;
import com.oracle.labs.mlrg.olcut.config.PropertyException;
import com.oracle.labs.mlrg.olcut.provenance.Provenancable;
import io.github.tribuollm.llm.data.ConversationSourceProvenance;
import io.github.tribuollm.llm.data.DataException;
import io.github.tribuollm.llm.evaluation.EvaluationException;
import io.github.tribuollm.runtime.Settings;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.tribuo.provenance.ConfiguredDataSourceProvenance;

/**
 * AlpacaEval's {@code df_gamed.csv}: the preferences on verbose and concise answers of the baseline model, and how
 * difficult each instruction is. Immutable.
 */
public final class GamedBaselines implements Configurable, Provenancable<ConfiguredDataSourceProvenance> {
    private static final int MOST_ROWS = 1_000_000;
    private static final List<String> COLUMNS =
            List.of("preference", "index", "std_delta_len", "instruction_difficulty");

    @Config(mandatory = true, description = "AlpacaEval's df_gamed.csv.")
    private Path path;

    private GamedBaselines() {}

    /**
     * Names the file.
     *
     * @param path the file
     * @throws PropertyException if it is not there
     */
    public GamedBaselines(Path path) {
        this.path = path;
        postConfig();
    }

    /**
     * Checks the field.
     *
     * @throws PropertyException if the file is not there
     */
    @Override
    public void postConfig() {
        Settings.requireGiven("path", path);
        Settings.require(
                "path",
                Files.isReadable(path),
                "There is no readable file " + path.toAbsolutePath() + "; df_gamed.csv comes from the data set"
                        + " tatsu-lab/alpaca_eval of Hugging Face and has the columns " + COLUMNS);
    }

    /** {@return the file} */
    public Path path() {
        return path;
    }

    List<GamedRow> rows() {
        try (BufferedReader in = Files.newBufferedReader(path)) {
            String head = in.readLine();
            List<String> names = head == null ? List.of() : List.of(head.split(",", -1));
            for (String column : COLUMNS) {
                if (!names.contains(column)) {
                    throw new DataException(path + ":1: there is no column " + column + " among " + names);
                }
            }
            List<GamedRow> rows = new ArrayList<>();
            for (String line = in.readLine(); line != null && rows.size() < MOST_ROWS; line = in.readLine()) {
                rows.add(row(names, line.split(",", -1), rows.size() + 2));
            }
            return rows;
        } catch (IOException e) {
            throw new DataException("Cannot read " + path + ": " + e.getMessage(), e);
        }
    }

    /**
     * How difficult each instruction is, for a regression.
     *
     * @param rows those of the file
     * @param instructions the number of instructions
     * @return the difficulties, shape [instructions]
     * @throws EvaluationException if there is no row of an instruction, or there are too few rows
     */
    double[] difficulties(List<GamedRow> rows, int instructions) {
        Map<Integer, Double> byIndex = new HashMap<>();
        rows.forEach(row -> byIndex.putIfAbsent(row.index(), row.difficulty()));
        double[] difficulties = new double[instructions];
        for (int i = 0; i < instructions; i++) {
            if (!byIndex.containsKey(i)) {
                throw new EvaluationException(path + " has no row of index " + i
                        + ", of which it should say how difficult the instruction is; take AlpacaEval's df_gamed.csv");
            }
            difficulties[i] = byIndex.get(i);
        }
        if (rows.size() < LengthControlled.FOLDS) {
            throw new EvaluationException(path + " has " + rows.size() + " rows, too few for a cross-validation in "
                    + LengthControlled.FOLDS + " parts; take AlpacaEval's df_gamed.csv");
        }
        return difficulties;
    }

    private GamedRow row(List<String> names, String[] cells, int line) {
        double[] values = new double[COLUMNS.size()];
        for (int i = 0; i < values.length; i++) {
            int column = names.indexOf(COLUMNS.get(i));
            values[i] = number(column < cells.length ? cells[column] : "", COLUMNS.get(i), line);
        }
        if (values[0] < 0 || values[0] > 1 || values[1] < 0 || values[1] != (int) values[1]) {
            throw new DataException(
                    path + ":" + line + ": preference " + values[0] + " or index " + values[1] + " is out of range");
        }
        return new GamedRow(values[0], (int) values[1], values[2], values[3]);
    }

    private double number(String cell, String column, int line) {
        try {
            double value = Double.parseDouble(cell.strip());
            if (Double.isFinite(value)) {
                return value;
            }
        } catch (NumberFormatException e) {
            // Told below, with its place.
        }
        throw new DataException(path + ":" + line + ": " + column + " is not a finite number: \"" + cell + "\"");
    }

    @Override
    public ConfiguredDataSourceProvenance getProvenance() {
        return new ConversationSourceProvenance(this, path);
    }

    @Override
    public String toString() {
        return "GamedBaselines(" + path + ")";
    }
}
