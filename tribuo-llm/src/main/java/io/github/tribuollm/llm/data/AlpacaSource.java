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

/**
 * Stanford Alpaca's layout: {@code instruction}, {@code input} (may be empty or missing) and {@code output}.
 *
 * <p>An input becomes part of the user's message, after the instruction and the line {@code ### Input:}.
 */
public final class AlpacaSource extends FileConversationSource {
    public static final String INPUT_HEADING = "\n\n### Input:\n";

    private AlpacaSource() {}

    /**
     * Creates a source over a whole file.
     *
     * @param path the file
     * @throws com.oracle.labs.mlrg.olcut.config.PropertyException if the file is not there
     */
    public AlpacaSource(Path path) {
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
    public AlpacaSource(Path path, int first, int rows) {
        super(path, first, rows);
        postConfig();
    }

    @Override
    protected Conversation conversation(JsonRow row) {
        String instruction = row.text("instruction");
        String input = row.textOrEmpty("input");
        String prompt = input.isEmpty() ? instruction : instruction + INPUT_HEADING + input;
        return Conversation.of(prompt, row.text("output"), row.origin());
    }
}
