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

import com.google.gson.Gson;
import io.github.tribuollm.fixtures.GreedySequence;
import io.github.tribuollm.llm.checkpoint.Checkpoint;
import io.github.tribuollm.llm.scoring.ScoredModel;
import io.github.tribuollm.llm.uncertainty.dropout.DropoutPlaces;
import io.github.tribuollm.llm.uncertainty.dropout.MonteCarloDropout;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A process with little memory for keys and values: says what it refuses, whether what it names instead fits,
 * and whether sequences that do fit go on afterwards.
 */
final class CrowdedMemory {
    private static final int LENGTH = 48;
    private static final int LONGER = 128;
    private static final MonteCarloDropout DROPOUT = new MonteCarloDropout(2, 0.1, DropoutPlaces.ARCHITECTURE, 1);
    private static final Pattern FITTING = Pattern.compile("a batch size of (\\d+) fits");

    private CrowdedMemory() {}

    /**
     * Tries many rows, then as many as the refusal names.
     *
     * @param arguments checkpoint, rows
     */
    public static void main(String[] arguments) {
        try (Checkpoint checkpoint = Checkpoint.open(Path.of(arguments[0]))) {
            String refusal = refusal(checkpoint, Integer.parseInt(arguments[1]));
            Matcher fitting = FITTING.matcher(refusal);
            String then = fitting.find() ? refusal(checkpoint, Integer.parseInt(fitting.group(1))) : "no number";
            String later = later(checkpoint, DecodingSession::open, 600);
            String measured = later(checkpoint, model -> DecodingSession.measuring(model, DROPOUT), 200);
            System.out.println(
                    new Gson().toJson(Map.of("refusal", refusal, "then", then, "later", later, "measured", measured)));
        }
    }

    /** Continues a short sequence, one that is refused, and the short one again, which is to end as before. */
    private static String later(Checkpoint checkpoint, Function<ScoredModel, DecodingSession> opening, int rows) {
        ScoredModel model = ScoredModel.of(checkpoint, Optional.empty(), LONGER).inBatchesOf(rows);
        try (DecodingSession session = opening.apply(model)) {
            List<Integer> before = newTokens(session, 3);
            String refusal = "";
            try {
                newTokens(session, LONGER - 3);
            } catch (DecodingException e) {
                refusal = e.getMessage();
            }
            return newTokens(session, 3).equals(before) ? refusal : "other tokens";
        } catch (RuntimeException e) {
            return e.toString();
        }
    }

    private static List<Integer> newTokens(DecodingSession session, int count) {
        GreedySequence sequence = new GreedySequence(new int[] {1, 2, 3}, count);
        session.run(List.of(sequence).iterator());
        return sequence.newTokens();
    }

    /** Why a sequence cannot be continued beside so many others; empty if it can. */
    private static String refusal(Checkpoint checkpoint, int rows) {
        ScoredModel model = ScoredModel.of(checkpoint, Optional.empty(), LENGTH).inBatchesOf(rows);
        try (DecodingSession session = DecodingSession.open(model)) {
            session.run(
                    List.of(new GreedySequence(new int[] {1, 2, 3}, LENGTH - 3)).iterator());
            return "";
        } catch (DecodingException e) {
            return e.getMessage();
        }
    }
}
