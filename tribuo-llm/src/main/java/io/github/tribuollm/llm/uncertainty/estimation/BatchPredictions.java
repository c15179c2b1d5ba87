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
import java.util.function.IntConsumer;

/** A batch and what the model itself predicts, computed when first asked for and then shared. */
public final class BatchPredictions {
    private final MicroBatch batch;
    private final Function<MicroBatch, Map<Measure, float[]>> pass;
    private final IntConsumer progress;
    private Map<Measure, float[]> measures;
    private int passed;

    public BatchPredictions(MicroBatch batch, Function<MicroBatch, Map<Measure, float[]>> pass) {
        this(batch, pass, passes -> {});
    }

    /**
     * A batch.
     *
     * @param batch one document a row
     * @param pass measures the model itself
     * @param progress is told how many passes of an estimator are done
     */
    public BatchPredictions(MicroBatch batch, Function<MicroBatch, Map<Measure, float[]>> pass, IntConsumer progress) {
        this.batch = batch;
        this.pass = pass;
        this.progress = progress;
    }

    /**
     * Tells how far an estimator is with the batch.
     *
     * @param passes how many of its forward passes are done since it last told
     */
    public void passed(int passes) {
        passed += passes;
        progress.accept(passes);
    }

    /**
     * An estimator is done with the batch, and has told of all its passes or of none.
     *
     * @param passes how many it makes
     */
    public void finished(int passes) {
        if (passed == 0) {
            progress.accept(passes);
        }
        passed = 0;
    }

    /** {@return the batch, one document a row} */
    public MicroBatch batch() {
        return batch;
    }

    /** {@return loss, entropy and margin of the completion tokens, [N] each} */
    public Map<Measure, float[]> measures() {
        if (measures == null) {
            measures = pass.apply(batch);
        }
        return measures;
    }
}
