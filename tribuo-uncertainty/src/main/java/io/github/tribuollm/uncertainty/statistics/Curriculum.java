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
package io.github.tribuollm.uncertainty.statistics;

import io.github.tribuollm.uncertainty.SummaryTable;
import io.github.tribuollm.uncertainty.TokenClass;
import io.github.tribuollm.uncertainty.TokenMeasures;
import java.util.ArrayList;
import java.util.Collections;
import java.util.DoubleSummaryStatistics;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The same documents measured again and again in the course of training: which tokens, and which kinds of token, carry
 * the loss early and late. Where training selects tokens by a measure, this is the curriculum that it makes of itself
 * (the paper's Figure 4). Immutable.
 */
public final class Curriculum {
    private final String measure;
    private final SortedMap<Long, List<TokenMeasures>> steps;

    private Curriculum(String measure, SortedMap<Long, List<TokenMeasures>> steps) {
        this.measure = measure;
        this.steps = steps;
    }

    /**
     * Starts a curriculum without steps.
     *
     * @param measure the name of the measure that its table sums up, such as {@code loss}
     * @return the curriculum
     */
    public static Curriculum of(String measure) {
        return new Curriculum(measure, new TreeMap<>());
    }

    /**
     * Adds what was measured after a step.
     *
     * @param step optimiser steps done so far, at least 0
     * @param documents the documents, with the same tokens as at every other step
     * @return the longer curriculum
     * @throws IllegalArgumentException if the step was added before, if a document lacks the measure, or if the
     *     documents are not those of the other steps
     */
    public Curriculum and(long step, List<TokenMeasures> documents) {
        documents.forEach(document -> document.measure(measure));
        if (steps.containsKey(step)) {
            throw new IllegalArgumentException("step " + step + " is there already; add each step once");
        }
        if (!steps.isEmpty() && !texts(documents).equals(texts(first()))) {
            throw new IllegalArgumentException("the documents at step " + step + " are not those at step "
                    + steps.firstKey() + "; measure the same documents at every step");
        }
        SortedMap<Long, List<TokenMeasures>> more = new TreeMap<>(steps);
        more.put(step, List.copyOf(documents));
        return new Curriculum(measure, more);
    }

    private List<TokenMeasures> first() {
        return steps.get(steps.firstKey());
    }

    private static List<List<String>> texts(List<TokenMeasures> documents) {
        return documents.stream().map(TokenMeasures::tokens).toList();
    }

    /**
     * {@return the mean of the measure for each class of token at each step, with the class's share of the sum}
     */
    public SummaryTable table() {
        List<String> header = new ArrayList<>(List.of("kind of token", "tokens"));
        steps.keySet().forEach(step -> header.addAll(List.of("step " + step, "share (%)")));
        SummaryTable table = SummaryTable.captioned(
                "Mean " + measure + " by kind of token, and the kind's share of the sum",
                header.toArray(String[]::new));
        List<Map<TokenClass, DoubleSummaryStatistics>> byStep =
                steps.values().stream().map(this::byClass).toList();
        for (TokenClass kind : TokenClass.values()) {
            if (byStep.stream().anyMatch(classes -> classes.containsKey(kind))) {
                table = table.row(kind.toString(), row(kind, byStep));
            }
        }
        return table;
    }

    private static double[] row(TokenClass kind, List<Map<TokenClass, DoubleSummaryStatistics>> byStep) {
        List<Double> row = new ArrayList<>();
        for (Map<TokenClass, DoubleSummaryStatistics> classes : byStep) {
            DoubleSummaryStatistics tokens = classes.getOrDefault(kind, new DoubleSummaryStatistics());
            if (row.isEmpty()) {
                row.add((double) tokens.getCount());
            }
            double sum = classes.values().stream()
                    .mapToDouble(DoubleSummaryStatistics::getSum)
                    .sum();
            row.add(tokens.getCount() == 0 ? Double.NaN : tokens.getAverage());
            row.add(100 * tokens.getSum() / sum);
        }
        return row.stream().mapToDouble(Double::doubleValue).toArray();
    }

    private Map<TokenClass, DoubleSummaryStatistics> byClass(List<TokenMeasures> documents) {
        Map<TokenClass, DoubleSummaryStatistics> classes = new EnumMap<>(TokenClass.class);
        for (TokenMeasures document : documents) {
            double[] values = document.measure(measure);
            document.completion().stream()
                    .filter(token -> !Double.isNaN(values[token]))
                    .forEach(token -> classes.computeIfAbsent(
                                    TokenClass.of(document.tokens().get(token)), kind -> new DoubleSummaryStatistics())
                            .accept(values[token]));
        }
        return classes;
    }

    /**
     * {@return what was measured after each step, by the number of steps, in their order}
     */
    public SortedMap<Long, List<TokenMeasures>> steps() {
        return Collections.unmodifiableSortedMap(steps);
    }
}
