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
package io.github.tribuollm.llm.generation.decoding;

import io.github.tribuollm.llm.memory.DecodingPasses;
import io.github.tribuollm.llm.scoring.ScoredModel;
import io.github.tribuollm.llm.uncertainty.dropout.MonteCarloDropout;
import io.github.tribuollm.llm.uncertainty.estimation.AdapterEnsemble;
import io.github.tribuollm.llm.uncertainty.estimation.UncertaintyEstimator;
import io.github.tribuollm.uncertainty.Measure;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/** Other models that read along as sequences grow, and whose predictions say how uncertain each next token is. */
interface Witnesses extends AutoCloseable {
    /** Makes room for so many tokens of each sequence, where there is less. */
    void makeRoom(int room);

    /** Lets go of what was read, and of its room. */
    void forget();

    /** Gives a place the tokens of another. */
    void move(int from, int to, int tokens);

    /**
     * Reads on.
     *
     * @param rows sequences in consecutive places
     * @param pieces their new tokens; a piece of several begins its sequence
     * @param firstPlace the first of the places
     * @return the measures of what follows each piece
     */
    List<Map<Measure, Float>> read(List<Row> rows, List<Piece> pieces, int firstPlace);

    @Override
    void close();

    /**
     * How witnesses are found.
     *
     * @param number how many there are
     * @param together how many of them are one run
     * @param models those of a model, one for each session
     * @param opening opens those of a model for so many sequences at a time
     */
    record Call(int number, int together, Function<ScoredModel, List<ScoredModel>> models, Opening opening) {
        /** Opens witnesses. */
        @FunctionalInterface
        interface Opening {
            Witnesses of(ScoredModel model, int capacity);
        }

        /** The witnesses of an estimator; empty if it has none. */
        static Optional<Call> of(UncertaintyEstimator estimator) {
            if (estimator instanceof MonteCarloDropout dropout) {
                return Optional.of(new Call(
                        dropout.passes(),
                        dropout.passes(),
                        List::of,
                        (model, capacity) -> new DropoutSamples(model, dropout, capacity)));
            }
            if (estimator instanceof AdapterEnsemble ensemble) {
                return Optional.of(new Call(
                        ensemble.passes(),
                        1,
                        model -> EnsembleMembers.ofEachForm(model, ensemble.adapters(model)),
                        (model, capacity) -> new EnsembleMembers(model, ensemble.adapters(model), capacity)));
            }
            return Optional.empty();
        }

        /** The graphs of their sessions, with the output layer that reads what they say. */
        List<DecodingPasses.GraphOf> graphs(ScoredModel model) {
            return models.apply(model).stream()
                    .<DecodingPasses.GraphOf>map(witness -> (shape, weights) ->
                            DecodingGraph.toLogits(shape.ofFrozen(shape.architecture(), witness.adapter()), weights))
                    .toList();
        }
    }
}
