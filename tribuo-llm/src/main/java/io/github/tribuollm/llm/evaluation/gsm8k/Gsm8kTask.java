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

import com.oracle.labs.mlrg.olcut.config.Config;
import com.oracle.labs.mlrg.olcut.config.PropertyException;
import com.oracle.labs.mlrg.olcut.provenance.ConfiguredObjectProvenance;
import com.oracle.labs.mlrg.olcut.provenance.impl.ConfiguredObjectProvenanceImpl;
import io.github.tribuollm.llm.data.Gsm8kSource;
import io.github.tribuollm.llm.evaluation.Asking;
import io.github.tribuollm.llm.evaluation.EvaluationTask;
import io.github.tribuollm.llm.evaluation.Query;
import io.github.tribuollm.llm.evaluation.Shot;
import io.github.tribuollm.llm.evaluation.TaskItem;
import io.github.tribuollm.runtime.Settings;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * Grade-school word problems (Cobbe et al., 2021), answered by a number. An answer is read strictly, after the mark
 * that the shots teach, and flexibly, as the last number in it; its metric is {@link #METRIC}. Immutable.
 */
public final class Gsm8kTask implements EvaluationTask {
    /** Whether the number that was read is the right one. */
    public static final String METRIC = "exact_match";

    @Config(mandatory = true, description = "The questions: GSM8K's test.jsonl.")
    private Gsm8kSource questions;

    @Config(description = "GSM8K, COT or COT_LLAMA: how questions are laid out and answers read.")
    private Gsm8kFormat format = Gsm8kFormat.GSM8K;

    @Config(mandatory = true, description = "The answered questions that go before the one that is asked.")
    private Shots shots;

    @Config(description = "TEXT, CHAT (one message of the user) or CHAT_TURNS (each shot in turns of its own).")
    private Asking asking = Asking.TEXT;

    @Config(description = "The most tokens of an answer.")
    private int maxTokens = 256;

    private Gsm8kTask() {}

    private Gsm8kTask(Gsm8kSource questions, Gsm8kFormat format, Shots shots) {
        this.questions = questions;
        this.format = format;
        this.shots = shots;
        postConfig();
    }

    /**
     * The task {@code gsm8k}: five shots drawn from the training rows.
     *
     * @param questions the rows to ask
     * @param train the rows to draw from
     * @throws PropertyException if either is null
     */
    public static Gsm8kTask gsm8k(Gsm8kSource questions, Gsm8kSource train) {
        return new Gsm8kTask(questions, Gsm8kFormat.GSM8K, new DrawnShots(train));
    }

    /**
     * The task {@code gsm8k_cot}: eight worked examples that end in {@code The answer is n.}
     *
     * @param questions the rows to ask
     * @throws PropertyException if they are null
     */
    public static Gsm8kTask cot(Gsm8kSource questions) {
        return new Gsm8kTask(questions, Gsm8kFormat.COT, new ExemplarShots());
    }

    /**
     * The task {@code gsm8k_cot_llama}: eight worked examples that end in {@code The final answer is n}, as instructed.
     *
     * @param questions the rows to ask
     * @throws PropertyException if they are null
     */
    public static Gsm8kTask cotLlama(Gsm8kSource questions) {
        return new Gsm8kTask(questions, Gsm8kFormat.COT_LLAMA, new ExemplarShots());
    }

    private Gsm8kTask with(Consumer<Gsm8kTask> change) {
        Gsm8kTask changed = new Gsm8kTask();
        changed.questions = questions;
        changed.format = format;
        changed.shots = shots;
        changed.asking = asking;
        changed.maxTokens = maxTokens;
        change.accept(changed);
        changed.postConfig();
        return changed;
    }

    /**
     * The same with other questions, such as fewer rows of the file.
     *
     * @param other the rows to ask
     * @throws PropertyException if they are null
     */
    public Gsm8kTask withQuestions(Gsm8kSource other) {
        return with(t -> t.questions = other);
    }

    /**
     * The same with another layout.
     *
     * @param other the layout, which fits the shots
     * @throws PropertyException if it does not fit the shots
     */
    public Gsm8kTask withFormat(Gsm8kFormat other) {
        return with(t -> t.format = other);
    }

    /**
     * The same with other shots.
     *
     * @param other the shots, which fit the layout
     * @throws PropertyException if they do not fit the layout
     */
    public Gsm8kTask withShots(Shots other) {
        return with(t -> t.shots = other);
    }

    /** The same, asked in another form. */
    public Gsm8kTask withAsking(Asking other) {
        return with(t -> t.asking = other);
    }

    /**
     * The same with longer or shorter answers.
     *
     * @param tokens the most tokens of an answer, at least 1
     * @throws PropertyException if it is out of range
     */
    public Gsm8kTask withMaxTokens(int tokens) {
        return with(t -> t.maxTokens = tokens);
    }

    /**
     * Checks the fields.
     *
     * @throws PropertyException naming the field that is wrong
     */
    @Override
    public void postConfig() {
        Settings.requireGiven("questions", questions);
        Settings.requireGiven("format", format);
        Settings.requireGiven("shots", shots);
        Settings.requireGiven("asking", asking);
        Settings.require("maxTokens", maxTokens >= 1, "must be at least 1: " + maxTokens);
        Settings.require(
                "shots",
                !shots.ofRows() || format.ofRows(),
                "of GSM8K's rows end in \"#### n\", which the format " + format + " does not read; use ExemplarShots");
    }

    @Override
    public String name() {
        return format.task();
    }

    @Override
    public double version() {
        return format.version();
    }

    @Override
    public int shots() {
        return shots.count();
    }

    @Override
    public List<TaskItem> items() {
        Supplier<List<Shot>> draws = shots.draws(format);
        return Gsm8kRow.of(questions).stream()
                .map(row -> item(row, draws.get()))
                .toList();
    }

    private TaskItem item(Gsm8kRow row, List<Shot> shown) {
        return new Gsm8kItem(format, row, new Query(format.prompt(asking, shown, row), format.stops(), maxTokens));
    }

    @Override
    public ConfiguredObjectProvenance getProvenance() {
        return new ConfiguredObjectProvenanceImpl(this, "EvaluationTask");
    }

    @Override
    public String toString() {
        return name() + " (" + questions.path() + ", " + shots + ", " + asking + ", at most " + maxTokens
                + " tokens an answer)";
    }
}
