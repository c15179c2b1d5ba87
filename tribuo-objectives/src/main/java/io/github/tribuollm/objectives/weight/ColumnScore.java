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
package io.github.tribuollm.objectives.weight;

import com.oracle.labs.mlrg.olcut.config.Config;
import com.oracle.labs.mlrg.olcut.config.PropertyException;
import io.github.tribuollm.graph.Tensor;

/** A number that the data gives for each token: an advantage, an uncertainty measured before, any array. */
public final class ColumnScore implements Score {
    @Config(mandatory = true, description = "The name of the data's column.")
    private String column;

    private ColumnScore() {}

    /**
     * A column of the data.
     *
     * @param column its name, not blank
     * @throws PropertyException if it is blank
     */
    public ColumnScore(String column) {
        this.column = column;
        postConfig();
    }

    @Override
    public void postConfig() {
        if (column.isBlank()) {
            throw new PropertyException("", "column", "a column of the data needs a name");
        }
    }

    @Override
    public Tensor of(TokenStatistics statistics) {
        return statistics.column(column);
    }

    @Override
    public String toString() {
        return column;
    }
}
