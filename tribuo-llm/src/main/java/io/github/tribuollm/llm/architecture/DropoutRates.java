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
package io.github.tribuollm.llm.architecture;

import io.github.tribuollm.llm.checkpoint.CheckpointConfig;

/**
 * The probabilities of dropping an element in training, at the places that transformers has. Forward passes here drop
 * nothing, as transformers' do in evaluation.
 *
 * @param attention of an attention weight, after the softmax
 * @param embedding of an element of the embedded tokens, before the first layer
 * @param residual of an element of what attention and the feed-forward network add to the hidden states
 */
public record DropoutRates(double attention, double embedding, double residual) {
    static DropoutRates read(CheckpointConfig fields) {
        return new DropoutRates(
                rate(fields, "attention_dropout"), rate(fields, "embd_pdrop"), rate(fields, "resid_pdrop"));
    }

    private static double rate(CheckpointConfig fields, String key) {
        double rate = fields.number(key, 0);
        fields.require(key, rate >= 0 && rate < 1);
        return rate;
    }
}
