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
package io.github.tribuollm.llm.generation;

import io.github.tribuollm.uncertainty.Csv;
import io.github.tribuollm.uncertainty.Measure;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** Generations as comma-separated values, a row an answer; scores are empty where they were not measured. */
public final class GenerationTable {
    private GenerationTable() {}

    /** The name of the mean of a measure over the tokens of an answer. */
    static String mean(Measure measure) {
        return "mean_" + measure.label();
    }

    /**
     * The names of the columns.
     *
     * @param measures what was measured of tokens beside log-probability and entropy
     * @return a line without its end
     */
    public static String header(Set<Measure> measures) {
        List<String> names = new ArrayList<>(List.of("origin", "sample", "prompt", "text", "finish", "length"));
        for (AnswerScore score : AnswerScore.values()) {
            names.add(score.label());
        }
        for (SampleScore score : SampleScore.values()) {
            names.add(score.label());
        }
        measures.forEach(measure -> names.add(mean(measure)));
        names.add("reference");
        return String.join(",", names);
    }

    /**
     * The rows of a generation.
     *
     * @param generation the generation
     * @param measures what was measured of tokens beside log-probability and entropy
     * @return a row for each answer
     */
    public static List<String> rows(Generation generation, Set<Measure> measures) {
        return generation.answers().stream()
                .map(answer -> row(generation, answer, measures))
                .toList();
    }

    private static String row(Generation generation, Answer answer, Set<Measure> measures) {
        List<String> fields = new ArrayList<>(List.of(
                Csv.field(generation.prompt().origin()),
                Integer.toString(answer.sample()),
                Csv.field(generation.prompt().question()),
                Csv.field(answer.text()),
                answer.finish().name().toLowerCase(Locale.ROOT),
                Integer.toString(answer.tokens().size())));
        for (AnswerScore score : AnswerScore.values()) {
            fields.add(Csv.field(answer.score(score)));
        }
        for (SampleScore score : SampleScore.values()) {
            fields.add(Csv.field(generation.score(score)));
        }
        measures.forEach(measure -> fields.add(Csv.field(answer.mean(measure))));
        fields.add(Csv.field(generation.prompt().reference().orElse("")));
        return String.join(",", fields);
    }
}
