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
package io.github.tribuollm.objectives;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.tribuollm.objectives.target.SparseTeacher;
import io.github.tribuollm.objectives.token.ColumnNames;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What a token of some weight is to every objective: so many tokens. */
class CountedObjectiveTest {
    private static final Map<String, double[]> FIXTURES = TokenBatch.fixtures();

    static Stream<Arguments> objectives() {
        return ReadyMade.objectives().entrySet().stream().map(e -> Arguments.of(e.getKey(), e.getValue()));
    }

    /** Ranks, and what a document's mean decides, look at tokens and not at their weights. */
    static Stream<Arguments> objectivesWithoutRanks() {
        return objectives().filter(a -> {
            Objective objective = (Objective) a.get()[1];
            return objective.scope().isEmpty()
                    && objective.terms().stream().noneMatch(term -> term.normaliser() == Normaliser.ALL);
        });
    }

    private static TokenBatch batch() {
        return TokenBatch.of(FIXTURES, "flat");
    }

    private static TokenBatch weighed(TokenBatch batch, float... weights) {
        Map<String, float[]> columns = new HashMap<>(batch.columns());
        columns.put(ColumnNames.TOKEN_WEIGHT, weights);
        return new TokenBatch(
                batch.classes(),
                batch.logits(),
                batch.teacher(),
                batch.labels(),
                batch.documents(),
                columns,
                batch.sparse());
    }

    private static float[] weights(TokenBatch batch, float... pattern) {
        float[] weights = new float[batch.tokens()];
        IntStream.range(0, weights.length).forEach(i -> weights[i] = pattern[i % pattern.length]);
        return weights;
    }

    @ParameterizedTest
    @MethodSource("objectives")
    void tokensOfWeightOneAreTokens(String name, Objective objective) {
        TokenBatch.Result plain = batch().evaluate(objective);
        TokenBatch batch = weighed(batch(), weights(batch(), 1));
        TokenBatch.Result counted = batch.evaluate(objective.counted());
        assertEquals(plain.loss(), counted.loss(), 1e-6 * Math.max(1, Math.abs(plain.loss())), name);
        assertArrayEquals(plain.gradient(), counted.gradient(), 1e-7f, name);
    }

    @ParameterizedTest
    @MethodSource("objectivesWithoutRanks")
    void aTokenOfWeightTwoIsTwoTokensAndOneOfWeightZeroIsNone(String name, Objective objective) {
        int[] times = {1, 2, 3, 1, 0};
        TokenBatch batch = batch();
        TokenBatch.Result counted =
                weighed(batch, weights(batch, 1, 2, 3, 1, 0)).evaluate(objective.counted());
        TokenBatch.Result repeated = repeated(batch, times).evaluate(objective);
        assertEquals(repeated.loss(), counted.loss(), 2e-6 * Math.max(1, Math.abs(repeated.loss())), name);
        float[] sums = new float[counted.gradient().length];
        int row = 0;
        for (int i = 0; i < batch.tokens(); i++) {
            for (int n = 0; n < times[i % times.length]; n++, row++) {
                for (int c = 0; c < batch.classes(); c++) {
                    sums[i * batch.classes() + c] += repeated.gradient()[row * batch.classes() + c];
                }
            }
        }
        assertArrayEquals(sums, counted.gradient(), 1e-6f, name);
    }

    @Test
    void smallWeightsTendToNone() {
        TokenBatch batch = batch();
        double none = repeated(batch, 1, 0).evaluate(Objective.mle()).loss();
        double few = weighed(batch, weights(batch, 1, 1e-7f))
                .evaluate(Objective.mle().counted())
                .loss();
        assertEquals(none, few, 1e-5);
    }

    @Test
    void theDataAreAskedForTheColumn() {
        assertTrue(Objective.mle().requirements().columns().isEmpty());
        assertTrue(Objective.maskedMleDistill(0.75)
                .counted()
                .requirements()
                .columns()
                .contains(ColumnNames.TOKEN_WEIGHT));
        assertTrue(Objective.mle()
                .counted()
                .plus(Objective.distill().terms().get(0))
                .isCounted());
    }

    private static TokenBatch repeated(TokenBatch batch, int... times) {
        int[] rows = IntStream.range(0, batch.tokens())
                .flatMap(i -> IntStream.generate(() -> i).limit(times[i % times.length]))
                .toArray();
        Map<String, float[]> columns = new HashMap<>();
        batch.columns().forEach((name, values) -> columns.put(name, pick(values, rows, 1)));
        Map<String, SparseTeacher.Rows> sparse = new HashMap<>();
        batch.sparse().forEach((name, all) -> {
            int width = all.ids().length / batch.tokens();
            sparse.put(
                    name, new SparseTeacher.Rows(pick(all.ids(), rows, width), pick(all.probabilities(), rows, width)));
        });
        return new TokenBatch(
                batch.classes(),
                pick(batch.logits(), rows, batch.classes()),
                pick(batch.teacher(), rows, batch.classes()),
                pick(batch.labels(), rows, 1),
                pick(batch.documents(), rows, 1),
                columns,
                sparse);
    }

    private static float[] pick(float[] values, int[] rows, int width) {
        float[] picked = new float[rows.length * width];
        for (int r = 0; r < rows.length; r++) {
            System.arraycopy(values, rows[r] * width, picked, r * width, width);
        }
        return picked;
    }

    private static long[] pick(long[] values, int[] rows, int width) {
        return Arrays.stream(rows)
                .flatMap(row -> IntStream.range(row * width, (row + 1) * width))
                .mapToLong(i -> values[i])
                .toArray();
    }
}
