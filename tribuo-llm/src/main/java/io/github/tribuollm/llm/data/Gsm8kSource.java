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
package io.github.tribuollm.llm.data;

import java.nio.file.Path;

/** GSM8K's layout: {@code question} and {@code answer}, which ends in {@code #### n}. */
public final class Gsm8kSource extends FileConversationSource {
    private Gsm8kSource() {}

    /**
     * Creates a source over a whole file.
     *
     * @param path the file
     * @throws com.oracle.labs.mlrg.olcut.config.PropertyException if the file is not there
     */
    public Gsm8kSource(Path path) {
        this(path, 0, ALL);
    }

    /**
     * Creates a source over a range of a file's rows.
     *
     * @param path the file
     * @param first how many rows to skip, at least 0
     * @param rows how many rows to use at most, or {@link #ALL}
     * @throws com.oracle.labs.mlrg.olcut.config.PropertyException if the file is not there or the range is wrong
     */
    public Gsm8kSource(Path path, int first, int rows) {
        super(path, first, rows);
        postConfig();
    }

    @Override
    protected String published() {
        return "; GSM8K's train.jsonl and test.jsonl come from https://github.com/openai/grade-school-math or the data set"
                + " openai/gsm8k of Hugging Face: a line is a JSON object with \"question\" and \"answer\", which ends in"
                + " \"#### n\"";
    }

    @Override
    protected Conversation conversation(JsonRow row) {
        return Conversation.of(row.text("question"), row.text("answer"), row.origin());
    }
}
