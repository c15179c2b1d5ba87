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

import com.oracle.labs.mlrg.olcut.config.Configurable;
import com.oracle.labs.mlrg.olcut.config.Option;
import io.github.tribuollm.objectives.Term;
import io.github.tribuollm.objectives.weight.RandomScore;
import io.github.tribuollm.objectives.weight.Selection;
import io.github.tribuollm.objectives.weight.TopQuantile;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;

/** Which tokens the masked objectives train on. */
final class MaskOptions implements OptionGroup {
    @Option(
            longName = "score",
            usage = "What tokens are ranked by: loss, entropy or random. The highest are selected. Default: loss.")
    String scoreName;

    @Option(
            longName = "quantile",
            usage = "The quantile of the score above which a token is selected: 0.75 selects a quarter.")
    Double quantile;

    @Option(longName = "granularity", usage = "What is selected: single tokens, or whole documents by their mean.")
    String granularity;

    @Option(longName = "scope", usage = "Among which tokens they are ranked.")
    String scope;

    @Option(
            longName = "normaliser",
            usage =
                    "What the loss is divided by: selected, valid (all completion tokens), all (prompts too), weight-sum,"
                            + " sequence-mean or one. Default: selected for masked-mle, otherwise valid.")
    String normaliserName;

    @Option(longName = "score-seed", usage = "The seed of the random score.")
    Long seed;

    /** Whether any was given. */
    boolean given() {
        return Stream.of(scoreName, quantile, granularity, scope, normaliserName, seed)
                .anyMatch(Objects::nonNull);
    }

    /** What they need to act under objectives. */
    List<Condition> under(List<ObjectiveName> objectives) {
        return List.of(
                Condition.of(
                        objectives.stream().anyMatch(ObjectiveName::masked),
                        "with an objective that selects tokens by options, masked-mle or masked-mle-distill",
                        "score",
                        "quantile",
                        "granularity",
                        "scope",
                        "score-seed"),
                Condition.of("random".equalsIgnoreCase(scoreName), "with --score random", "score-seed"));
    }

    @Override
    public String heading() {
        return "Selection of tokens, for the masked objectives";
    }

    @Override
    public List<Class<? extends Configurable>> configures() {
        return List.of(Selection.class, TopQuantile.class, RandomScore.class, Term.class);
    }
}
