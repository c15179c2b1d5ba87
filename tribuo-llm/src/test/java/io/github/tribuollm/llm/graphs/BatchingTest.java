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
package io.github.tribuollm.llm.graphs;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.tribuollm.evidence.LayoutDifference;
import io.github.tribuollm.evidence.MicroBatchEvidence;
import io.github.tribuollm.evidence.PackingEvidence;
import io.github.tribuollm.fixtures.Golden;
import io.github.tribuollm.llm.checkpoint.Storage;
import io.github.tribuollm.llm.data.TokenSequence;
import io.github.tribuollm.llm.lora.Adapter;
import io.github.tribuollm.llm.scoring.Scores;
import io.github.tribuollm.llm.scoring.TokenScorer;
import io.github.tribuollm.objectives.Objective;
import io.github.tribuollm.objectives.token.TokenMeasure;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

class BatchingTest {
    /** Those that look at documents, and one of each family; the evidence goes through all. */
    static Stream<Arguments> objectives() {
        return MicroBatchEvidence.objectives().entrySet().stream()
                .filter(e -> e.getKey().matches("mle|maskedMleDistill|distill|.*(DOCUMENT|SEQUENCE|random).*"))
                .map(e -> Arguments.of(e.getKey(), e.getValue()));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("objectives")
    void aStepDoesNotDependOnItsLayout(String name, Objective objective) {
        double worst = PackingEvidence.worst(objective, 0.2);
        assertTrue(worst <= 1e-5, name + ": " + worst);
    }

    @Test
    void eightDocumentsFillEveryLayout() {
        try (Golden golden = Golden.trajectory("llama-untied-gqa")) {
            List<TokenSequence> documents = LayoutDifference.documents(golden);
            List<MicroBatch> buckets = new LayoutDifference.Layout(Batching.BUCKETED, 1, 60).of(documents);
            assertTrue(buckets.size() > 2);
            List<MicroBatch> packed = new LayoutDifference.Layout(Batching.PACKED, 1, 60).of(documents);
            assertTrue(packed.size() > 2 && packed.stream().allMatch(batch -> batch.sequences() > 1));
        }
    }

    static Stream<String> checkpoints() {
        return Golden.names();
    }

    @ParameterizedTest
    @MethodSource("checkpoints")
    void noArchitectureLetsPackedDocumentsSeeEachOther(String checkpoint) {
        double worst = PackingEvidence.worst(checkpoint, Objective.mle());
        assertTrue(worst <= 1e-5, checkpoint + ": " + worst);
    }

    @ParameterizedTest
    @MethodSource("checkpoints")
    void packedTokensAreScoredLikeSingleDocuments(String checkpoint) {
        try (Golden golden = Golden.of(checkpoint)) {
            List<TokenSequence> documents = golden.sequences();
            Adapter adapter = golden.adapter("adapter");
            ModelShape shape = LayoutDifference.shape(golden, adapter, 0);
            Map<String, float[]> single = scores(golden, shape, adapter, documents, Batching.PADDED, 1);
            Map<String, float[]> packed = scores(golden, shape.packing(), adapter, documents, Batching.PACKED, 2);
            assertEquals(single.keySet(), packed.keySet());
            single.forEach((token, expected) -> assertArrayEquals(expected, packed.get(token), 1e-5f, token));
        }
    }

    /** Without the documents' mask the same rows give other losses: the tests above can fail. */
    @Test
    void packedRowsNeedTheirMask() {
        try (Golden golden = Golden.of("llama-tied")) {
            List<TokenSequence> documents = golden.sequences();
            Adapter adapter = golden.adapter("adapter");
            ModelShape shape = LayoutDifference.shape(golden, adapter, 0);
            Map<String, float[]> single = scores(golden, shape, adapter, documents, Batching.PADDED, 1);
            Map<String, float[]> blended = scores(golden, shape, adapter, documents, Batching.PACKED, 2);
            assertTrue(single.keySet().stream()
                    .anyMatch(token -> Math.abs(single.get(token)[0] - blended.get(token)[0]) > 1e-2));
        }
    }

    /** Loss and entropy by document and position. */
    private static Map<String, float[]> scores(
            Golden golden,
            ModelShape shape,
            Adapter adapter,
            List<TokenSequence> documents,
            Batching batching,
            int size) {
        int[] all = IntStream.range(0, documents.size()).toArray();
        Map<String, float[]> scores = new TreeMap<>();
        try (ParameterSet parameters = ParameterSet.of(adapter);
                TokenScorer scorer = new TokenScorer(
                        shape,
                        parameters,
                        golden.checkpoint.weights().source(Storage.FLOAT32),
                        List.of(TokenMeasure.NLL, TokenMeasure.ENTROPY))) {
            batching.cut(documents, all, size, 128).forEach(batch -> {
                Scores found = scorer.score(batch);
                for (int n = 0; n < batch.completionTokens(); n++) {
                    String token = batch.completionSequences()[n] + ":" + batch.completionPositions()[n];
                    scores.put(token, new float[] {found.of(TokenMeasure.NLL)[n], found.of(TokenMeasure.ENTROPY)[n]});
                }
            });
        }
        return scores;
    }

    private static TokenSequence document(int length, int firstCompletion, float weight) {
        BitSet completion = new BitSet();
        completion.set(firstCompletion, length);
        int[] tokens = IntStream.range(0, length).map(t -> 100 * length + t).toArray();
        float[] advantage = new float[length];
        Arrays.fill(advantage, length);
        return new TokenSequence(tokens, completion, weight, "document").with("advantage", advantage);
    }

    @Test
    void aPackedRowRestartsPositionsAndKeepsItsDocumentsApart() {
        List<TokenSequence> data = List.of(document(3, 1, 0.5f), document(9, 9, 1), document(4, 2, 2));
        List<MicroBatch> batches =
                Batching.PACKED.cut(data, new int[] {0, 2}, 4, 9).toList();
        assertEquals(1, batches.size());
        MicroBatch batch = batches.get(0);
        assertEquals(7, batch.length());
        assertEquals(7, batch.allTokens());
        assertArrayEquals(new long[] {400, 401, 402, 403, 300, 301, 302}, batch.tokens());
        assertArrayEquals(new long[] {0, 1, 2, 3, 0, 1, 2}, batch.positions());
        assertArrayEquals(new long[] {0, 0, 0, 0, 1, 1, 1}, batch.owners());
        assertArrayEquals(new long[] {1, 2, 4, 5}, batch.rows());
        assertArrayEquals(new long[] {402, 403, 301, 302}, batch.labels());
        assertArrayEquals(new long[] {2, 2, 0, 0}, batch.completionSequences());
        assertArrayEquals(new int[] {2, 3, 1, 2}, batch.completionPositions());
        assertArrayEquals(new float[] {2, 2, 0.5f, 0.5f}, batch.completionWeights());
        assertArrayEquals(new float[] {4, 4, 3, 3}, batch.columns().get("advantage"));
    }

    @Test
    void paddingBelongsToNoDocument() {
        List<TokenSequence> data = List.of(document(4, 2, 1), document(2, 1, 1));
        MicroBatch batch = MicroBatch.of(data, new int[] {0, 1});
        assertArrayEquals(new long[] {0, 0, 0, 0, 1, 1, -1, -1}, batch.owners());
        assertArrayEquals(new long[] {0, 1, 2, 3, 0, 1, 0, 0}, batch.positions());
        assertEquals(6, batch.allTokens());
    }

    @Test
    void aPaddedStepThatFitsKeepsItsOrder() {
        List<TokenSequence> data = List.of(document(4, 2, 1), document(6, 1, 1), document(5, 1, 1));
        List<MicroBatch> batches =
                Batching.PADDED.cut(data, new int[] {2, 0, 1}, 2, 6).toList();
        assertArrayEquals(new int[] {2, 0}, batches.get(0).indices());
        assertArrayEquals(new int[] {1}, batches.get(1).indices());
    }

    @ParameterizedTest
    @EnumSource(Batching.class)
    void theOutputLayersChunksHoldEveryCompletionToken(Batching batching) {
        List<TokenSequence> data = IntStream.range(2, 40)
                .mapToObj(length -> document(length, 1, 1))
                .toList();
        int[] all = IntStream.range(0, data.size()).toArray();
        for (int size = 1; size <= 8; size++) {
            long most = size * (39L - 1);
            assertTrue(batching.cut(data, all, size, 39).allMatch(batch -> batch.completionTokens() <= most));
        }
    }
}
