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
package io.github.tribuollm.llm.cli;

import com.oracle.labs.mlrg.olcut.config.Option;
import io.github.tribuollm.llm.evaluation.judge.CheckpointJudge;
import io.github.tribuollm.llm.evaluation.judge.EndpointJudge;
import io.github.tribuollm.llm.evaluation.judge.Judge;
import java.nio.file.Path;

/** Who judges pairs of answers. */
final class JudgeOptions implements OptionGroup {
    @Option(
            longName = "judge",
            usage = "A checkpoint, which runs where the models do, and whose log-probabilities of two labels are read:"
                    + " a directory, a GGUF file or hf://owner/name@revision; or an endpoint of OpenAI's protocol, such"
                    + " as https://api.openai.com/v1.")
    String judge;

    @Option(longName = "judge-model", usage = "The name of the model at the endpoint.")
    String judgeModel;

    @Option(
            longName = "judge-key-variable",
            usage = "The environment variable that holds the endpoint's key. Default: OPENAI_API_KEY.")
    String judgeKeyVariable;

    @Option(
            longName = "judge-budget",
            usage = "The most requests that are sent to the endpoint in one run, for all models together; 0 for no"
                    + " bound. Default: 2000.")
    Integer judgeBudget;

    @Option(longName = "judge-cache", usage = "A file that keeps the endpoint's answers for further evaluations.")
    Path judgeCache;

    @Option(
            longName = "against",
            usage = "A model by its name: the judge also compares the answers of the others with its answers.")
    String against;

    @Override
    public String heading() {
        return "Judge";
    }

    /** Whether it answers over a network. */
    boolean isEndpoint() {
        return judge != null && judge.matches("https?://.*");
    }

    /**
     * The judge.
     *
     * @throws UsageError if none is named, or the endpoint's model is missing
     */
    Judge judge() {
        if (judge == null) {
            throw new UsageError("--judge is missing: who says which answers are better, a checkpoint or an endpoint");
        }
        if (!isEndpoint()) {
            return new CheckpointJudge(judge);
        }
        if (judgeModel == null) {
            throw new UsageError("--judge-model is missing: the name of the model at " + judge);
        }
        EndpointJudge endpoint = new EndpointJudge(judge, judgeModel).withCache(judgeCache);
        endpoint = judgeKeyVariable == null ? endpoint : endpoint.withKeyVariable(judgeKeyVariable);
        return judgeBudget == null ? endpoint : endpoint.withBudget(judgeBudget);
    }
}
