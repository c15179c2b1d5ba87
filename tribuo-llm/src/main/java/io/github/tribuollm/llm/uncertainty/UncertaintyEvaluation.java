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
package io.github.tribuollm.llm.uncertainty;

import com.oracle.labs.mlrg.olcut.provenance.Provenancable;
import io.github.tribuollm.llm.progress.Numbers;
import io.github.tribuollm.llm.progress.TextTable;
import io.github.tribuollm.uncertainty.Measure;
import io.github.tribuollm.uncertainty.TokenMeasures;
import java.util.List;
import java.util.stream.DoubleStream;

/**
 * How sure a model is about each completion token of a data set. A document's means and sums are
 * {@link TokenMeasures#mean} and {@link TokenMeasures#sum}.
 *
 * @param documents what was measured of each document, in the order of the data
 * @param provenance of model, data and evaluator
 */
public record UncertaintyEvaluation(List<TokenMeasures> documents, UncertaintyProvenance provenance)
        implements Provenancable<UncertaintyProvenance> {
    /**
     * Copies the list.
     *
     * @param documents what was measured of each document
     * @param provenance of model, data and evaluator
     */
    public UncertaintyEvaluation {
        documents = List.copyOf(documents);
    }

    /**
     * The mean of a measure over all completion tokens.
     *
     * @param measure what the evaluator has measured
     * @return the mean; NaN without completion tokens
     * @throws IllegalArgumentException if it was not measured
     */
    public double mean(Measure measure) {
        return values(measure).average().orElse(Double.NaN);
    }

    /** {@return the exponential of the mean loss; at least 1} */
    public double perplexity() {
        return Math.exp(mean(Measure.LOSS));
    }

    private DoubleStream values(Measure measure) {
        return documents.stream().flatMapToDouble(document -> document.completionValues(measure.label()));
    }

    @Override
    public UncertaintyProvenance getProvenance() {
        return provenance;
    }

    /** {@return the counts and a table of the means of all measures} */
    @Override
    public String toString() {
        TextTable table = new TextTable("measure", "mean", "unit");
        measures().forEach(measure -> table.row(measure.label(), TextTable.number(mean(measure), 4), measure.unit()));
        long tokens =
                documents.stream().mapToLong(d -> d.completion().cardinality()).sum();
        return Numbers.counted(documents.size(), "document") + ", " + Numbers.counted(tokens, "completion token") + "\n"
                + table;
    }

    /** {@return what was measured} */
    public List<Measure> measures() {
        return documents.stream().findFirst().stream()
                .flatMap(document -> document.measures().keySet().stream())
                .flatMap(name -> Measure.named(name).stream())
                .toList();
    }
}
