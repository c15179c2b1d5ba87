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
package io.github.tribuollm.llm.evaluation.gsm8k;

import com.google.gson.JsonObject;
import io.github.tribuollm.llm.data.Conversation;
import io.github.tribuollm.llm.data.DataException;
import io.github.tribuollm.llm.data.Gsm8kSource;
import java.util.List;
import java.util.stream.StreamSupport;

/** A row of GSM8K, whose answer ends in {@code #### n}. */
record Gsm8kRow(String question, String answer, String origin) {
    private static final String MARK = "####";

    static List<Gsm8kRow> of(Gsm8kSource source) {
        return StreamSupport.stream(source.spliterator(), false)
                .map(Gsm8kRow::of)
                .toList();
    }

    private static Gsm8kRow of(Conversation row) {
        Gsm8kRow read = new Gsm8kRow(
                row.messages().get(0).content(), row.messages().get(1).content(), row.origin());
        if (read.number().isEmpty()) {
            throw new DataException(
                    row.origin() + ": field \"answer\" does not end in \"#### n\", where n is the right number");
        }
        return read;
    }

    /** {@return the right number, as it is written after the last mark; empty where there is none} */
    String number() {
        int mark = answer.lastIndexOf(MARK);
        return mark < 0 ? "" : answer.substring(mark + MARK.length()).strip();
    }

    JsonObject document() {
        JsonObject document = new JsonObject();
        document.addProperty("question", question);
        document.addProperty("answer", answer);
        return document;
    }
}
