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

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.tribuollm.fixtures.Golden;
import io.github.tribuollm.fixtures.SpoiledCheckpoint;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Commands stop at a model with one number that is not finite, and name it. */
class NotFiniteModelsTest {
    private static final String LAYER = "model.layers.2.mlp.down_proj.weight";
    private static final String NORM = "model.norm.weight";

    @TempDir
    private static Path shared;

    private static Path layer;
    private static Path norm;

    @TempDir
    private Path directory;

    @BeforeAll
    static void spoil() {
        layer = SpoiledCheckpoint.ofWeight(shared.resolve("layer"), LAYER, Float.NaN);
        norm = SpoiledCheckpoint.ofWeight(shared.resolve("norm"), NORM, Float.POSITIVE_INFINITY);
    }

    private static void refused(Cli.Outcome outcome, String... parts) {
        assertNotEquals(0, outcome.code(), outcome.out());
        for (String part : parts) {
            assertTrue(outcome.err().contains(part), () -> part + " is not in: " + outcome.err());
        }
        assertFalse(outcome.err().contains("\tat "), outcome.err());
        assertFalse(outcome.err().contains("learning rate"), outcome.err());
    }

    private Cli.Outcome train(Object... more) {
        return Cli.run(Cli.training(directory.resolve("run"), more));
    }

    @ParameterizedTest
    @CsvSource({"rho-1, 4", "rho-1, 2", "rho-loss, 4"})
    void aReferenceIsNotRankedBy(String objective, int microBatch) {
        String[] where = {"The reference model", "word-problems-train.jsonl:", "of the token at position "};
        Object[] how = {"--objective", objective, "--micro-batch-size", microBatch, "--reference-checkpoint", layer};
        Cli.Outcome outcome = train(how);
        refused(outcome, where);
        refused(outcome, LAYER + " is not finite either, first in row 0");
        how[5] = norm;
        refused(train(how), NORM + " is not finite either, first in row 0");
    }

    @ParameterizedTest
    @ValueSource(strings = {"distill", "masked-mle-distill", "asft", "psft"})
    void aReferenceIsNamedAsTheCause(String objective) {
        refused(
                train("--objective", objective, "--reference-checkpoint", layer),
                "Step 1 is not finite",
                "the reference model's " + LAYER + " is not finite either, first in row 0");
    }

    @Test
    void aBaseIsNamedAsTheCause() {
        String[] cause = {"Step 1 is not finite", LAYER + " is not finite either, first in row 0"};
        refused(train("--checkpoint", layer), cause);
        refused(onRows("train", "--checkpoint", layer, "--tuning", "full", "--output", directory), cause);
    }

    private static Cli.Outcome onRows(Object... command) {
        Object[] data = {"--data", Cli.HELD_OUT, "--format", "gsm8k", "--rows", 3};
        return Cli.run(Stream.of(command, data).flatMap(Stream::of).toArray());
    }

    @ParameterizedTest
    @ValueSource(strings = {"sampled", "top"})
    void aTeacherIsNotCached(String method) {
        Path cache = directory.resolve("cache");
        refused(
                onRows("cache-teacher", "--checkpoint", layer, "--output", cache, "--method", method),
                "word-problems-heldout.jsonl:",
                "the distribution of the token at position ",
                LAYER + " is not finite either");
        assertFalse(Files.exists(cache));
    }

    @ParameterizedTest
    @ValueSource(strings = {"f32", "bf16"})
    void aBaseIsNotMerged(String dtype) {
        Path merged = directory.resolve("merged");
        Path adapter = Golden.RESOURCES.resolve("fixtures/adapters/tiny-llama/all-linear");
        refused(
                Cli.run("export", "--checkpoint", norm, "--adapter", adapter, "--merged", merged, "--dtype", dtype),
                "tensor '" + NORM + "' is not finite, first at element 0");
        assertFalse(Files.exists(merged));
    }
}
