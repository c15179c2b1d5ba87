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
package io.github.tribuollm.llm.generation;

import io.github.tribuollm.llm.checkpoint.Tokenizer;
import io.github.tribuollm.llm.generation.sampling.ChosenToken;
import io.github.tribuollm.uncertainty.Measure;
import io.github.tribuollm.uncertainty.TokenMeasures;
import io.github.tribuollm.uncertainty.pages.Panel;
import io.github.tribuollm.uncertainty.pages.TokenPage;
import java.util.Arrays;
import java.util.BitSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;

/** Shows generated answers with their tokens coloured by how unsure the model was of them. */
public final class GenerationPage {
    private GenerationPage() {}

    /**
     * Adds a prompt and its answers to a page, side by side.
     *
     * @param page the page
     * @param generation the generation, measured
     * @param tokenizer of the model
     * @return the longer page
     */
    public static TokenPage with(TokenPage page, Generation generation, Tokenizer tokenizer) {
        Panel[] panels = generation.answers().stream()
                .filter(answer -> !answer.tokens().isEmpty())
                .map(answer -> new Panel(heading(answer), measures(generation.prompt(), answer, tokenizer)))
                .toArray(Panel[]::new);
        return panels.length == 0 ? page : page.document(generation.prompt().origin(), panels);
    }

    private static String heading(Answer answer) {
        return String.format(
                Locale.ROOT,
                "Answer %d, %s, perplexity %.3g",
                answer.sample() + 1,
                answer.finish().name().toLowerCase(Locale.ROOT).replace('_', ' '),
                answer.score(AnswerScore.PERPLEXITY));
    }

    /**
     * Loss, entropy and what else was measured of an answer's tokens.
     *
     * @param prompt what was asked
     * @param answer the answer, measured
     * @param tokenizer of the model
     * @return the tokens of prompt and answer; the answer is the completion
     */
    public static TokenMeasures measures(Prompt prompt, Answer answer, Tokenizer tokenizer) {
        int[] tokens = IntStream.concat(IntStream.of(prompt.tokens()), IntStream.of(answer.ids()))
                .toArray();
        List<String> texts = GenerationJson.texts(tokens, tokenizer);
        BitSet completion = new BitSet();
        completion.set(prompt.length(), tokens.length);
        Map<String, double[]> measures = new LinkedHashMap<>();
        measures.put(Measure.LOSS.label(), values(prompt, answer, token -> -token.logProbability()));
        measures.put(Measure.ENTROPY.label(), values(prompt, answer, ChosenToken::entropy));
        answer.measures()
                .forEach(measure -> measures.put(
                        measure.label(),
                        values(prompt, answer, token -> token.measures().get(measure))));
        return new TokenMeasures(prompt.origin(), texts, completion, measures, new BitSet());
    }

    private static double[] values(Prompt prompt, Answer answer, ToDoubleFunction<ChosenToken> measure) {
        double[] values = new double[prompt.length() + answer.tokens().size()];
        Arrays.fill(values, Double.NaN);
        for (int i = 0; i < answer.tokens().size(); i++) {
            values[prompt.length() + i] = measure.applyAsDouble(answer.tokens().get(i));
        }
        return values;
    }
}
