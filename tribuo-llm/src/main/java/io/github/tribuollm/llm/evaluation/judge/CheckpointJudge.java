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
package io.github.tribuollm.llm.evaluation.judge;

import com.oracle.labs.mlrg.olcut.config.Config;
import com.oracle.labs.mlrg.olcut.config.PropertyException;
import com.oracle.labs.mlrg.olcut.provenance.ConfiguredObjectProvenance;
import com.oracle.labs.mlrg.olcut.provenance.impl.ConfiguredObjectProvenanceImpl;
import io.github.tribuollm.llm.architecture.Architectures;
import io.github.tribuollm.llm.checkpoint.Checkpoint;
import io.github.tribuollm.llm.data.Conversation;
import io.github.tribuollm.llm.data.HashedInput;
import io.github.tribuollm.llm.data.PromptTemplate;
import io.github.tribuollm.llm.data.SequenceEncoder;
import io.github.tribuollm.llm.data.TokenSequence;
import io.github.tribuollm.llm.data.TruncationPolicy;
import io.github.tribuollm.llm.data.template.ChatTemplate;
import io.github.tribuollm.llm.evaluation.EvaluationException;
import io.github.tribuollm.llm.evaluation.alpacaeval.JudgeAnswer;
import io.github.tribuollm.llm.hub.CheckpointLocation;
import io.github.tribuollm.llm.scoring.ScoredModel;
import io.github.tribuollm.llm.scoring.TokenScorer;
import io.github.tribuollm.objectives.token.TokenMeasure;
import io.github.tribuollm.runtime.Execution;
import io.github.tribuollm.runtime.Settings;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

/**
 * A checkpoint that judges: what it finds more probable as the first token of its answer, {@code m} or {@code M}.
 * Immutable.
 */
public final class CheckpointJudge implements Judge {
    private static final List<String> LABELS = List.of("m", "M");
    /** So many questions are answered together; whoever stops waits for them. */
    private static final int BLOCK = 8;

    @Config(mandatory = true, description = "The judging model: a directory or hf://owner/name@revision.")
    private String checkpoint;

    @Config(description = "How conversations are laid out. Default: as the checkpoint publishes it.")
    private PromptTemplate template = null;

    @Config(description = "Where and in which precision the model runs.")
    private Execution execution = new Execution();

    private CheckpointLocation location;

    private CheckpointJudge() {}

    /**
     * A judge.
     *
     * @param checkpoint a directory, or {@code hf://owner/name@revision}
     * @throws PropertyException if there is none
     */
    public CheckpointJudge(String checkpoint) {
        this.checkpoint = checkpoint;
        postConfig();
    }

    private CheckpointJudge with(Consumer<CheckpointJudge> change) {
        CheckpointJudge changed = new CheckpointJudge();
        changed.checkpoint = checkpoint;
        changed.template = template;
        changed.execution = execution;
        change.accept(changed);
        changed.postConfig();
        return changed;
    }

    /** The same with another layout of conversations; null for the one that the checkpoint publishes. */
    public CheckpointJudge withTemplate(PromptTemplate layout) {
        return with(judge -> judge.template = layout);
    }

    @Override
    public CheckpointJudge withExecution(Execution choice) {
        return with(judge -> judge.execution = choice);
    }

    /**
     * Checks the fields, and finds the checkpoint.
     *
     * @throws PropertyException naming the field that is wrong
     */
    @Override
    public void postConfig() {
        location = CheckpointLocation.ofField(checkpoint);
        checkpoint = location.name();
        Settings.requireGiven("execution", execution);
    }

    @Override
    public List<JudgeAnswer> answers(List<Conversation> questions, Path kept, BooleanSupplier stop) {
        PromptTemplate layout = template == null ? new ChatTemplate(checkpoint) : template;
        try (Checkpoint base = Checkpoint.open(location.place())) {
            String identity = base.numbers() + layout + execution.backend().description();
            KeptAnswers answers = KeptAnswers.open(identity, kept);
            List<Conversation> open = questions.stream()
                    .filter(question -> answers.of(question).isEmpty())
                    .toList();
            if (!open.isEmpty()) {
                ask(base, open, sequences(base, layout, open, questions), block -> {
                    block.forEach(found -> answers.add(found.question(), found.answer()));
                    answers.goOnUnless(stop);
                });
            }
            return questions.stream()
                    .map(question -> answers.of(question).orElseThrow())
                    .toList();
        }
    }

    @Override
    public SortedMap<String, HashedInput> inputs() {
        try (Checkpoint base = Checkpoint.open(location.place())) {
            return new TreeMap<>(Map.of("checkpoint", new HashedInput(checkpoint, base.numbers())));
        }
    }

    /** Two sequences for each open question: it and either label. */
    private List<TokenSequence> sequences(
            Checkpoint base, PromptTemplate layout, List<Conversation> open, List<Conversation> all) {
        SequenceEncoder encoder =
                new SequenceEncoder(base.tokenizer(), layout, Integer.MAX_VALUE, TruncationPolicy.FAIL);
        int positions = Architectures.of(base).maxPositions();
        List<TokenSequence> asked = new ArrayList<>();
        for (Conversation question : open) {
            int[] prompt = encoder.encodePrompt(question);
            if (prompt.length >= positions) {
                throw new EvaluationException("Question " + (all.indexOf(question) + 1) + " to the judge has "
                        + prompt.length + " tokens, but " + base.place() + " has " + positions
                        + " positions; take a judge that reads more, or compare shorter answers");
            }
            LABELS.forEach(label -> asked.add(answered(prompt, label, base)));
        }
        return asked;
    }

    private void ask(
            Checkpoint base, List<Conversation> questions, List<TokenSequence> asked, Consumer<List<Answered>> blocks) {
        ScoredModel model = ScoredModel.of(base, Optional.empty(), ScoredModel.longest(asked))
                .on(execution.backend());
        int block = BLOCK * LABELS.size();
        try (TokenScorer scorer = TokenScorer.of(model.inBatchesOf(LABELS.size()), List.of(TokenMeasure.NLL))) {
            for (int from = 0; from < asked.size(); from += block) {
                List<Double> found = new ArrayList<>();
                scorer.score(
                        asked.subList(from, Math.min(asked.size(), from + block)),
                        (sequence, scores) -> found.add(-scores.of(TokenMeasure.NLL)[sequence.length() - 1]));
                List<Answered> answered = new ArrayList<>();
                for (int i = 0; i < found.size(); i += LABELS.size()) {
                    answered.add(new Answered(
                            questions.get((from + i) / LABELS.size()), answer(found.get(i), found.get(i + 1))));
                }
                blocks.accept(answered);
            }
        }
    }

    private record Answered(Conversation question, JudgeAnswer answer) {}

    private static JudgeAnswer answer(double first, double second) {
        Map<String, Double> logProbabilities = new TreeMap<>(Map.of(LABELS.get(0), first, LABELS.get(1), second));
        return new JudgeAnswer(LABELS.get(first >= second ? 0 : 1), logProbabilities);
    }

    /** {@return a question with a label as its answer} */
    private static TokenSequence answered(int[] prompt, String label, Checkpoint base) {
        int[] ids = base.tokenizer().encode(label);
        OptionalInt bos = base.tokenizer().bos();
        int start = bos.isPresent() && ids.length == 2 && ids[0] == bos.getAsInt() ? 1 : 0;
        if (ids.length - start != 1) {
            throw new EvaluationException(base.place() + " cannot judge: its tokenizer spells the label " + label
                    + " in " + (ids.length - start) + " tokens");
        }
        int[] tokens = Arrays.copyOf(prompt, prompt.length + 1);
        tokens[prompt.length] = ids[start];
        BitSet completion = new BitSet();
        completion.set(prompt.length);
        return new TokenSequence(tokens, completion, 1, Conversation.MEMORY);
    }

    @Override
    public ConfiguredObjectProvenance getProvenance() {
        return new ConfiguredObjectProvenanceImpl(this, "Judge");
    }

    @Override
    public String toString() {
        return "the judge " + checkpoint;
    }
}
