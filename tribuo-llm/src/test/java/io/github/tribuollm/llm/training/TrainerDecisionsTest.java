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
package io.github.tribuollm.llm.training;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.github.tribuollm.fixtures.Golden;
import java.io.IOException;
import java.nio.file.Files;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Learning rates, early stopping and the best step are those of transformers' Trainer. */
class TrainerDecisionsTest {
    private static JsonObject trainer;

    @BeforeAll
    static void read() throws IOException {
        trainer = JsonParser.parseString(Files.readString(Golden.RESOURCES.resolve("fixtures/trainer.json")))
                .getAsJsonObject();
    }

    private static List<JsonObject> all(String name) {
        return trainer.getAsJsonArray(name).asList().stream()
                .map(JsonElement::getAsJsonObject)
                .toList();
    }

    @Test
    void theRateOfAStepIsTheOneThatTransformersLogsForIt() {
        List<JsonObject> runs = all("rates");
        assertEquals(12, runs.size());
        for (JsonObject run : runs) {
            Optimisation optimisation = new Optimisation()
                    .withLearningRate(1)
                    .withSchedule(
                            LearningRateSchedule.valueOf(run.get("schedule").getAsString()))
                    .withWarmupRatio(run.get("warmup_ratio").getAsDouble());
            int steps = run.get("steps").getAsInt();
            JsonArray logged = run.getAsJsonArray("rates");
            for (int step = 0; step < steps; step++) {
                assertEquals(
                        logged.get(step).getAsDouble(),
                        optimisation.learningRate(step, steps),
                        1e-9,
                        "step " + (step + 1) + " of " + run);
            }
        }
    }

    @Test
    void runsStopAndAreBestWhereTransformersSaysSo() {
        List<JsonObject> runs = all("decisions");
        assertTrue(runs.size() >= 100);
        for (JsonObject run : runs) {
            int patience = run.get("patience").getAsInt();
            BestSoFar best = BestSoFar.NONE;
            int stopped = 0;
            JsonArray losses = run.getAsJsonArray("losses");
            for (int i = 1; i <= losses.size() && stopped == 0; i++) {
                best = best.after(
                        losses.get(i - 1).getAsDouble(), i, run.get("min_delta").getAsDouble(), Map.of());
                stopped = best.stale() >= patience ? i : 0;
            }
            assertEquals(run.get("stopped").getAsInt(), stopped, run::toString);
            assertEquals(run.get("best").getAsInt(), best.step(), run::toString);
        }
    }

    @Test
    void anIntervalEndsWithTheFirstStepThatCompletesIt() {
        assertEquals(List.of(2, 4, 6), due(new Cadence(2, 0)));
        assertEquals(List.of(4), due(new Cadence(0, 1)));
        assertEquals(List.of(2, 4, 6), due(new Cadence(0, 0.5)));
        assertEquals(List.of(3, 6), due(new Cadence(0, 0.75)));
        assertEquals(List.of(2, 3, 5, 6), due(new Cadence(0, 0.375)));
        assertEquals(List.of(1, 2, 3, 4, 5, 6), due(new Cadence(0, 0.1)));
        assertEquals(List.of(), due(new Cadence(0, 0)));
        for (int parts = 1; parts <= 100; parts++) {
            double part = 1.0 / parts;
            int steps = parts;
            assertEquals(
                    steps,
                    IntStream.rangeClosed(1, steps)
                            .filter(done -> new Cadence(0, part).due(done, steps))
                            .count(),
                    parts + " parts of an epoch");
        }
    }

    /** Of six steps, four of which are an epoch. */
    private static List<Integer> due(Cadence cadence) {
        return IntStream.rangeClosed(1, 6)
                .filter(done -> cadence.due(done, 4))
                .boxed()
                .toList();
    }
}
