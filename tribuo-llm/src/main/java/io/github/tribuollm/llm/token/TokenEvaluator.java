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
package io.github.tribuollm.llm.token;

import io.github.tribuollm.llm.CausalLMModel;
import java.util.List;
import org.tribuo.DataSource;
import org.tribuo.Dataset;
import org.tribuo.Model;
import org.tribuo.Prediction;
import org.tribuo.evaluation.Evaluator;
import org.tribuo.provenance.DataProvenance;
import org.tribuo.provenance.EvaluationProvenance;
import org.tribuo.sequence.SequenceDataset;
import org.tribuo.sequence.SequenceModel;

/**
 * Evaluates next-token predictions. A prediction carries the target's log-probability in its output scores, under the
 * target's {@link TokenOutput#name()}.
 */
public final class TokenEvaluator implements Evaluator<TokenOutput, TokenEvaluation> {
    /** Creates an evaluator. */
    public TokenEvaluator() {}

    @Override
    public TokenEvaluation evaluate(Model<TokenOutput> model, Dataset<TokenOutput> dataset) {
        return evaluate(model, model.predict(dataset), dataset.getProvenance());
    }

    @Override
    public TokenEvaluation evaluate(Model<TokenOutput> model, DataSource<TokenOutput> datasource) {
        return evaluate(model, model.predict(datasource), datasource.getProvenance());
    }

    @Override
    public TokenEvaluation evaluate(
            Model<TokenOutput> model, List<Prediction<TokenOutput>> predictions, DataProvenance provenance) {
        return new TokenEvaluation(predictions, new EvaluationProvenance(model.getProvenance(), provenance));
    }

    /**
     * Evaluates a language model on sequences; positions count by their weights, so prompts do not.
     *
     * @param model the model
     * @param dataset the sequences
     * @return the evaluation, which keeps every prediction; for large data see {@link CausalLMModel#meanLoss}
     */
    public TokenEvaluation evaluate(SequenceModel<TokenOutput> model, SequenceDataset<TokenOutput> dataset) {
        List<Prediction<TokenOutput>> predictions =
                model.predict(dataset).stream().flatMap(List::stream).toList();
        return new TokenEvaluation(
                predictions, new EvaluationProvenance(model.getProvenance(), dataset.getProvenance()));
    }
}
