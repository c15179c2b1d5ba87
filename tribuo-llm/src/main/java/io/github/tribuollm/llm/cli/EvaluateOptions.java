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
import java.nio.file.Path;
import java.util.List;

/** The options of {@code evaluate}. */
final class EvaluateOptions implements CommandOptions {
    @Option(longName = "checkpoint", usage = "A base model: a directory, a GGUF file or hf://owner/name@revision.")
    String checkpoint;

    @Option(
            longName = "adapter",
            usage = "Adapters on it, in PEFT's format: NAME=DIR, several with commas. They share the base's weights.")
    List<String> adapters = List.of();

    @Option(longName = "skip-base", usage = "Measures the adapters alone, without the base.")
    boolean skipBase;

    @Option(
            longName = "baseline",
            usage = "The model that the others are compared with, by its name. Default: the base; without it, the first"
                    + " by name.")
    String baseline;

    @Option(
            longName = "tasks",
            usage = "What models are measured by, with commas: gsm8k, gsm8k_cot, gsm8k_cot_llama, ifeval,"
                    + " alpaca_eval, held_out; several held-out sets as held_out_NAME each.")
    List<String> tasks = List.of();

    @Option(
            longName = "data",
            usage = "Where the data of tasks are: TASK=PATH, several with commas. gsm8k (of all its tasks) is a folder"
                    + " with test.jsonl and train.jsonl, or a file of questions beside gsm8k_train, one of shots; ifeval a"
                    + " file; alpaca_eval the baseline's answers, and alpaca_eval_gamed df_gamed.csv, for win rates with"
                    + " lengths controlled; held_out and held_out_NAME FORMAT:FILE. Default: gsm8k,"
                    + " ifeval/input_data.jsonl, alpaca_eval/alpaca_eval_gpt4_baseline.json.")
    List<String> data = List.of();

    @Option(longName = "num-fewshot", usage = "Shots before each question. Default: as the task has it.")
    Integer numFewshot;

    @Option(longName = "limit", usage = "The most prompts of each task, from the first; 0 for all.")
    Integer limit = 0;

    @Option(longName = "max-gen-toks", usage = "The most tokens of an answer. Default: as the task has it.")
    Integer maxGenToks;

    @Option(
            longName = "apply-chat-template",
            usage = "Asks in a conversation, laid out as the checkpoint publishes it; held-out rows too.")
    boolean applyChatTemplate;

    @Option(longName = "fewshot-as-multiturn", usage = "Shots are turns of the conversation.")
    boolean fewshotAsMultiturn;

    @Option(longName = "system-instruction", usage = "A text that every prompt begins with.")
    String systemInstruction;

    @Option(longName = "batch-size", usage = "The most answers at once; 0 for as many as fit into memory.")
    Integer batchSize = 0;

    @Option(longName = "output", usage = "The directory for results, samples, the page and the pictures.")
    Path output;

    @Option(longName = "html-prompts", usage = "Of how many prompts of each task the page shows the answers.")
    Integer htmlPrompts = 20;

    final JudgeOptions judge = new JudgeOptions();

    final StorageOptions storage = new StorageOptions();

    final ExecutionOptions execution = new ExecutionOptions();

    final GeneralOptions general = new GeneralOptions();

    @Override
    public List<Condition> conditions() {
        return List.of(
                Condition.of(
                        tasks.isEmpty() || !tasks.stream().allMatch(BenchmarkSettings::isHeldOut),
                        "with a task of answers, which held_out is not",
                        "num-fewshot",
                        "max-gen-toks",
                        "system-instruction"),
                Condition.of(applyChatTemplate, "with --apply-chat-template", "fewshot-as-multiturn"),
                Condition.of(
                        tasks.contains("alpaca_eval"),
                        "with --tasks alpaca_eval",
                        "judge",
                        "judge-model",
                        "judge-key-variable",
                        "judge-budget",
                        "judge-cache",
                        "against"),
                Condition.of(
                        judge.isEndpoint(),
                        "with --judge URL",
                        "judge-model",
                        "judge-key-variable",
                        "judge-budget",
                        "judge-cache"),
                Condition.of(!adapters.isEmpty(), "with --adapter NAME=DIR", "skip-base", "baseline"));
    }

    @Override
    public GeneralOptions general() {
        return general;
    }
}
