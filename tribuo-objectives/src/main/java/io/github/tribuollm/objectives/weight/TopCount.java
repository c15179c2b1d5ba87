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

/** The k candidates of highest score; all of a group that has no more. */
public final class TopCount implements Selector {
    @Config(mandatory = true, description = "How many candidates are selected, at least 1.")
    private int count = 1;

    private TopCount() {}

    /**
     * The candidates of highest score.
     *
     * @param count how many, at least 1
     * @throws PropertyException if it is less
     */
    public TopCount(int count) {
        this.count = count;
        postConfig();
    }

    @Override
    public void postConfig() {
        if (count < 1) {
            throw new PropertyException("", "count", "must be at least 1: " + count);
        }
    }

    @Override
    public Tensor select(Candidates candidates) {
        return candidates.ranks().neg().greater(-count).toFloat();
    }

    @Override
    public String toString() {
        return "top " + count;
    }
}
