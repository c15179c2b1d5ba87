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

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** A sequence that goes on with the most probable tokens, and keeps the logits that it was given. */
final class Greedy implements Continuation {
    private final int[] prompt;
    private final int most;
    private final List<float[]> logits = new ArrayList<>();
    private final List<Integer> tokens = new ArrayList<>();
    private Optional<Ending> ending = Optional.empty();

    Greedy(int[] prompt, int most) {
        this.prompt = prompt;
        this.most = most;
    }

    @Override
    public int[] prompt() {
        return prompt;
    }

    @Override
    public int mostNewTokens() {
        return most;
    }

    @Override
    public Choice choose(Prediction prediction) {
        logits.add(prediction.logits().clone());
        tokens.add(best(prediction.logits()));
        return Choice.token(tokens.get(tokens.size() - 1));
    }

    @Override
    public void ended(Ending why) {
        ending = Optional.of(why);
    }

    static int best(float[] logits) {
        int best = 0;
        for (int i = 1; i < logits.length; i++) {
            best = logits[i] > logits[best] ? i : best;
        }
        return best;
    }

    /** The prompt and the first new tokens. */
    int[] tokens(int ofThem) {
        int[] all = Arrays.copyOf(prompt, prompt.length + ofThem);
        for (int i = 0; i < ofThem; i++) {
            all[prompt.length + i] = tokens.get(i);
        }
        return all;
    }

    List<Integer> newTokens() {
        return tokens;
    }

    List<float[]> logits() {
        return logits;
    }

    Optional<Ending> ending() {
        return ending;
    }
}
