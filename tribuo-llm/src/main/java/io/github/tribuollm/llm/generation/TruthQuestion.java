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
import io.github.tribuollm.llm.generation.decoding.Prediction;
import io.github.tribuollm.llm.generation.sampling.ChosenToken;
import java.util.function.DoubleConsumer;

/**
 * Asks whether an answer is true, and reads the log-probability of a token from what the model would say.
 *
 * @param tokens the question, laid out
 * @param token the token that says so
 * @param answered takes its log-probability
 */
record TruthQuestion(int[] tokens, int token, DoubleConsumer answered) implements Continuation {
    /** The tokens that it has beside question and answer, and a little. */
    static final int ROOM = 128;

    /** The question about a question and its answer. */
    static String text(String question, String answer) {
        return "Question: " + question + "\nPossible answer: " + answer + "\nIs the possible answer:\n (A) True\n (B)"
                + " False\nThe possible answer is:";
    }

    @Override
    public int[] prompt() {
        return tokens;
    }

    @Override
    public int mostNewTokens() {
        return 1;
    }

    @Override
    public Choice choose(Prediction prediction) {
        answered.accept(ChosenToken.measured(token, prediction.logits()).logProbability());
        return Choice.end();
    }
}
