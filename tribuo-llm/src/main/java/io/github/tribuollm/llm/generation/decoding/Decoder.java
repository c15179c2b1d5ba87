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

import io.github.tribuollm.llm.graphs.TrainingException;
import io.github.tribuollm.llm.memory.MemoryPlanner;
import io.github.tribuollm.llm.scoring.ScoredModel;
import io.github.tribuollm.llm.uncertainty.estimation.UncertaintyEstimator;
import java.util.Iterator;
import java.util.Optional;

/** A model that continues sequences, several at once; a row that is free takes the next sequence. */
public interface Decoder extends AutoCloseable {
    /**
     * Opens a model where its graphs run.
     *
     * @param model the model; its form's number of sequences is how many are continued at once, its length the most
     *     tokens of a prompt and what follows it
     * @return the decoder; the model's base must be open as long
     * @throws TrainingException if the memory is too small, with the number of sequences that would fit
     */
    static Decoder open(ScoredModel model) {
        return model.backend().onDevice() ? LoopedDecoding.open(model) : DecodingSession.open(model);
    }

    /**
     * Opens a model that is measured while it continues sequences, see
     * {@link DecodingSession#measuring(ScoredModel, UncertaintyEstimator)}.
     *
     * @param model as in {@link #open(ScoredModel)}
     * @param estimator what is measured
     * @return the decoder
     * @throws DecodingException on a device, where nothing is measured yet
     * @throws TrainingException if the memory is too small, with the number of sequences that would fit
     */
    static Decoder measuring(ScoredModel model, UncertaintyEstimator estimator) {
        if (model.backend().onDevice()) {
            throw new DecodingException("Uncertainty is measured on the processor only while tokens come; ask for the"
                    + " provider CPU, or measure the answers afterwards, as score does");
        }
        return DecodingSession.measuring(model, estimator);
    }

    /**
     * How many sequences may be continued at once without driving other processes out of memory.
     *
     * @param model the model; its form's length is the most tokens of a prompt and what follows it
     * @param measured what is measured meanwhile
     * @param most an upper bound, at least 1
     * @return at least 1: the bound, or it halved until the sequences fit
     */
    static int mostAtOnce(ScoredModel model, Optional<UncertaintyEstimator> measured, int most) {
        int sequences = most;
        while (sequences > 1 && !isComfortable(model.inBatchesOf(sequences), measured)) {
            sequences = (sequences + 1) / 2;
        }
        return sequences;
    }

    /**
     * Whether a model may be opened without driving other processes out of memory.
     *
     * @param model as in {@link #open(ScoredModel)}
     * @param measured what is measured meanwhile
     * @return true if there is room beside it
     */
    static boolean isComfortable(ScoredModel model, Optional<UncertaintyEstimator> measured) {
        MemoryPlanner planner = model.backend().onDevice()
                ? LoopedDecoding.planner(model)
                : DecodingSession.planner(model, measured.flatMap(Witnesses.Call::of));
        return planner.isComfortable();
    }

    /**
     * Continues sequences until all have ended.
     *
     * @param waiting the sequences; the next is asked for when a row is free
     * @throws DecodingException if a sequence cannot be continued
     */
    void run(Iterator<? extends Continuation> waiting);

    @Override
    void close();
}
