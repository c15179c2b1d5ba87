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

import io.github.tribuollm.uncertainty.Measure;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** One answer in the making: is given the logits after its last token, chooses the next, and knows when it is done. */
public final class AnswerSampler {
    private final SamplingRules rules;
    private final TokenHistory history;
    private final Draw draw;
    private final TokenStatistics statistics;
    private final AnswerText text;
    private final List<ChosenToken> tokens = new ArrayList<>();
    private FinishReason finished;

    AnswerSampler(SamplingRules rules, int[] prompt, Draw draw, TokenStatistics statistics) {
        this.rules = rules;
        this.history = new TokenHistory(prompt);
        this.draw = draw;
        this.statistics = statistics;
        this.text = rules.text();
    }

    /**
     * Chooses the next token.
     *
     * @param logits after the last token, one for each token of the vocabulary; they are not changed
     * @return its id
     * @throws GenerationException if a logit is not finite, or the settings leave no token
     * @throws IllegalStateException if the answer is finished
     */
    public int next(float[] logits) {
        return next(logits, Map.of());
    }

    /**
     * Chooses the next token, of which others say how uncertain they are.
     *
     * @param logits as in {@link #next(float[])}
     * @param measures what is told of the token
     * @return its id
     */
    public int next(float[] logits, Map<Measure, Float> measures) {
        if (finished != null) {
            throw new IllegalStateException("The answer is finished: " + finished);
        }
        ChosenToken chosen = chosen(logits).with(measures);
        tokens.add(chosen);
        history.add(chosen.token());
        finished = ended(chosen.token());
        return chosen.token();
    }

    private ChosenToken chosen(float[] logits) {
        Candidates processed = new Candidates(logits.clone());
        rules.process(processed, history);
        int token = rules.draws() ? drawn(processed) : processed.best();
        if (!(statistics instanceof TokenStatistics.OfPrediction told)) {
            return ChosenToken.unmeasured(token);
        }
        return ChosenToken.of(token, new Candidates(logits), processed, told.alternatives());
    }

    private int drawn(Candidates processed) {
        return processed.softmax().quantile(draw.at(history.generatedLength()));
    }

    private FinishReason ended(int token) {
        if (rules.isEnd(token)) {
            text.finish();
            return FinishReason.END_TOKEN;
        }
        text.add(token);
        if (text.isStopped()) {
            return FinishReason.STOP_STRING;
        }
        if (history.length() == rules.longest(history.promptLength())) {
            text.finish();
            return FinishReason.LENGTH;
        }
        return null;
    }

    /** Ends the answer where it is; nothing happens if it has ended. */
    public void stop() {
        if (finished == null) {
            text.finish();
            finished = FinishReason.STOPPED;
        }
    }

    /** {@return why the answer ended; empty while it goes on} */
    public Optional<FinishReason> finished() {
        return Optional.ofNullable(finished);
    }

    /** {@return the tokens so far, the end token and those of a stop string included} */
    public List<ChosenToken> tokens() {
        return Collections.unmodifiableList(tokens);
    }

    /**
     * {@return the text so far, without the end token, cut where a stop string begins; what may still become a stop
     * string, or is not yet a whole character, is not there before the answer is finished}
     */
    public String text() {
        return text.text();
    }
}
