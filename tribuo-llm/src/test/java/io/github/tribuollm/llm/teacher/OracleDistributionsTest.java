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
package io.github.tribuollm.llm.teacher;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.oracle.labs.mlrg.olcut.config.ConfigurationManager;
import com.oracle.labs.mlrg.olcut.provenance.ProvenanceUtil;
import io.github.tribuollm.llm.data.DataException;
import io.github.tribuollm.llm.data.LabelDistributionFile;
import io.github.tribuollm.llm.data.TokenSequence;
import io.github.tribuollm.llm.graphs.TrainingException;
import io.github.tribuollm.objectives.Objective;
import io.github.tribuollm.objectives.Objectives;
import io.github.tribuollm.objectives.target.SparseTeacher;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.BitSet;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class OracleDistributionsTest {
    private static final String FIRST = "{\"counts\": [2, 1], \"ids\": [5, 9, 7], \"probabilities\": [0.75, 0.25, 1]}";
    private static final String SECOND = "{\"counts\": [1], \"ids\": [3], \"probabilities\": [1]}";

    @TempDir
    Path directory;

    private static TokenSequence sequence(int length, int... completion) {
        BitSet marks = new BitSet();
        for (int t : completion) {
            marks.set(t);
        }
        return new TokenSequence(new int[length], marks, 1, "made up");
    }

    private static final List<TokenSequence> DATA = List.of(sequence(5, 2, 4), sequence(2, 1));

    private OracleDistributions oracle(String... lines) throws IOException {
        return new OracleDistributions(
                new LabelDistributionFile(Files.write(directory.resolve("oracle.jsonl"), List.of(lines))));
    }

    @Test
    void tokensAreFoundBySequenceAndPosition() throws IOException {
        OracleDistributions oracle = oracle(FIRST, SECOND);
        oracle.requireMadeFor(DATA, 10);
        SparseTeacher.Rows rows = oracle.rows(new long[] {1, 0, 0}, new int[] {1, 4, 2});
        assertEquals(2, oracle.width());
        assertArrayEquals(new long[] {3, 0, 7, 0, 5, 9}, rows.ids());
        assertArrayEquals(new float[] {1, 0, 1, 0, 0.75f, 0.25f}, rows.probabilities());
    }

    @Test
    void theObjectiveComesBackFromItsProvenance() throws IOException {
        Objective objective = Objectives.oracleLabelNoise(oracle(FIRST, SECOND));
        try (ConfigurationManager configuration = new ConfigurationManager()) {
            configuration.addConfiguration(ProvenanceUtil.extractConfiguration(objective.getProvenance()));
            assertTrue(configuration.lookupSingleton(Objective.class, true).sameAs(objective));
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "{\"counts\": [2], \"ids\": [5], \"probabilities\": [0.5, 0.5]}; field \"ids\"",
                "{\"counts\": [2], \"ids\": [5, 6], \"probabilities\": [1]}; field \"probabilities\"",
                "{\"counts\": [2], \"ids\": [5, 6], \"probabilities\": [0.5, 0.25]}; add up to 0.75, not 1",
                "{\"counts\": [2], \"ids\": [5, 6], \"probabilities\": [1.5, -0.5]}; probabilities[1]",
                "{\"counts\": [1], \"ids\": [-5], \"probabilities\": [1]}; is not a token id",
                "{\"counts\": [0], \"ids\": [], \"probabilities\": []}; add up to 0.0, not 1"
            })
    void aWrongRowIsRefusedByField(String row, String message) {
        DataException e = assertThrows(DataException.class, () -> oracle(row));
        assertTrue(e.getMessage().contains(message), e.getMessage());
    }

    @Test
    void rowsOfOtherDataAreRefused() throws IOException {
        assertRefused(oracle(FIRST), 10, "has 1 rows for 2 sequences");
        assertRefused(oracle(SECOND, FIRST), 10, "has 2 completion tokens");
        assertRefused(oracle(FIRST, SECOND), 9, "names token 9");
        assertRefused(oracle(FIRST.replaceFirst("\\{", "{\"origin\": \"another\", "), SECOND), 10, "other data");
    }

    private static void assertRefused(OracleDistributions oracle, int vocabulary, String message) {
        TrainingException e = assertThrows(TrainingException.class, () -> oracle.requireMadeFor(DATA, vocabulary));
        assertTrue(e.getMessage().contains(message), e.getMessage());
    }
}
