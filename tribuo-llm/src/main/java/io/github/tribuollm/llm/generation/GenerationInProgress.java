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

import io.github.tribuollm.llm.generation.decoding.Continuation;
import io.github.tribuollm.llm.generation.sampling.SamplingRules;
import io.github.tribuollm.llm.generation.sampling.TokenStatistics;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** The answers to a prompt that are being generated. */
final class GenerationInProgress {
    private final Prompt prompt;
    private final int place;
    private final SamplingRules rules;
    private final TokenStatistics statistics;
    private final GenerationListener listener;
    private final Answer[] answers;
    private int missing;

    /**
     * Begins.
     *
     * @param prompt what is asked
     * @param place its place among all prompts, from 0
     * @param rules how tokens are chosen
     * @param statistics what is told of tokens
     * @param listener hears the answers grow
     */
    GenerationInProgress(
            Prompt prompt, int place, SamplingRules rules, TokenStatistics statistics, GenerationListener listener) {
        this.prompt = prompt;
        this.place = place;
        this.rules = rules;
        this.statistics = statistics;
        this.listener = listener;
        rules.requireRoom(prompt.origin(), prompt.length());
        answers = new Answer[rules.samples()];
        missing = answers.length;
    }

    /** The most tokens of the prompt and an answer. */
    int longest() {
        return rules.longest(prompt.length());
    }

    /** What continues the prompt, once for each answer, made when it is asked for. */
    Stream<Continuation> continuations(Consumer<GenerationInProgress> answered) {
        return IntStream.range(0, answers.length)
                .mapToObj(sample -> new AnswerInProgress(
                        prompt,
                        place * answers.length + sample,
                        sample,
                        rules.answer(prompt.tokens(), sample, statistics),
                        longest() - prompt.length(),
                        listener,
                        answer -> take(answer, answered)));
    }

    private void take(Answer answer, Consumer<GenerationInProgress> answered) {
        answers[answer.sample()] = answer;
        if (--missing == 0) {
            answered.accept(this);
        }
    }

    Prompt prompt() {
        return prompt;
    }

    List<Answer> answers() {
        return List.of(answers);
    }

    /** It is finished when so many questions about its answers are. */
    void await(int questions) {
        missing = questions;
        tellIfFinished();
    }

    void takeTruth(int sample, double logProbability) {
        answers[sample] = answers[sample].withTruth(logProbability);
        missing--;
        tellIfFinished();
    }

    private void tellIfFinished() {
        if (missing == 0) {
            listener.generated(generation());
        }
    }

    Generation generation() {
        return new Generation(prompt, answers());
    }
}
