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
package io.github.tribuollm.fuzz;

import static io.github.tribuollm.fuzz.Checks.require;

import io.github.tribuollm.llm.evaluation.alpacaeval.ModelOutputs;
import io.github.tribuollm.llm.evaluation.ifeval.IfEvalSource;
import io.github.tribuollm.llm.evaluation.ifeval.IfEvalTask;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** Data of benchmarks. */
final class EvaluationTargets {
    private EvaluationTargets() {}

    static List<Target> all() {
        return List.of(prompts(), outputs());
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static Target prompts() {
        String rows = """
                {"key": 1000, "prompt": "Write two words.", "instruction_id_list": ["length_constraints:number_words",\
                 "punctuation:no_comma"], "kwargs": [{"relation": "at least", "num_words": 2}, {}]}
                {"key": 1001, "prompt": "Say b.", "instruction_id_list": ["keywords:existence"],\
                 "kwargs": [{"keywords": ["b", "c"]}]}
                """;
        return Target.of("ifeval prompts", "i.jsonl", bytes(rows), directory -> {
            IfEvalTask task = new IfEvalTask(new IfEvalSource(directory.resolve("i.jsonl")));
            require(!task.items().isEmpty(), "no prompt");
        });
    }

    private static Target outputs() {
        String rows = """
                [{"instruction": "a", "output": "b", "generator": "g", "dataset": "d"},
                 {"instruction": "c", "output": "", "generator": "g"}]
                """;
        return Target.of(
                "model outputs",
                "o.json",
                bytes(rows),
                directory -> new ModelOutputs(directory.resolve("o.json"))
                        .forEach(output -> require(output.generator() != null, "no generator")));
    }
}
