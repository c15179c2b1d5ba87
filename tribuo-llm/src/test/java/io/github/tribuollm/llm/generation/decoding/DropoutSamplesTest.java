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
import io.github.tribuollm.llm.data.TokenSequence;
import io.github.tribuollm.llm.scoring.ScoredModel;
import io.github.tribuollm.llm.uncertainty.UncertaintyEvaluator;
import io.github.tribuollm.llm.uncertainty.dropout.DropoutPlaces;
import io.github.tribuollm.llm.uncertainty.dropout.MonteCarloDropout;
import io.github.tribuollm.uncertainty.Measure;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DropoutSamplesTest {
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
            List<GreedySequence> sequences = Stream.of(
                            new int[] {3, 12}, new int[] {9, 4}, new int[] {1, 8}, new int[] {14, 11})
                    .map(sizes -> sequence(model, sizes[0], sizes[1]))
                    .toList();
            try (DecodingSession session = DecodingSession.measuring(model, dropout)) {
                session.run(sequences.iterator());
            }
            List<TokenSequence> texts =
                    sequences.stream().map(DropoutSamplesTest::answered).toList();
            Map<TokenSequence, Map<Measure, double[]>> scored = new HashMap<>();
            new UncertaintyEvaluator(dropout).measure(model, texts, scored::put);
            for (int i = 0; i < texts.size(); i++) {
                assertSame(sequences.get(i), scored.get(texts.get(i)), dropout);
            }
        }
    }

    private static void assertSame(GreedySequence sequence, Map<Measure, double[]> scored, MonteCarloDropout dropout) {
        double epistemic = 0;
        for (int step = 0; step < sequence.mostNewTokens(); step++) {
            Map<Measure, Float> measures = sequence.measures().get(step);
            assertEquals(dropout.measures(), measures.keySet());
            for (Measure measure : dropout.measures()) {
                double expected = scored.get(measure)[sequence.prompt().length + step];
                assertEquals(expected, measures.get(measure), 1e-5, measure + " of step " + step);
            }
            epistemic += measures.get(Measure.EPISTEMIC);
        }
        assertTrue(epistemic > 1e-6, "dropout acts: " + epistemic);
    }
}
