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
package io.github.tribuollm.llm.evaluation.gsm8k;

import io.github.tribuollm.llm.data.Message;
import io.github.tribuollm.llm.evaluation.Asking;
import io.github.tribuollm.llm.evaluation.ModelInput;
import io.github.tribuollm.llm.evaluation.Shot;
import java.util.List;

/** How questions are laid out, and how answers are read: one for each task of lm-evaluation-harness. */
public enum Gsm8kFormat {
    /** Answers as in the rows, which end in {@code #### n}: the task {@code gsm8k}. */
    GSM8K(
            "gsm8k",
            3,
            new Layout("Question: ", "\nAnswer:", " "),
            List.of("Question:", "</s>", "<|im_end|>"),
            Reading.first("strict-match", "#### (\\-?[0-9\\.\\,]+)")),

    /** Answers that end in {@code The answer is n.}: the task {@code gsm8k_cot}. */
    COT(
            "gsm8k_cot",
            3,
            new Layout("Q: ", "\nA:", " "),
            List.of("Q:", "</s>", "<|im_end|>"),
            Reading.first("strict-match", "The answer is (\\-?[0-9\\.\\,]+).")),

    /** Answers that end in {@code The final answer is n}, as instructed: the task {@code gsm8k_cot_llama}. */
    COT_LLAMA(
            "gsm8k_cot_llama",
            4,
            new Layout(
                    "Given the following problem, reason and give a final answer to the problem.\nProblem: ",
                    "\nYour response should end with \"The final answer is [answer]\" where [answer] is the response to"
                            + " the problem.\n",
                    ""),
            List.of("<|eot_id|>", "<|start_header_id|>user<|end_header_id|>", "Q:", "</s>", "<|im_end|>"),
            Reading.last("strict-match", "The final answer is ((-?[$0-9.,]{2,})|(-?[0-9]+))"));

    private static final Reading FLEXIBLE = Reading.last("flexible-extract", "(-?[$0-9.,]{2,})|(-?[0-9]+)");

    private final String task;
    private final double version;
    private final Layout layout;
    private final List<String> stops;
    private final Reading strict;

    Gsm8kFormat(String task, double version, Layout layout, List<String> stops, Reading strict) {
        this.task = task;
        this.version = version;
        this.layout = layout;
        this.stops = stops;
        this.strict = strict;
    }

    /** {@return the name of the task} */
    public String task() {
        return task;
    }

    /** {@return the version of the harness's task} */
    double version() {
        return version;
    }

    /** {@return where answers are cut} */
    List<String> stops() {
        return stops;
    }

    /** {@return how answers are read} */
    List<Reading> readings() {
        return List.of(strict, FLEXIBLE);
    }

    /** {@return a question as the model is asked} */
    String ask(String question) {
        return layout.before() + question + layout.after();
    }

    /** {@return a row as a shot} */
    Shot shot(Gsm8kRow row) {
        return new Shot(ask(row.question()), row.answer());
    }

    /** {@return what the model reads} */
    ModelInput prompt(Asking asking, List<Shot> shots, Gsm8kRow row) {
        Message question = new Message(Message.USER, ask(row.question()));
        return asking.prompt(shots, layout.delimiter(), question, row.origin());
    }

    /** {@return whether its shots are rows of GSM8K, rather than worked examples} */
    boolean ofRows() {
        return this == GSM8K;
    }

    /** {@return a worked example's answer} */
    String conclusion(String reasoning, String number) {
        return switch (this) {
            case GSM8K -> reasoning + "\n#### " + number;
            case COT -> reasoning + " The answer is " + number + ".";
            case COT_LLAMA -> reasoning + " The final answer is " + number;
        };
    }

    /** {@return what is right for a row} */
    String target(Gsm8kRow row) {
        return ofRows() ? row.answer() : row.number();
    }

    private record Layout(String before, String after, String delimiter) {}
}
