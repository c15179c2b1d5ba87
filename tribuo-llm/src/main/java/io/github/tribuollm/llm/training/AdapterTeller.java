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
package io.github.tribuollm.llm.training;

import io.github.tribuollm.llm.lora.Adapter;
import io.github.tribuollm.llm.training.report.AdapterReport;
import io.github.tribuollm.llm.training.report.EvaluationReport;
import io.github.tribuollm.llm.training.report.TrainingListener;
import java.util.function.Supplier;

/** Tells a listener of the adapter once for each step after which a run evaluates. */
final class AdapterTeller implements TrainingListener {
    private final TrainingListener listener;
    private final Supplier<Adapter> adapter;
    private int last = -1;

    AdapterTeller(TrainingListener listener, Supplier<Adapter> adapter) {
        this.listener = listener;
        this.adapter = adapter;
    }

    @Override
    public void evaluated(EvaluationReport evaluation) {
        if (evaluation.step() != last) {
            last = evaluation.step();
            listener.adapted(new AdapterReport(evaluation.stage(), last, adapter));
        }
    }
}
