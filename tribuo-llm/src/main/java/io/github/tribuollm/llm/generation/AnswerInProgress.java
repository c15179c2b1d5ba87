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

import io.github.tribuollm.llm.generation.decoding.Choice;
import io.github.tribuollm.llm.generation.decoding.Continuation;
import io.github.tribuollm.llm.generation.decoding.Ending;
import io.github.tribuollm.llm.generation.decoding.Prediction;
import io.github.tribuollm.llm.generation.sampling.AnswerSampler;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.function.Consumer;

/** An answer that is being generated. */
final class AnswerInProgress implements Continuation {
    private final Prompt prompt;
    private final int text;
    private final int sample;
    private final AnswerSampler sampler;
    private final int most;
    private final GenerationListener listener;
    private final Consumer<Answer> finished;
    private int told;

    /**
     * Begins an answer.
     *
     * @param prompt to what
     * @param text which text of all it is
     * @param sample its number among the answers to the prompt
     * @param sampler chooses its tokens
     * @param most how many it has at most
     * @param listener hears its text
     * @param finished takes it in the end
     */
    AnswerInProgress(
            Prompt prompt,
            int text,
            int sample,
            AnswerSampler sampler,
            int most,
            GenerationListener listener,
            Consumer<Answer> finished) {
        this.prompt = prompt;
        this.text = text;
        this.sample = sample;
        this.sampler = sampler;
        this.most = most;
        this.listener = listener;
        this.finished = finished;
    }

    @Override
    public int[] prompt() {
        return prompt.tokens();
    }

    @Override
    public int mostNewTokens() {
        return most;
    }

    @Override
    public OptionalInt text() {
        return OptionalInt.of(text);
    }

    @Override
    public Choice choose(Prediction prediction) {
        if (!listener.goesOn()) {
            return Choice.end();
        }
        int token = sampler.next(prediction.logits(), prediction.measures());
        tell();
        return sampler.finished().isPresent() ? Choice.lastToken(token) : Choice.token(token);
    }

    private void tell() {
        String text = sampler.text();
        if (text.length() > told) {
            listener.added(prompt, sample, text.substring(told));
            told = text.length();
        }
    }

    @Override
    public void ended(Ending ending) {
        sampler.stop();
        tell();
        finished.accept(new Answer(
                sample, sampler.text(), sampler.tokens(), sampler.finished().orElseThrow(), OptionalDouble.empty()));
    }
}
