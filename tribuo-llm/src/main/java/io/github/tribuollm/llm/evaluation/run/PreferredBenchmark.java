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
package io.github.tribuollm.llm.evaluation.run;

import com.oracle.labs.mlrg.olcut.config.Config;
import com.oracle.labs.mlrg.olcut.config.PropertyException;
import com.oracle.labs.mlrg.olcut.provenance.ConfiguredObjectProvenance;
import com.oracle.labs.mlrg.olcut.provenance.impl.ConfiguredObjectProvenanceImpl;
import io.github.tribuollm.llm.data.Conversation;
import io.github.tribuollm.llm.data.HashedInput;
import io.github.tribuollm.llm.evaluation.ModelInput;
import io.github.tribuollm.llm.evaluation.Query;
import io.github.tribuollm.llm.evaluation.alpacaeval.AlpacaEval;
import io.github.tribuollm.llm.evaluation.alpacaeval.AnswerPair;
import io.github.tribuollm.llm.evaluation.alpacaeval.HeadToHead;
import io.github.tribuollm.llm.evaluation.alpacaeval.JudgeAnswer;
import io.github.tribuollm.llm.evaluation.alpacaeval.JudgePrompt;
import io.github.tribuollm.llm.evaluation.alpacaeval.Order;
import io.github.tribuollm.llm.evaluation.alpacaeval.Preferences;
import io.github.tribuollm.llm.evaluation.judge.Judge;
import io.github.tribuollm.runtime.Execution;
import io.github.tribuollm.runtime.Settings;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.BooleanSupplier;
import java.util.stream.IntStream;

/**
 * Answers to AlpacaEval's instructions beside those of its baseline, by the preferences of a judge that reads each pair
 * in both orders. Immutable.
 */
public final class PreferredBenchmark implements Benchmark {
    @Config(mandatory = true, description = "What is asked, the baseline's answers, and how the judge is asked.")
    private AlpacaEval task;

    @Config(mandatory = true, description = "Who says which answer is better.")
    private Judge judge;

    private PreferredBenchmark() {}

    /**
     * A benchmark.
     *
     * @param task what is asked, the baseline's answers, and how the judge is asked
     * @param judge who says which answer is better
     * @throws PropertyException if one is null
     */
    public PreferredBenchmark(AlpacaEval task, Judge judge) {
        this.task = task;
        this.judge = judge;
        postConfig();
    }

    /**
     * Checks the fields.
     *
     * @throws PropertyException naming the field that is wrong
     */
    @Override
    public void postConfig() {
        Settings.requireGiven("task", task);
        Settings.requireGiven("judge", judge);
    }

    @Override
    public String name() {
        return PreferenceResult.NAME;
    }

    @Override
    public List<Query> queries() {
        return task.queries();
    }

    @Override
    public void requireData() {
        task.requireData();
    }

    @Override
    public SortedMap<String, HashedInput> inputs() {
        SortedMap<String, HashedInput> inputs = new TreeMap<>();
        judge.inputs().forEach((name, input) -> inputs.put("judge/" + name, input));
        task.judgePrompt().ifPresent(prompt -> inputs.put("judge-prompt", prompt));
        return inputs;
    }

    @Override
    public PreferredBenchmark withExecution(Execution execution) {
        return new PreferredBenchmark(task, judge.withExecution(execution));
    }

    @Override
    public Measurement measure(MeasuredModel model, Path unfinished) {
        List<Query> queries = queries();
        List<String> origins = IntStream.rangeClosed(1, queries.size())
                .mapToObj(i -> "instruction " + i)
                .toList();
        MeasuredModel.Answers answers = model.answers(queries, origins, unfinished);
        List<AnswerPair> pairs = task.pairs(answers.texts(), model.name());
        BothOrders judged = judged(pairs, new Asked(judgements(unfinished), model.stop()));
        PreferenceResult result = new PreferenceResult(
                toString(), answers.prompts(), pairs, judged, task.lengthControlled(pairs, judged.mean()));
        return new Measurement(result, answers.generations(), Optional.empty());
    }

    /**
     * Compares the answers of two models, whatever their order and their lengths.
     *
     * @param baseline what one did on this benchmark
     * @param model what the other did
     * @param unfinished the file in which its measurement was kept
     * @param stop asked now and then whether to stop
     */
    HeadToHead headToHead(Measurement baseline, Measurement model, Path unfinished, BooleanSupplier stop) {
        List<AnswerPair> theirs = ((PreferenceResult) baseline.result()).pairs();
        List<AnswerPair> ours = ((PreferenceResult) model.result()).pairs();
        List<AnswerPair> pairs = AnswerPair.of(
                theirs.stream().map(AnswerPair::model).toList(),
                ours.stream().map(AnswerPair::model).toList());
        BothOrders judged = judged(pairs, new Asked(judgements(unfinished), stop));
        return HeadToHead.of(pairs, judged.baselineFirst(), judged.modelFirst());
    }

    private static Path judgements(Path unfinished) {
        return unfinished.resolveSibling(unfinished.getFileName() + ".judged");
    }

    /** Where the judge's answers are kept, and what stops it. */
    private record Asked(Path kept, BooleanSupplier stop) {}

    /** The judge is asked of both orders at once, so that it is opened once. */
    private BothOrders judged(List<AnswerPair> pairs, Asked asked) {
        List<Conversation> questions = new ArrayList<>(questions(pairs, Order.BASELINE_FIRST));
        questions.addAll(questions(pairs, Order.MODEL_FIRST));
        List<JudgeAnswer> answers = judge.answers(questions, asked.kept(), asked.stop());
        return new BothOrders(
                Preferences.of(answers.subList(0, pairs.size()), Order.BASELINE_FIRST),
                Preferences.of(answers.subList(pairs.size(), answers.size()), Order.MODEL_FIRST));
    }

    private List<Conversation> questions(List<AnswerPair> pairs, Order order) {
        JudgePrompt prompt = task.judge();
        return pairs.stream()
                .map(pair -> ((ModelInput.Chat) prompt.query(pair, order).input()).conversation())
                .toList();
    }

    @Override
    public ConfiguredObjectProvenance getProvenance() {
        return new ConfiguredObjectProvenanceImpl(this, "Benchmark");
    }

    @Override
    public String toString() {
        return task + ", by " + judge;
    }
}
