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
package io.github.tribuollm.fuzz;

import io.github.tribuollm.llm.data.Conversation;
import io.github.tribuollm.llm.data.Message;
import io.github.tribuollm.llm.data.jinja.Value;
import io.github.tribuollm.objectives.target.SparseTeacher;

/** What holds of all that is accepted. */
final class Checks {
    private Checks() {}

    static void require(boolean holds, String what) {
        if (!holds) {
            throw new AssertionError("accepted " + what);
        }
    }

    static void finite(String what, double value) {
        require(Double.isFinite(value), what + " = " + value);
    }

    static void finite(String what, float[] values) {
        for (float value : values) {
            finite(what, value);
        }
    }

    static void conversation(Conversation conversation) {
        finite("weight", conversation.weight());
        values(conversation.variables());
        for (Message message : conversation.messages()) {
            require(!message.role().isEmpty(), "an empty role");
            require(message.content() != null, "no content");
            values(message.fields());
        }
    }

    /** Rows of a sparse teacher: tokens of the vocabulary, and probabilities. */
    static void rows(SparseTeacher.Rows rows, int vocabulary) {
        for (long id : rows.ids()) {
            require(id >= 0 && id < vocabulary, "token " + id);
        }
        for (float probability : rows.probabilities()) {
            require(probability >= 0 && probability <= 1 + 1e-3, "a probability of " + probability);
        }
    }

    private static void values(Value value) {
        if (value instanceof Value.Mapping mapping) {
            mapping.entries().forEach((key, entry) -> {
                values(key);
                values(entry);
            });
        } else if (value instanceof Value.Sequence sequence) {
            sequence.items().forEach(Checks::values);
        } else if (value instanceof Value.Real real) {
            finite("a number", real.value());
        }
    }
}
