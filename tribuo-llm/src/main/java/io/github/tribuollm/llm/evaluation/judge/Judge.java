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
package io.github.tribuollm.llm.evaluation.judge;

import com.oracle.labs.mlrg.olcut.config.Configurable;
import com.oracle.labs.mlrg.olcut.provenance.ConfiguredObjectProvenance;
import com.oracle.labs.mlrg.olcut.provenance.Provenancable;
import io.github.tribuollm.llm.data.Conversation;
import io.github.tribuollm.llm.data.HashedInput;
import io.github.tribuollm.llm.evaluation.alpacaeval.JudgeAnswer;
import io.github.tribuollm.runtime.Execution;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.SortedMap;
import java.util.function.BooleanSupplier;

/** Who says which of two answers is better, by the log-probabilities of its first token. */
public interface Judge extends Configurable, Provenancable<ConfiguredObjectProvenance> {
    /**
     * Answers questions.
     *
     * @param questions conversations that end with a message of the user
     * @param kept a file that keeps answers, so that what was answered is not asked again
     * @param stop asked now and then whether to stop
     * @return an answer to each, in their order
     * @throws io.github.tribuollm.llm.training.InterruptedRun if it was asked to stop
     * @throws io.github.tribuollm.runtime.UserException if a question cannot be answered; the answers so far are kept
     */
    List<JudgeAnswer> answers(List<Conversation> questions, Path kept, BooleanSupplier stop);

    /**
     * {@return what it reads from files, by name; nothing where it is behind an endpoint}
     *
     * @throws io.github.tribuollm.runtime.UserException if a file cannot be read
     */
    default SortedMap<String, HashedInput> inputs() {
        return Collections.emptySortedMap();
    }

    /**
     * The same elsewhere, or in another precision.
     *
     * @param choice where and in which precision
     * @return this if it does not run here
     */
    default Judge withExecution(Execution choice) {
        return this;
    }
}
