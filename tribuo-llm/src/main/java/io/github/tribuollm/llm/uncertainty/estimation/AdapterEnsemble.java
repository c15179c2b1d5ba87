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

import io.github.tribuollm.llm.lora.Adapter;
import io.github.tribuollm.llm.scoring.ScoredModel;
import java.util.List;

/** An estimator that compares the predictions of several adapters on the model's base. */
public interface AdapterEnsemble extends UncertaintyEstimator {
    /**
     * The members.
     *
     * @param model the model on whose base they are
     * @return their adapters, at least 2, read now
     */
    List<Adapter> adapters(ScoredModel model);
}
