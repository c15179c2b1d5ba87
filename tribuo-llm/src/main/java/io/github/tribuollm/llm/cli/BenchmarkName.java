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

import io.github.tribuollm.llm.data.Gsm8kSource;
import io.github.tribuollm.llm.evaluation.alpacaeval.AlpacaEval;
import io.github.tribuollm.llm.evaluation.alpacaeval.ModelOutputs;
import io.github.tribuollm.llm.evaluation.gsm8k.DrawnShots;
import io.github.tribuollm.llm.evaluation.gsm8k.ExemplarShots;
import io.github.tribuollm.llm.evaluation.gsm8k.Gsm8kTask;
import io.github.tribuollm.llm.evaluation.ifeval.IfEvalSource;
import io.github.tribuollm.llm.evaluation.ifeval.IfEvalTask;
import io.github.tribuollm.llm.evaluation.run.AnsweredBenchmark;
import io.github.tribuollm.llm.evaluation.run.Benchmark;
import io.github.tribuollm.llm.evaluation.run.PreferredBenchmark;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;

/** What models are measured by, by the names of lm-evaluation-harness. */
enum BenchmarkName {
    GSM8K {
        @Override
        Benchmark benchmark(BenchmarkSettings settings) {
            Gsm8kSource train = new Gsm8kSource(settings.gsm8kTrain());
            DrawnShots shots = new DrawnShots(train);
            return answered(
                    settings,
                    Gsm8kTask.gsm8k(questions(settings), train)
                            .withShots(settings.shots().map(shots::withCount).orElse(shots)));
        }
    },
    GSM8K_COT {
        @Override
        Benchmark benchmark(BenchmarkSettings settings) {
            return answered(settings, Gsm8kTask.cot(questions(settings)).withShots(exemplars(settings)));
        }
    },
    GSM8K_COT_LLAMA {
        @Override
        Benchmark benchmark(BenchmarkSettings settings) {
            return answered(settings, Gsm8kTask.cotLlama(questions(settings)).withShots(exemplars(settings)));
        }
    },
    IFEVAL {
        @Override
        Benchmark benchmark(BenchmarkSettings settings) {
            Path file = settings.file("ifeval", "ifeval/input_data.jsonl");
            IfEvalTask task = new IfEvalTask(new IfEvalSource(file, 0, settings.limit())).withAsking(settings.asking());
            return new AnsweredBenchmark(
                    settings.maxTokens().map(task::withMaxTokens).orElse(task));
        }
    },
    ALPACA_EVAL {
        @Override
        Benchmark benchmark(BenchmarkSettings settings) {
            Path file = settings.file("alpaca_eval", "alpaca_eval/alpaca_eval_gpt4_baseline.json");
            AlpacaEval task = new AlpacaEval(new ModelOutputs(file, 0, settings.limit()))
                    .withAsking(settings.asking())
                    .withGamed(settings.gamed().orElse(null));
            return new PreferredBenchmark(
                    settings.maxTokens().map(task::withMaxTokens).orElse(task), settings.judge());
        }
    };

    /** Makes the benchmark that options describe. */
    abstract Benchmark benchmark(BenchmarkSettings settings);

    private static Gsm8kSource questions(BenchmarkSettings settings) {
        return new Gsm8kSource(settings.gsm8kTest(), 0, settings.limit());
    }

    private static ExemplarShots exemplars(BenchmarkSettings settings) {
        ExemplarShots all = new ExemplarShots();
        return settings.shots().map(all::withCount).orElse(all);
    }

    private static Benchmark answered(BenchmarkSettings settings, Gsm8kTask task) {
        Gsm8kTask asked = task.withAsking(settings.asking());
        return new AnsweredBenchmark(
                settings.maxTokens().map(asked::withMaxTokens).orElse(asked));
    }

    /**
     * Reads a name.
     *
     * @throws UsageError if it is unknown
     */
    static BenchmarkName named(String task) {
        return Arrays.stream(values())
                .filter(name -> name.written().equals(task))
                .findFirst()
                .orElseThrow(() -> new UsageError("--tasks: there is no '" + task + "'; choose of " + known()));
    }

    /** The names of all, and of held-out data. */
    static String known() {
        return Arrays.stream(values()).map(BenchmarkName::written).collect(Collectors.joining(", "))
                + ", held_out, held_out_NAME";
    }

    String written() {
        return name().toLowerCase(Locale.ROOT);
    }
}
