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
package io.github.tribuollm.tutorials.grid;

import io.github.tribuollm.llm.data.AlpacaSource;
import io.github.tribuollm.llm.data.Gsm8kSource;
import io.github.tribuollm.llm.data.TruncationPolicy;
import io.github.tribuollm.llm.data.template.AlpacaTemplate;
import io.github.tribuollm.llm.data.template.QuestionAnswerTemplate;
import io.github.tribuollm.llm.token.TokenSequenceSource;
import java.nio.file.Path;

/** The two data sets, each the other's out-of-distribution test. */
enum GridData {
    GSM8K,
    ALPACA;

    /** Rows from here on are never trained on by a cell: first the held-out rows of Alpaca, then the reference's. */
    private static final int ALPACA_HELD_OUT = 40_000;

    private static final int GSM8K_REFERENCE = 6_400;
    private static final int ALPACA_REFERENCE = 45_000;

    GridData other() {
        return this == GSM8K ? ALPACA : GSM8K;
    }

    /** The rows of a seed. */
    TokenSequenceSource training(Path data, Path checkpoint, GridSetting setting, int seed) {
        return rows(data, checkpoint, setting, seed * setting.rows(), setting.rows(), true);
    }

    /** The rows of the reference of {@link GridMethod.Reference#HELD_OUT}. */
    TokenSequenceSource reference(Path data, Path checkpoint, GridSetting setting) {
        return rows(
                data, checkpoint, setting, this == GSM8K ? GSM8K_REFERENCE : ALPACA_REFERENCE, setting.rows(), true);
    }

    /** The rows on which losses are measured. */
    TokenSequenceSource heldOut(Path data, Path checkpoint, GridSetting setting) {
        return rows(data, checkpoint, setting, this == GSM8K ? 0 : ALPACA_HELD_OUT, setting.heldOutRows(), false);
    }

    /** How many seeds the rows that are not held out suffice for. */
    int seeds(GridSetting setting) {
        return (this == GSM8K ? GSM8K_REFERENCE : ALPACA_HELD_OUT) / setting.rows();
    }

    private TokenSequenceSource rows(
            Path data, Path checkpoint, GridSetting setting, int first, int rows, boolean training) {
        return this == GSM8K
                ? new TokenSequenceSource(
                        checkpoint,
                        new Gsm8kSource(data.resolve(training ? "gsm8k/train.jsonl" : "gsm8k/test.jsonl"), first, rows),
                        new QuestionAnswerTemplate(),
                        setting.maxLength(),
                        TruncationPolicy.TRUNCATE_END)
                : new TokenSequenceSource(
                        checkpoint,
                        new AlpacaSource(data.resolve("alpaca/alpaca_data.json"), first, rows),
                        new AlpacaTemplate(),
                        setting.maxLength(),
                        TruncationPolicy.TRUNCATE_END);
    }
}
