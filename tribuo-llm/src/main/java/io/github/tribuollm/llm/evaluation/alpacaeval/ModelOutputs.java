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

import io.github.tribuollm.llm.data.JsonRow;
import io.github.tribuollm.llm.data.RowSource;
import java.nio.file.Path;

/** AlpacaEval's layout of a model's answers: {@code instruction}, {@code output}, {@code generator}. */
public final class ModelOutputs extends RowSource<ModelOutput> {
    private ModelOutputs() {}

    /**
     * Creates a source over a whole file.
     *
     * @param path the file
     * @throws com.oracle.labs.mlrg.olcut.config.PropertyException if the file is not there
     */
    public ModelOutputs(Path path) {
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
    public ModelOutputs(Path path, int first, int rows) {
        super(path, first, rows);
        postConfig();
    }

    @Override
    protected String published() {
        return "; AlpacaEval's answers of models come from https://github.com/tatsu-lab/alpaca_eval, results/<model>/"
                + "model_outputs.json, and those of its baseline from alpaca_eval_gpt4_baseline.json in the data set"
                + " tatsu-lab/alpaca_eval of Hugging Face: an array of objects with \"instruction\", \"output\" and"
                + " \"generator\"";
    }

    @Override
    protected ModelOutput item(JsonRow row) {
        return new ModelOutput(row.text("instruction"), row.text("output"), row.text("generator"));
    }
}
