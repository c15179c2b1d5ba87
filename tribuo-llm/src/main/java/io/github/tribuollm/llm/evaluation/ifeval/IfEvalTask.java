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
package io.github.tribuollm.llm.evaluation.ifeval;

import com.oracle.labs.mlrg.olcut.config.Config;
import com.oracle.labs.mlrg.olcut.config.PropertyException;
import com.oracle.labs.mlrg.olcut.provenance.ConfiguredObjectProvenance;
import com.oracle.labs.mlrg.olcut.provenance.impl.ConfiguredObjectProvenanceImpl;
import io.github.tribuollm.llm.evaluation.Asking;
import io.github.tribuollm.llm.evaluation.EvaluationTask;
import io.github.tribuollm.llm.evaluation.Query;
import io.github.tribuollm.llm.evaluation.TaskItem;
import io.github.tribuollm.runtime.Settings;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.StreamSupport;

/**
 * Instructions that a program can check (Zhou et al., 2023), strictly and loosely: the metrics {@code
 * prompt_level_strict_acc} (all instructions of a prompt are followed), {@code inst_level_strict_acc}, {@code
 * prompt_level_loose_acc} and {@code inst_level_loose_acc}. Immutable.
 */
public final class IfEvalTask implements EvaluationTask {
    @Config(mandatory = true, description = "The prompts with their instructions: IFEval's input_data.jsonl.")
    private IfEvalSource prompts;

    @Config(description = "TEXT, CHAT or CHAT_TURNS; there are no shots, so the last two are the same.")
    private Asking asking = Asking.TEXT;

    @Config(description = "The most tokens of an answer.")
    private int maxTokens = 1280;

    @Config(description = "The seed from which the detection of languages draws.")
    private long seed = 0;

    private IfEvalTask() {}

    /**
     * The task {@code ifeval}.
     *
     * @param prompts the rows to ask
     * @throws PropertyException if they are null
     */
    public IfEvalTask(IfEvalSource prompts) {
        this.prompts = prompts;
        postConfig();
    }

    private IfEvalTask with(Consumer<IfEvalTask> change) {
        IfEvalTask changed = new IfEvalTask();
        changed.prompts = prompts;
        changed.asking = asking;
        changed.maxTokens = maxTokens;
        changed.seed = seed;
        change.accept(changed);
        changed.postConfig();
        return changed;
    }

    /**
     * The same with other prompts, such as fewer rows of the file.
     *
     * @param other the rows to ask
     * @throws PropertyException if they are null
     */
    public IfEvalTask withPrompts(IfEvalSource other) {
        return with(t -> t.prompts = other);
    }

    /** The same, asked in another form. */
    public IfEvalTask withAsking(Asking other) {
        return with(t -> t.asking = other);
    }

    /**
     * The same with longer or shorter answers.
     *
     * @param tokens the most tokens of an answer, at least 1
     * @throws PropertyException if it is out of range
     */
    public IfEvalTask withMaxTokens(int tokens) {
        return with(t -> t.maxTokens = tokens);
    }

    /** The same with another seed of the detection of languages. */
    public IfEvalTask withSeed(long other) {
        return with(t -> t.seed = other);
    }

    /**
     * Checks the fields.
     *
     * @throws PropertyException naming the field that is wrong
     */
    @Override
    public void postConfig() {
        Settings.requireGiven("prompts", prompts);
        Settings.requireGiven("asking", asking);
        Settings.require("maxTokens", maxTokens >= 1, "must be at least 1: " + maxTokens);
    }

    @Override
    public String name() {
        return "ifeval";
    }

    @Override
    public double version() {
        return 4;
    }

    @Override
    public int shots() {
        return 0;
    }

    @Override
    public List<TaskItem> items() {
        Instructions instructions = new Instructions(seed);
        return StreamSupport.stream(prompts.spliterator(), false)
                .<TaskItem>map(prompt -> item(prompt, instructions))
                .toList();
    }

    private IfEvalItem item(IfEvalPrompt prompt, Instructions instructions) {
        List<Instruction> demanded = new ArrayList<>();
        for (int i = 0; i < prompt.instructions().size(); i++) {
            Arguments arguments = new Arguments(prompt.arguments().get(i));
            demanded.add(instructions.of(prompt.instructions().get(i), arguments));
        }
        Query query = new Query(asking.prompt(prompt.prompt(), prompt.row().origin()), List.of(), maxTokens);
        return new IfEvalItem(prompt, demanded, query);
    }

    @Override
    public ConfiguredObjectProvenance getProvenance() {
        return new ConfiguredObjectProvenanceImpl(this, "EvaluationTask");
    }

    @Override
    public String toString() {
        return name() + " (" + prompts.path() + ", " + asking + ", at most " + maxTokens + " tokens an answer, seed "
                + seed + ")";
    }
}
