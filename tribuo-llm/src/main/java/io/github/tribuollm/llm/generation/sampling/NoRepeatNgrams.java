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

/**
 * Bans each token that would repeat n tokens in a row of prompt and answer.
 *
 * @param n at least 1
 */
record NoRepeatNgrams(int n) implements LogitsProcessor {
    @Override
    public void process(Candidates candidates, TokenHistory history) {
        int suffix = history.length() + 1 - n;
        for (int start = 0; start + n <= history.length(); start++) {
            if (history.same(start, suffix, n - 1)) {
                candidates.ban(history.token(start + n - 1));
            }
        }
    }
}
