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

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.tribuollm.fixtures.Golden;
import io.github.tribuollm.fixtures.GreedySequence;
import io.github.tribuollm.llm.checkpoint.Storage;
import io.github.tribuollm.llm.data.TokenSequence;
import io.github.tribuollm.llm.lora.Adapter;
import io.github.tribuollm.llm.lora.LowRank;
import io.github.tribuollm.llm.lora.PeftFiles;
import io.github.tribuollm.llm.memory.MemoryPlan;
import io.github.tribuollm.llm.scoring.ScoredModel;
import io.github.tribuollm.llm.uncertainty.DeepEnsemble;
import io.github.tribuollm.llm.uncertainty.UncertaintyEvaluator;
import io.github.tribuollm.llm.uncertainty.dropout.DropoutPlaces;
import io.github.tribuollm.llm.uncertainty.dropout.MonteCarloDropout;
import io.github.tribuollm.llm.uncertainty.estimation.UncertaintyEstimator;
import io.github.tribuollm.uncertainty.Measure;
import java.nio.file.Path;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.SortedMap;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class WitnessesTest {
    private static final int LENGTH = 32;

    private static GreedySequence sequence(ScoredModel model, int length, int newTokens) {
        int vocabulary = model.architecture().vocabularySize();
        return new GreedySequence(new Random(length).ints(length, 0, vocabulary).toArray(), newTokens);
    }

    private static TokenSequence answered(GreedySequence sequence) {
        BitSet answer = new BitSet();
        answer.set(sequence.prompt().length, sequence.prompt().length + sequence.mostNewTokens());
        return new TokenSequence(sequence.tokens(sequence.mostNewTokens()), answer, 1, "answer");
    }

    /** Windows, capped scores, heads of 12 components, dropout of what is added; more sequences than rows. */
    @ParameterizedTest
    @CsvSource({
        "gemma2-tied, ARCHITECTURE",
        "llama-untied-gqa, ARCHITECTURE",
        "mistral-window, ARCHITECTURE",
        "phi3-4k, ARCHITECTURE",
        "qwen3-tied, ALL_LINEAR",
        "llama-untied-gqa, LORA"
    })
    void measuresAreThoseOfTheScoredText(String checkpoint, DropoutPlaces places) {
        MonteCarloDropout dropout = new MonteCarloDropout(5, 0.2, places, 7).withPairs();
        try (Golden golden = Golden.of(checkpoint)) {
            ScoredModel model = ScoredModel.of(
                            golden.checkpoint,
                            places == DropoutPlaces.LORA ? Optional.of(golden.adapter("adapter")) : Optional.empty(),
                            LENGTH)
                    .inBatchesOf(2);
            List<GreedySequence> sequences = sequences(model);
            try (DecodingSession session = DecodingSession.measuring(model, dropout)) {
                session.run(sequences.iterator());
            }
            assertAreScored(sequences, model, dropout);
        }
    }

    private static DeepEnsemble ensemble(Golden golden, Path directory) {
        List<Path> members = List.of(directory.resolve("first"), directory.resolve("second"));
        Adapter adapter = golden.adapter("adapter");
        SortedMap<String, LowRank> halved = new TreeMap<>();
        adapter.modules().forEach((module, pair) -> {
            float[] b = pair.b().clone();
            for (int i = 0; i < b.length; i++) {
                b[i] *= -0.5f;
            }
            halved.put(module, new LowRank(pair.in(), pair.out(), pair.rank(), pair.a(), b));
        });
        String base = golden.checkpoint.place().toString();
        PeftFiles.save(adapter, members.get(0), base, golden.checkpoint.identity());
        PeftFiles.save(
                new Adapter(adapter.config(), halved, adapter.baseHash()),
                members.get(1),
                base,
                golden.checkpoint.identity());
        return new DeepEnsemble(members);
    }

    /** Each session lays out bytes and four bits for itself, and keeps its memory. */
    @ParameterizedTest
    @CsvSource({"INT8, 1", "INT4, 0.5"})
    void thePlanKnowsTheSessionsThatReadAlong(Storage storage, double bytes, @TempDir Path directory) {
        try (Golden golden = Golden.of("llama-tied")) {
            ScoredModel model = ScoredModel.of(golden.checkpoint, Optional.empty(), LENGTH)
                    .inBatchesOf(2)
                    .stored(storage);
            MemoryPlan alone = plan(DecodingSession.open(model));
            long weights = model.architecture().linearLayers().stream()
                    .mapToLong(layer -> (long) layer.in() * layer.out())
                    .sum();
            for (UncertaintyEstimator estimator : List.of(
                    new MonteCarloDropout(5, 0.2, DropoutPlaces.ARCHITECTURE, 7), ensemble(golden, directory))) {
                MemoryPlan measured = plan(DecodingSession.measuring(model, estimator));
                long added = measured.widened() - alone.widened();
                assertTrue(added >= bytes * weights, added + " of " + weights + " for " + estimator);
                assertTrue(measured.scoring() > alone.scoring(), measured + " " + alone);
            }
        }
    }

    private static MemoryPlan plan(DecodingSession opened) {
        try (DecodingSession session = opened) {
            return session.plan();
        }
    }

    @Test
    void membersSayWhatAnEnsembleSaysOfTheScoredText(@TempDir Path directory) {
        try (Golden golden = Golden.of("llama-untied-gqa")) {
            ScoredModel model =
                    ScoredModel.of(golden.checkpoint, Optional.empty(), LENGTH).inBatchesOf(2);
            DeepEnsemble ensemble = ensemble(golden, directory);
            List<GreedySequence> sequences = sequences(model);
            try (DecodingSession session = DecodingSession.measuring(model, ensemble)) {
                session.run(sequences.iterator());
            }
            assertAreScored(sequences, model, ensemble);
        }
    }

    /** More than there are rows. */
    private static List<GreedySequence> sequences(ScoredModel model) {
        return List.of(sequence(model, 3, 12), sequence(model, 9, 4), sequence(model, 1, 8), sequence(model, 14, 11));
    }

    private static void assertAreScored(
            List<GreedySequence> sequences, ScoredModel model, UncertaintyEstimator estimator) {
        List<TokenSequence> texts =
                sequences.stream().map(WitnessesTest::answered).toList();
        Map<TokenSequence, Map<Measure, double[]>> scored = new HashMap<>();
        new UncertaintyEvaluator(estimator).measure(model, texts, scored::put);
        for (int i = 0; i < texts.size(); i++) {
            assertSame(sequences.get(i), scored.get(texts.get(i)), estimator);
        }
    }

    private static void assertSame(
            GreedySequence sequence, Map<Measure, double[]> scored, UncertaintyEstimator estimator) {
        double epistemic = 0;
        for (int step = 0; step < sequence.mostNewTokens(); step++) {
            Map<Measure, Float> measures = sequence.measures().get(step);
            assertEquals(estimator.measures(), measures.keySet());
            for (Measure measure : estimator.measures()) {
                double expected = scored.get(measure)[sequence.prompt().length + step];
                assertEquals(expected, measures.get(measure), 1e-5, measure + " of step " + step);
            }
            epistemic += measures.get(Measure.EPISTEMIC);
        }
        assertTrue(epistemic > 1e-6, "they differ: " + epistemic);
    }
}
