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
package io.github.tribuollm.llm.cli;

import io.github.tribuollm.llm.data.TokenSequence;
import io.github.tribuollm.llm.progress.TextTable;
import io.github.tribuollm.llm.scoring.TokenExplanation;
import io.github.tribuollm.objectives.Objective;
import io.github.tribuollm.uncertainty.TokenMeasures;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToDoubleFunction;

/**
 * What an objective does with a sequence.
 *
 * @param sequence its tokens
 * @param texts their texts
 * @param tokens of each completion token
 */
record ExplainedSequence(TokenSequence sequence, List<String> texts, List<TokenExplanation> tokens) {
    /** The name of a term's weight. */
    static String weight(Objective objective, int term) {
        return "weight " + (term + 1) + ": " + objective.terms().get(term).target();
    }

    /** A row for each completion token. */
    TextTable table(Objective objective) {
        List<String> header = new ArrayList<>(List.of("token", "loss"));
        objective.selections().forEach(s -> header.addAll(List.of("score", "threshold", "taken")));
        objective.terms().forEach(t -> header.addAll(List.of("weight: " + t.target(), "contribution")));
        TextTable table = new TextTable(header.toArray(String[]::new));
        tokens.forEach(token -> table.row(cells(token).toArray(String[]::new)));
        return table;
    }

    private List<String> cells(TokenExplanation token) {
        List<String> cells = new ArrayList<>();
        cells.add(printable(texts.get(token.position())));
        cells.add(TextTable.number(token.loss(), 4));
        token.selections().forEach(rank -> {
            cells.add(TextTable.number(rank.score(), 4));
            cells.add(TextTable.number(rank.threshold(), 4));
            cells.add(rank.taken() ? "*" : "");
        });
        token.terms().forEach(share -> {
            cells.add(TextTable.number(share.weight(), 6));
            cells.add(TextTable.number(share.loss(), 6));
        });
        return cells;
    }

    /** A token on one line that cannot steer a terminal. */
    private static String printable(String token) {
        StringBuilder text = new StringBuilder("'");
        token.codePoints().forEach(point -> {
            if (point == '\n') {
                text.append("\\n");
            } else if (Character.isISOControl(point)) {
                text.append('\ufffd');
            } else {
                text.appendCodePoint(point);
            }
        });
        return text.append("'").toString();
    }

    /** The figures by name; a token that the first term takes is selected. */
    TokenMeasures measures(Objective objective) {
        Map<String, double[]> measures = new LinkedHashMap<>();
        measures.put("contribution", figures(TokenExplanation::contribution));
        measures.put("loss", figures(TokenExplanation::loss));
        for (int i = 0; i < objective.selections().size(); i++) {
            int selection = i;
            measures.put(
                    "score " + (i + 1) + ": " + objective.selections().get(i),
                    figures(t -> t.selections().get(selection).score()));
        }
        for (int k = 0; k < objective.terms().size(); k++) {
            int term = k;
            measures.put(weight(objective, k), figures(t -> t.terms().get(term).weight()));
        }
        BitSet taken = new BitSet();
        tokens.stream().filter(t -> t.terms().get(0).weight() != 0).forEach(t -> taken.set(t.position()));
        return new TokenMeasures(sequence.origin(), texts, sequence.completion(), measures, taken);
    }

    private double[] figures(ToDoubleFunction<TokenExplanation> figure) {
        double[] values = new double[sequence.length()];
        Arrays.fill(values, Double.NaN);
        tokens.forEach(t -> values[t.position()] = figure.applyAsDouble(t));
        return values;
    }
}
