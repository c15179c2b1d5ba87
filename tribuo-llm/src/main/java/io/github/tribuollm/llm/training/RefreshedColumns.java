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
package io.github.tribuollm.llm.training;

import io.github.tribuollm.llm.data.TokenSequence;
import java.util.List;

/** Columns of the training data that come from the model in training, anew every so many steps. */
public interface RefreshedColumns {
    /** {@return the steps between two refreshes, at least 1; the first is before the first step} */
    int interval();

    /**
     * The data with the columns as the model is now.
     *
     * @param data the training data
     * @return the same sequences in the same order, with the columns
     */
    List<TokenSequence> refresh(List<TokenSequence> data);
}
