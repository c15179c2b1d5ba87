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
 * Lowers the logit of each generated token, once for being there and once for each time, as OpenAI's and vLLM's
 * interfaces do; the prompt does not count. transformers has no such penalties.
 *
 * @param presence what being there costs
 * @param frequency what each time costs
 */
record CountPenalties(double presence, double frequency) implements LogitsProcessor {
    @Override
    public void process(Candidates candidates, TokenHistory history) {
        history.counts()
                .forEach((token, times) -> candidates.change(token, logit -> logit - presence - frequency * times));
    }
}
