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
package io.github.tribuollm.llm.evaluation.ifeval;

import io.github.tribuollm.llm.data.JsonRow;
import io.github.tribuollm.llm.data.RowSource;
import java.nio.file.Path;

/** IFEval's layout: {@code prompt}, {@code instruction_id_list}, and {@code kwargs} for each of the instructions. */
public final class IfEvalSource extends RowSource<IfEvalPrompt> {
    private IfEvalSource() {}

    /**
     * Creates a source over a whole file.
     *
     * @param path the file
     * @throws com.oracle.labs.mlrg.olcut.config.PropertyException if the file is not there
     */
    public IfEvalSource(Path path) {
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
    public IfEvalSource(Path path, int first, int rows) {
        super(path, first, rows);
        postConfig();
    }

    @Override
    protected String published() {
        return "; IFEval's input_data.jsonl comes from https://github.com/google-research/google-research, folder"
                + " instruction_following_eval/data, or the data set google/IFEval of Hugging Face: a line is a JSON"
                + " object with \"prompt\", \"instruction_id_list\" and \"kwargs\"";
    }

    @Override
    protected IfEvalPrompt item(JsonRow row) {
        return IfEvalPrompt.of(row);
    }
}
