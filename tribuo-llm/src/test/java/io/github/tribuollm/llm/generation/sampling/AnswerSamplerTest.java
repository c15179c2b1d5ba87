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
package io.github.tribuollm.llm.generation.sampling;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.oracle.labs.mlrg.olcut.config.PropertyException;
import io.github.tribuollm.llm.checkpoint.Tokenizer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Answers end where they should, and their texts are cut where they should. */
final class AnswerSamplerTest {
    private static final Path CHECKPOINTS = Path.of(System.getProperty("test.resources"), "checkpoint");
    private static final TokenStatistics STATISTICS = new TokenStatistics.OfPrediction(3);

    private Tokenizer tokenizer;

    @BeforeEach
    void open() {
        tokenizer = Tokenizer.open(CHECKPOINTS.resolve("byte-level"));
    }

    @AfterEach
    void close() {
        tokenizer.close();
    }

    private AnswerSampler sampler(Sampling sampling, Stopping stopping) {
        return SamplingRules.of(
                        sampling,
                        stopping,
                        GenerationDefaults.NONE,
                        tokenizer,
                        new ModelBounds(100, tokenizer.vocabularySize()))
                .answer(new int[] {1}, 0, STATISTICS);
    }

    private AnswerSampler sampler(String... stopStrings) {
        return sampler(new Sampling(), new Stopping().withMaxNewTokens(50).withStopStrings(stopStrings));
    }

    /** Logits of which one token is the likeliest. */
    private float[] surely(int token) {
        float[] logits = new float[tokenizer.vocabularySize()];
        logits[token] = 10;
        return logits;
    }

    /** Says a text until the answer ends; what is told after each token. */
    private List<String> say(AnswerSampler answer, String text) {
        List<String> told = new ArrayList<>();
        for (int token : tokenizer.encode(text)) {
            if (answer.finished().isEmpty()) {
                answer.next(surely(token));
                told.add(answer.text());
            }
        }
        return told;
    }

    @ParameterizedTest
    @CsvSource({
        "one two three, two, 'one '",
        "one two three, e t, on",
        "one two three, 'three,two', 'one '",
        "one two three, 'wo th,o t', one tw",
        "aXbXc, X, a",
        "aababac, abac, aab",
        "xyz, x, ''",
    })
    void textIsCutWhereTheFirstStopStringBegins(String text, String stops, String kept) {
        AnswerSampler answer = sampler(stops.split(","));
        say(answer, text + " and more");
        assertEquals(Optional.of(FinishReason.STOP_STRING), answer.finished());
        assertEquals(kept, answer.text());
        assertTrue(answer.tokens().size() < tokenizer.encode(text + " and more").length);
    }

    @Test
    void whatMayBecomeAStopStringIsHeldBack() {
        AnswerSampler answer = sampler("\n\nUser:");
        List<String> told = say(answer, "yes\n\nUs. No");
        for (String text : told) {
            assertFalse(text.endsWith("\n") || text.endsWith("\nU"), "told too early: '" + text + "'");
            assertTrue("yes\n\nUs. No".startsWith(text), text);
        }
        answer.stop();
        assertEquals("yes\n\nUs. No", answer.text());
        assertEquals(Optional.of(FinishReason.STOPPED), answer.finished());
    }

    @ParameterizedTest
    @ValueSource(strings = {"byte-level", "byte-fallback"})
    void textIsToldInWholeCharacters(String name) {
        String text = "Grüße 世界 \uD83D\uDE00\uD83D\uDC69\u200D\uD83D\uDE80 end";
        try (Tokenizer other = Tokenizer.open(CHECKPOINTS.resolve(name))) {
            int[] tokens = other.encode(text);
            AnswerSampler answer = SamplingRules.of(
                            new Sampling(),
                            new Stopping(),
                            GenerationDefaults.NONE,
                            other,
                            new ModelBounds(200, other.vocabularySize()))
                    .answer(new int[] {1}, 0, STATISTICS);
            String before = "";
            for (int token : tokens) {
                float[] logits = new float[other.vocabularySize()];
                logits[token] = 10;
                answer.next(logits);
                assertFalse(answer.text().contains("\uFFFD"), answer.text());
                assertTrue(answer.text().startsWith(before), answer.text());
                before = answer.text();
            }
            assertEquals(other.decode(tokens), answer.text());
        }
    }

    @Test
    void aStopStringOfWholeCharactersMayBeAnEmoji() {
        AnswerSampler answer = sampler("\uD83D\uDE00");
        say(answer, "so \uD83D\uDE00 what");
        assertEquals("so ", answer.text());
    }

    @Test
    void anyEndTokenEndsAnAnswerAndIsNoText() {
        int[] tokens = tokenizer.encode("yes no");
        for (int end : new int[] {7, 9}) {
            AnswerSampler answer =
                    sampler(new Sampling(), new Stopping().withEosTokenId(7, 9).withMinNewTokens(0));
            Arrays.stream(tokens).forEach(token -> answer.next(surely(token)));
            answer.next(surely(end));
            assertEquals(Optional.of(FinishReason.END_TOKEN), answer.finished());
            assertEquals("yes no", answer.text());
            assertEquals(end, answer.tokens().get(tokens.length).token());
            assertThrows(IllegalStateException.class, () -> answer.next(surely(end)));
        }
    }

    @Test
    void withoutASettingTheCheckpointsEndTokensEndAnAnswer() {
        AnswerSampler answer = sampler(new Sampling(), new Stopping());
        answer.next(surely(tokenizer.eos().orElseThrow()));
        assertEquals(Optional.of(FinishReason.END_TOKEN), answer.finished());
    }

    @Test
    void lengthsEndAnAnswer() {
        AnswerSampler three = sampler(new Sampling(), new Stopping().withMaxNewTokens(3));
        AnswerSampler total = sampler(new Sampling(), new Stopping().withMaxLength(4));
        AnswerSampler positions = sampler(new Sampling(), new Stopping().withMaxNewTokens(1000));
        for (int i = 0; i < 3; i++) {
            three.next(surely(20));
            total.next(surely(20));
        }
        for (int i = 0; i < 99; i++) {
            positions.next(surely(20));
        }
        List.of(three, total, positions)
                .forEach(answer -> assertEquals(Optional.of(FinishReason.LENGTH), answer.finished()));
    }

    @Test
    void measuresAreThoseOfTheModelsOwnPrediction() {
        float[] logits = new float[tokenizer.vocabularySize()];
        Random random = new Random(5);
        for (int i = 0; i < logits.length; i++) {
            logits[i] = (float) random.nextGaussian();
        }
        Sampling drawn = new Sampling()
                .withDoSample(true)
                .withTemperature(0.5)
                .withTopK(4)
                .withSeed(3);
        AnswerSampler answer = sampler(drawn, new Stopping());
        float[] before = logits.clone();
        int token = answer.next(logits);
        assertTrue(Arrays.equals(before, logits), "logits were changed");

        double sum = 0;
        for (float logit : logits) {
            sum += Math.exp(logit);
        }
        double entropy = 0;
        for (float logit : logits) {
            entropy -= Math.exp(logit) / sum * (logit - Math.log(sum));
        }
        ChosenToken chosen = answer.tokens().get(0);
        assertEquals(logits[token] - Math.log(sum), chosen.logProbability(), 1e-9);
        assertEquals(entropy, chosen.entropy(), 1e-9);
        assertEquals(3, chosen.alternatives().size());
        float[] sorted = logits.clone();
        Arrays.sort(sorted);
        double four = 0;
        for (int i = 0; i < 4; i++) {
            float logit = sorted[sorted.length - 1 - i];
            four += Math.exp(2 * logit);
            if (i < 3) {
                assertEquals(logit - Math.log(sum), chosen.alternatives().get(i).logProbability(), 1e-9);
            }
        }
        assertEquals(2 * logits[token] - Math.log(four), chosen.processedLogProbability(), 1e-6);
    }

    @Test
    void whatCannotBeContinuedIsRefused() {
        SamplingRules rules = SamplingRules.of(
                new Sampling(),
                new Stopping(),
                GenerationDefaults.NONE,
                tokenizer,
                new ModelBounds(10, tokenizer.vocabularySize()));
        assertRefused("The prompt has no tokens", () -> rules.answer(new int[0], 0, STATISTICS));
        assertRefused("10 positions", () -> rules.answer(new int[10], 0, STATISTICS));
        SamplingRules full = SamplingRules.of(
                new Sampling(),
                new Stopping().withMaxLength(5),
                GenerationDefaults.NONE,
                tokenizer,
                new ModelBounds(10, tokenizer.vocabularySize()));
        assertRefused("maxLength, 5", () -> full.answer(new int[5], 0, STATISTICS));
        assertRefused("token 3 is NaN", () -> {
            float[] broken = surely(4);
            broken[3] = Float.NaN;
            sampler().next(broken);
        });
        int[] all = new int[tokenizer.vocabularySize()];
        Arrays.setAll(all, i -> i);
        assertRefused(
                "every token is banned",
                () -> sampler(new Sampling().withSuppressTokens(all), new Stopping())
                        .next(surely(4)));
    }

    private static void assertRefused(String part, org.junit.jupiter.api.function.Executable action) {
        String message = assertThrows(GenerationException.class, action).getMessage();
        assertTrue(message.contains(part), message);
    }

    @Test
    void aSettingThatCannotActIsRefused() {
        List.of(
                        new Sampling().withTemperature(0.5),
                        new Sampling().withTopP(0.5),
                        new Sampling().withDoSample(false).withNumReturnSequences(2))
                .forEach(sampling -> {
                    PropertyException refused =
                            assertThrows(PropertyException.class, () -> sampler(sampling, new Stopping()));
                    assertTrue(refused.getMsg().contains("acts on draws only"), refused.getMsg());
                });
    }
}
