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
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A process with little memory for keys and values: says what it refuses, and whether what it names instead fits. */
final class CrowdedMemory {
    private static final int LENGTH = 48;
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
            System.out.println(new Gson().toJson(Map.of("refusal", refusal, "then", then)));
        }
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
