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
package io.github.tribuollm.llm.evaluation.alpacaeval;

import com.oracle.labs.mlrg.olcut.config.Config;
import com.oracle.labs.mlrg.olcut.config.Configurable;
import com.oracle.labs.mlrg.olcut.config.PropertyException;
import com.oracle.labs.mlrg.olcut.provenance.ConfiguredObjectProvenance;
import com.oracle.labs.mlrg.olcut.provenance.Provenancable;
import com.oracle.labs.mlrg.olcut.provenance.impl.ConfiguredObjectProvenanceImpl;
import io.github.tribuollm.llm.checkpoint.Sha256;
import io.github.tribuollm.llm.data.DataException;
import io.github.tribuollm.llm.data.HashedInput;
import io.github.tribuollm.llm.evaluation.Asking;
import io.github.tribuollm.llm.evaluation.EvaluationException;
import io.github.tribuollm.llm.evaluation.Query;
import io.github.tribuollm.runtime.Settings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.StreamSupport;

/**
 * AlpacaEval 2.0: the instructions to ask, the answers to compare with, how a judge is asked, and how its preferences
 * are added up. Immutable.
 */
public final class AlpacaEval implements Configurable, Provenancable<ConfiguredObjectProvenance> {
    @Config(mandatory = true, description = "The answers to compare with, whose instructions are asked.")
    private ModelOutputs baseline;

    @Config(description = "AlpacaEval's df_gamed.csv, for win rates with lengths controlled; none without.")
    private GamedBaselines gamed;

    @Config(description = "The judge's prompt in AlpacaEval's notation, if not that of AlpacaEval 2.0.")
    private Path judgePrompt;

    @Config(description = "TEXT, CHAT or CHAT_TURNS; there are no shots, so the last two are the same.")
    private Asking asking = Asking.CHAT;

    @Config(description = "The most tokens of an answer.")
    private int maxTokens = 2048;

    private AlpacaEval() {}

    /**
     * Compares with a baseline, as AlpacaEval 2.0 asks.
     *
     * @param baseline the answers to compare with
     * @throws PropertyException if they are null
     */
    public AlpacaEval(ModelOutputs baseline) {
        this.baseline = baseline;
        postConfig();
    }

    private AlpacaEval with(Consumer<AlpacaEval> change) {
        AlpacaEval changed = new AlpacaEval();
        changed.baseline = baseline;
        changed.gamed = gamed;
        changed.judgePrompt = judgePrompt;
        changed.asking = asking;
        changed.maxTokens = maxTokens;
        change.accept(changed);
        changed.postConfig();
        return changed;
    }

    /**
     * The same with another baseline, such as fewer rows of the file.
     *
     * @param other the answers to compare with
     * @throws PropertyException if they are null
     */
    public AlpacaEval withBaseline(ModelOutputs other) {
        return with(a -> a.baseline = other);
    }

    /** The same with win rates whose lengths are controlled, or without if null. */
    public AlpacaEval withGamed(GamedBaselines other) {
        return with(a -> a.gamed = other);
    }

    /**
     * The same with another prompt of the judge.
     *
     * @param file in AlpacaEval's notation; null for that of AlpacaEval 2.0
     * @throws PropertyException if it is not there
     */
    public AlpacaEval withJudgePrompt(Path file) {
        return with(a -> a.judgePrompt = file);
    }

    /** The same, asked in another form. */
    public AlpacaEval withAsking(Asking other) {
        return with(a -> a.asking = other);
    }

    /**
     * The same with longer or shorter answers.
     *
     * @param tokens the most tokens of an answer, at least 1
     * @throws PropertyException if it is out of range
     */
    public AlpacaEval withMaxTokens(int tokens) {
        return with(a -> a.maxTokens = tokens);
    }

    /**
     * Checks the fields.
     *
     * @throws PropertyException naming the field that is wrong
     */
    @Override
    public void postConfig() {
        Settings.requireGiven("baseline", baseline);
        Settings.requireGiven("asking", asking);
        Settings.require("maxTokens", maxTokens >= 1, "must be at least 1: " + maxTokens);
        Settings.require(
                "judgePrompt",
                judgePrompt == null || Files.isReadable(judgePrompt),
                "There is no readable file " + judgePrompt);
    }

    /** {@return how a model is asked each instruction} */
    public List<Query> queries() {
        return StreamSupport.stream(baseline.spliterator(), false)
                .map(output -> new Query(
                        asking.prompt(output.instruction(), baseline.path().toString()), List.of(), maxTokens))
                .toList();
    }

    /**
     * Reads all data, so that what is wrong with them is known before any model has answered anything.
     *
     * @throws DataException if a file cannot be used
     * @throws EvaluationException if the judge's prompt is none, or the gamed baselines lack an instruction
     */
    public void requireData() {
        int instructions = queries().size();
        judge();
        if (gamed != null) {
            gamed.difficulties(gamed.rows(), instructions);
        }
    }

    /**
     * Pairs a model's answers with the baseline's.
     *
     * @param answers one for each query, in their order
     * @param generator the name of the model
     * @throws EvaluationException if their number differs, or one is missing
     */
    public List<AnswerPair> pairs(List<String> answers, String generator) {
        List<AnswerPair> pairs = new ArrayList<>();
        for (ModelOutput output : baseline) {
            if (pairs.size() == answers.size() || answers.get(pairs.size()) == null) {
                throw new EvaluationException(
                        generator + " has no answer to instruction " + (pairs.size() + 1) + "; generate it first");
            }
            ModelOutput own = new ModelOutput(output.instruction(), answers.get(pairs.size()), generator);
            pairs.add(new AnswerPair(output.instruction(), output, own));
        }
        if (pairs.size() < answers.size()) {
            throw new EvaluationException(
                    generator + " has " + answers.size() + " answers to " + pairs.size() + " instructions");
        }
        return pairs;
    }

    /**
     * {@return how a judge is asked}
     *
     * @throws EvaluationException if the file holds no prompt
     */
    public JudgePrompt judge() {
        if (judgePrompt == null) {
            return JudgePrompt.standard();
        }
        return JudgePrompt.of(text(judgePrompt));
    }

    private static String text(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new DataException("Cannot read " + file + ": " + e.getMessage(), e);
        }
    }

    /**
     * {@return the file of the judge's prompt with its hash; empty for that of AlpacaEval 2.0}
     *
     * @throws DataException if it cannot be read
     */
    public Optional<HashedInput> judgePrompt() {
        return Optional.ofNullable(judgePrompt).map(file -> new HashedInput(file.toString(), Sha256.of(text(file))));
    }

    /**
     * The win rate for answers as long as the baseline's.
     *
     * @param pairs the answers
     * @param preferences on them
     * @return empty without gamed baselines, and where the answers of all pairs differ by one length
     */
    public Optional<LengthControlled> lengthControlled(List<AnswerPair> pairs, Preferences preferences) {
        return Optional.ofNullable(gamed)
                .filter(rows -> !LengthControlled.areAlike(pairs))
                .map(rows -> LengthControlled.of(pairs, preferences, rows));
    }

    @Override
    public ConfiguredObjectProvenance getProvenance() {
        return new ConfiguredObjectProvenanceImpl(this, "AlpacaEval");
    }

    @Override
    public String toString() {
        return "AlpacaEval 2.0 (against " + baseline.path() + ", " + asking + ", at most " + maxTokens
                + " tokens an answer)";
    }
}
