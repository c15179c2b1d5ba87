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
package io.github.tribuollm.llm.data.rollout;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.tribuollm.llm.checkpoint.Tokenizer;
import io.github.tribuollm.llm.data.DataException;
import io.github.tribuollm.llm.data.TinyTokenizer;
import io.github.tribuollm.llm.data.TokenColumnFile;
import io.github.tribuollm.llm.data.TokenSequence;
import io.github.tribuollm.llm.data.TruncationPolicy;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RolloutEncoderTest {
    private static final float NAN = Float.NaN;

    @TempDir
    Path directory;

    private List<TokenSequence> encode(AdvantageRule rule, int maxLength, TruncationPolicy truncation, String... rows)
            throws IOException {
        Path file = directory.resolve("rollouts.jsonl");
        Files.writeString(file, String.join("\n", rows));
        try (Tokenizer tokenizer = Tokenizer.open(TinyTokenizer.write(directory.resolve("tokenizer"), false, false))) {
            return new RolloutEncoder(tokenizer, 40, rule, maxLength, truncation)
                    .encode(new RolloutFile(file))
                    .sequences();
        }
    }

    private String refused(AdvantageRule rule, String... rows) {
        return assertThrows(DataException.class, () -> encode(rule, 64, TruncationPolicy.FAIL, rows))
                .getMessage();
    }

    @Test
    void numbersLieOnTheirCompletionTokens() throws IOException {
        TokenSequence sequence = encode(
                        AdvantageRule.GIVEN,
                        64,
                        TruncationPolicy.FAIL,
                        "{\"prompt\": [5, 6], \"completion\": [7, 8, 9], \"advantage\": 0.5,"
                                + " \"old_log_probabilities\": [-1, -2, -3], \"reference_log_probabilities\": [-4, -5, 0]}")
                .get(0);
        assertArrayEquals(new int[] {5, 6, 7, 8, 9}, sequence.tokens());
        assertEquals("{2, 3, 4}", sequence.completion().toString());
        Map<String, float[]> columns = sequence.columns();
        assertArrayEquals(new float[] {NAN, NAN, 0.5f, 0.5f, 0.5f}, columns.get("advantage"));
        assertArrayEquals(new float[] {NAN, NAN, -1, -2, -3}, columns.get("old_log_probability"));
        assertArrayEquals(new float[] {NAN, NAN, 4, 5, -0f}, columns.get("reference_loss"));
    }

    @Test
    void rewardsAreComparedWithinTheirGroup() throws IOException {
        String[] rows = {
            "{\"prompt\": [5], \"completion\": [7], \"reward\": 1, \"group\": \"a\"}",
            "{\"prompt\": [5], \"completion\": [8], \"reward\": 10, \"group\": \"b\"}",
            "{\"prompt\": [5], \"completion\": [9], \"reward\": 3, \"group\": \"a\"}",
            "{\"prompt\": [5], \"completion\": [9], \"reward\": 10, \"group\": \"b\"}"
        };
        float scaled = (float) (1 / (Math.sqrt(2) + 1e-4));
        assertArrayEquals(new float[] {-1, 0, 1, 0}, advantages(AdvantageRule.GROUP_MEAN, rows));
        assertArrayEquals(new float[] {-scaled, 0, scaled, 0}, advantages(AdvantageRule.GROUP_STANDARD, rows));
        assertArrayEquals(new float[] {1, 10, 3, 10}, advantages(AdvantageRule.REWARD, rows));
    }

    private float[] advantages(AdvantageRule rule, String... rows) throws IOException {
        List<TokenSequence> sequences = encode(rule, 64, TruncationPolicy.FAIL, rows);
        float[] advantages = new float[sequences.size()];
        for (int i = 0; i < advantages.length; i++) {
            advantages[i] = sequences.get(i).columns().get("advantage")[1];
        }
        return advantages;
    }

    @Test
    void truncationCutsTheNumbersToo() throws IOException {
        TokenSequence sequence = encode(
                        AdvantageRule.GIVEN,
                        4,
                        TruncationPolicy.TRUNCATE_END,
                        "{\"prompt\": [5, 6], \"completion\": [7, 8, 9], \"advantage\": [1, 2, 3]}")
                .get(0);
        assertArrayEquals(new int[] {5, 6, 7, 8}, sequence.tokens());
        assertArrayEquals(new float[] {NAN, NAN, 1, 2}, sequence.columns().get("advantage"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "GIVEN | \"reward\": 1 | field \"advantage\" is missing",
                "REWARD | \"advantage\": 1 | field \"reward\" is missing",
                "GROUP_MEAN | \"reward\": 1 | field \"group\" is missing",
                "GROUP_MEAN | \"reward\": 1, \"group\": \"a\" | a group of one",
                "GIVEN | \"advantage\": [1] | field \"advantage\" has 1 numbers for 2 completion tokens",
                "GIVEN | \"advantage\": [1, null] | field \"advantage[1]\" is null",
                "GIVEN | \"advantage\": 1e60 | field \"advantage\" is not a finite number",
                "GIVEN | \"advantage\": \"1\" | field \"advantage\" is not a finite number",
                "GIVEN | \"advantage\": 1, \"old_log_probabilities\": [-1] | has 1 numbers for 2 completion tokens",
                "GIVEN | \"advantage\": 1, \"old_log_probabilities\": [-1, 0.5] | is above 0"
            })
    void whatIsWrongIsNamed(AdvantageRule rule, String fields, String message) {
        String found = refused(rule, "", "{\"prompt\": [5], \"completion\": [7, 8], " + fields + "}");
        assertTrue(found.startsWith("rollouts.jsonl:2: "), found);
        assertTrue(found.contains(message), found);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{\"prompt\": [5], \"completion\": [40], \"advantage\": 1} | completion[0]\" is 40, not in the vocabulary",
                "{\"prompt\": [5], \"completion\": [1.5], \"advantage\": 1} | completion[0]\" is not a token id",
                "{\"prompt\": [-5], \"completion\": [1], \"advantage\": 1} | prompt[0]\" is not a token id",
                "{\"prompt\": [], \"completion\": [1], \"advantage\": 1} | prompt\" has no token",
                "{\"completion\": [1], \"advantage\": 1} | \"prompt\" is missing"
            })
    void wrongTokensAreNamed(String row, String message) {
        String found = refused(AdvantageRule.GIVEN, row);
        assertTrue(found.startsWith("rollouts.jsonl:1: ") && found.contains(message), found);
    }

    @Test
    void columnsFromAFileMustFitTheSequences() throws IOException {
        List<TokenSequence> sequences = encode(
                AdvantageRule.GIVEN,
                64,
                TruncationPolicy.FAIL,
                "{\"prompt\": [5, 6], \"completion\": [7, 8], \"advantage\": 1}",
                "{\"prompt\": [5], \"completion\": [7], \"advantage\": 1}");
        List<TokenSequence> longer = columns("{\"w\": [1, 0]}", "{\"origin\": \"rollouts.jsonl:2\", \"w\": [null, 2]}")
                .addTo(sequences);
        assertArrayEquals(new float[] {NAN, NAN, 1, 0}, longer.get(0).columns().get("weight"));
        assertArrayEquals(new float[] {NAN, 2}, longer.get(1).columns().get("weight"));
        refusedColumns(sequences, "has 1 rows for 2 sequences", "{\"w\": [1, 0]}");
        refusedColumns(
                sequences, "columns.jsonl:3: the row is one more", "{\"w\": [1, 0]}", "{\"w\": [1]}", "{\"w\": [1]}");
        refusedColumns(
                sequences, "columns.jsonl:1: column \"weight\" has 3 numbers", "{\"w\": [1, 0, 1]}", "{\"w\": [1]}");
        refusedColumns(sequences, "no number for completion token 3", "{\"w\": [1, null]}", "{\"w\": [1]}");
        refusedColumns(sequences, "made for other data", "{\"origin\": \"x:1\", \"w\": [1, 1]}", "{\"w\": [1]}");
        refusedColumns(sequences, "columns.jsonl:1: field \"w\" is missing", "{\"v\": [1, 1]}", "{\"w\": [1]}");
    }

    private TokenColumnFile columns(String... rows) throws IOException {
        Path file = directory.resolve("columns.jsonl");
        Files.writeString(file, String.join("\n", rows));
        return new TokenColumnFile(file, Map.of("weight", "w"));
    }

    private void refusedColumns(List<TokenSequence> sequences, String message, String... rows) throws IOException {
        TokenColumnFile file = columns(rows);
        String found =
                assertThrows(DataException.class, () -> file.addTo(sequences)).getMessage();
        assertTrue(found.contains(message), found);
    }
}
