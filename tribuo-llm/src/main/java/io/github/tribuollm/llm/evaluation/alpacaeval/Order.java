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
package io.github.tribuollm.llm.evaluation.alpacaeval;

/** Which of two answers a judge reads first, under the name m; the other is M. */
public enum Order {
    /** The baseline's answer is m. */
    BASELINE_FIRST,
    /** The judged model's answer is m. */
    MODEL_FIRST;

    ModelOutput first(AnswerPair pair) {
        return this == BASELINE_FIRST ? pair.baseline() : pair.model();
    }

    ModelOutput second(AnswerPair pair) {
        return this == BASELINE_FIRST ? pair.model() : pair.baseline();
    }

    /** {@return AlpacaEval's preference, from 1 (the baseline) to 2 (the model)} */
    double preference(double probabilityOfFirst) {
        return this == BASELINE_FIRST ? 2 - probabilityOfFirst : 1 + probabilityOfFirst;
    }
}
