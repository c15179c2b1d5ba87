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
package io.github.tribuollm.llm.teacher;

import io.github.tribuollm.llm.data.TokenSequence;
import io.github.tribuollm.llm.graphs.TrainingException;
import java.nio.file.Path;
import java.util.List;

/** Something that was made from data, such as a cached teacher, and fits no other. */
public interface DataBound {
    /**
     * Checks that the data are those it was made from.
     *
     * @param data the training data
     * @param vocabularySize how many tokens the trained model knows
     * @throws TrainingException if they are others
     */
    void requireMadeFor(List<TokenSequence> data, int vocabularySize);

    /** {@return the file that holds it} */
    Path path();
}
