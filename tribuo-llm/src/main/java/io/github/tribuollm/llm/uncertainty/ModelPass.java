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
package io.github.tribuollm.llm.uncertainty;

import io.github.tribuollm.llm.graphs.MicroBatch;
import io.github.tribuollm.llm.graphs.ParameterSet;
import io.github.tribuollm.runtime.GraphSession;
import io.github.tribuollm.uncertainty.Measure;
import java.util.Map;

/** Loss, entropy and margin of a model. */
final class ModelPass implements AutoCloseable {
    private final ForwardPass pass;
    private final LabelMeasures measures;
    private final ParameterSet adapter;

    ModelPass(ScoredModel model) {
        pass = new ForwardPass(model);
        measures = new LabelMeasures(model);
        adapter = model.adapterTensors();
    }

    Map<Measure, float[]> of(MicroBatch batch) {
        try (GraphSession.Outputs outputs = pass.run(batch, adapter)) {
            return measures.of(batch, outputs.tensor(ForwardPass.STATES));
        }
    }

    @Override
    public void close() {
        pass.close();
        measures.close();
        adapter.close();
    }
}
