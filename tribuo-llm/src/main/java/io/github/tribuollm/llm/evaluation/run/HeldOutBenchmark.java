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
package io.github.tribuollm.llm.evaluation.run;

import com.oracle.labs.mlrg.olcut.config.Config;
import com.oracle.labs.mlrg.olcut.config.PropertyException;
import com.oracle.labs.mlrg.olcut.provenance.ConfiguredObjectProvenance;
import com.oracle.labs.mlrg.olcut.provenance.impl.ConfiguredObjectProvenanceImpl;
import io.github.tribuollm.llm.data.TokenSequence;
import io.github.tribuollm.llm.evaluation.EvaluationException;
import io.github.tribuollm.llm.evaluation.Query;
import io.github.tribuollm.llm.scoring.ScoredModel;
import io.github.tribuollm.llm.scoring.SequenceScores;
import io.github.tribuollm.llm.scoring.TokenScorer;
import io.github.tribuollm.llm.token.TokenSource;
import io.github.tribuollm.objectives.token.ColumnNames;
import io.github.tribuollm.objectives.token.TokenMeasure;
import io.github.tribuollm.runtime.Settings;
import io.github.tribuollm.uncertainty.statistics.Calibration;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * How likely a model finds the completions of held-out rows: loss, perplexity, token accuracy, and calibration, which is
 * how often its likeliest token is right beside how sure it is of it. Where the data
 * say how much each token counts, tokens count as much. Immutable.
 */
public final class HeldOutBenchmark implements Benchmark {
    private static final List<TokenMeasure> MEASURES =
            List.of(TokenMeasure.NLL, TokenMeasure.HIT, TokenMeasure.BEST_NLL);
    private static final int BATCH = 8;

    @Config(mandatory = true, description = "The rows, encoded for the models' vocabulary.")
    private TokenSource data;

    @Config(description = "The name of the results.")
    private String name = "held_out";

    @Config(description = "The bins of confidence in which calibration is measured.")
    private int bins = Calibration.BINS;

    private HeldOutBenchmark() {}

    /**
     * A benchmark.
     *
     * @param data the rows, encoded for the models' vocabulary
     * @throws PropertyException if they are null
     */
    public HeldOutBenchmark(TokenSource data) {
        this.data = data;
        postConfig();
    }

    private HeldOutBenchmark(TokenSource data, String name, int bins) {
        this.data = data;
        this.name = name;
        this.bins = bins;
        postConfig();
    }

    /**
     * The same under another name.
     *
     * @param other the name of the results, of letters, digits, {@code _} and {@code -}
     * @throws PropertyException if it is none
     */
    public HeldOutBenchmark withName(String other) {
        return new HeldOutBenchmark(data, other, bins);
    }

    /**
     * The same with more or fewer bins of confidence.
     *
     * @param number at least 1
     * @throws PropertyException if it is out of range
     */
    public HeldOutBenchmark withBins(int number) {
        return new HeldOutBenchmark(data, name, number);
    }

    /**
     * Checks the fields.
     *
     * @throws PropertyException naming the field that is wrong
     */
    @Override
    public void postConfig() {
        Settings.requireGiven("data", data);
        Settings.require("bins", bins >= 1, "must be at least 1: " + bins);
        Settings.require(
                "name",
                name.matches("[\\w-]+"),
                "must be of letters, digits, _ and -, which a file's name has: " + name);
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public List<Query> queries() {
        return List.of();
    }

    @Override
    public void requireData() {
        rows();
    }

    private List<TokenSequence> rows() {
        List<TokenSequence> rows = data.sequences();
        if (rows.stream().allMatch(row -> row.completionTokens() == 0)) {
            throw new EvaluationException(
                    data + " has no completion token to measure; check its rows and its template");
        }
        return rows;
    }

    @Override
    public Measurement measure(MeasuredModel model, Path unfinished) {
        List<TokenSequence> rows = rows();
        ScoredModel scored = model.scored(ScoredModel.longest(rows)).inBatchesOf(BATCH);
        Calibration.Builder calibration = new Calibration.Builder(bins);
        List<LikelihoodResult.Row> measured = new ArrayList<>();
        try (TokenScorer scorer = TokenScorer.of(scored, MEASURES)) {
            scorer.score(rows, (row, scores) -> measured.add(measured(model, row, scores, calibration)));
        }
        LikelihoodResult result = new LikelihoodResult(name, toString(), measured, calibration.build());
        return new Measurement(result, List.of(), Optional.of(result.calibration()));
    }

    private static LikelihoodResult.Row measured(
            MeasuredModel model, TokenSequence row, SequenceScores scores, Calibration.Builder calibration) {
        float[] weights = row.columns().get(ColumnNames.TOKEN_WEIGHT);
        double tokens = 0;
        double loss = 0;
        double hits = 0;
        for (int i = row.completion().nextSetBit(0);
                i >= 0;
                i = row.completion().nextSetBit(i + 1)) {
            double weight = weights == null ? 1 : weights[i];
            double hit = scores.of(TokenMeasure.HIT)[i];
            tokens += weight;
            loss += weight * scores.of(TokenMeasure.NLL)[i];
            hits += weight * hit;
            calibration.add(Math.exp(-scores.of(TokenMeasure.BEST_NLL)[i]), hit, weight);
        }
        String text = String.join("", model.base().tokenizer().display(row.tokens()));
        return new LikelihoodResult.Row(row.origin(), text, tokens, loss, hits);
    }

    @Override
    public ConfiguredObjectProvenance getProvenance() {
        return new ConfiguredObjectProvenanceImpl(this, "Benchmark");
    }

    @Override
    public String toString() {
        return name + " (" + data + ", " + bins + " bins of confidence)";
    }
}
