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
package io.github.tribuollm.llm.uncertainty.estimation;

import io.github.tribuollm.llm.graphs.MicroBatch;
import io.github.tribuollm.uncertainty.Measure;
import java.util.Map;
import java.util.function.Function;

/** A batch and what the model itself predicts, computed when first asked for and then shared. */
public final class BatchPredictions {
    private final MicroBatch batch;
    private final Function<MicroBatch, Map<Measure, float[]>> pass;
    private Map<Measure, float[]> measures;

    public BatchPredictions(MicroBatch batch, Function<MicroBatch, Map<Measure, float[]>> pass) {
        this.batch = batch;
        this.pass = pass;
    }

    /** {@return the batch, one document a row} */
    public MicroBatch batch() {
        return batch;
    }

    /** {@return loss, entropy and margin of the candidate tokens, [N] each} */
    public Map<Measure, float[]> measures() {
        if (measures == null) {
            measures = pass.apply(batch);
        }
        return measures;
    }
}
