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
package io.github.tribuollm.llm.generation;

import io.github.tribuollm.llm.architecture.Architecture;
import io.github.tribuollm.llm.architecture.Architectures;
import io.github.tribuollm.llm.checkpoint.Checkpoint;
import io.github.tribuollm.llm.checkpoint.Tokenizer;
import io.github.tribuollm.llm.data.Conversation;
import io.github.tribuollm.llm.generation.decoding.Continuation;
import io.github.tribuollm.llm.generation.decoding.Decoder;
import io.github.tribuollm.llm.generation.sampling.ModelBounds;
import io.github.tribuollm.llm.generation.sampling.SamplingRules;
import io.github.tribuollm.llm.lora.Adapter;
import io.github.tribuollm.llm.scoring.ScoredModel;
import io.github.tribuollm.llm.uncertainty.estimation.UncertaintyEstimator;
import io.github.tribuollm.uncertainty.Measure;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.logging.Logger;
import java.util.stream.IntStream;

/**
 * A model that is open to answer prompts, several at once: when an answer is done, the next begins in its place. Prompts
 * that begin like earlier ones, such as the turns of a conversation or the samples of one prompt, are not computed anew.
 *
 * <p>Not thread-safe.
 */
public final class GenerationSession implements AutoCloseable {
    private static final Logger logger = Logger.getLogger(GenerationSession.class.getName());
    private static final int LEAST_ROOM = 512;

    private final Generator generator;
    private final Checkpoint base;
    private final Optional<Adapter> adapter;
    private final Runnable release;
    private final PromptEncoder encoder;
    private final SamplingRules rules;
    private final int positions;
    private Optional<Decoder> decoding = Optional.empty();
    private int room;
    private int rows;
    private boolean warned;

    GenerationSession(Generator generator, Checkpoint base, Optional<Adapter> adapter, Runnable release) {
        this.generator = generator;
        this.base = base;
        this.adapter = adapter;
        this.release = release;
        Architecture architecture = Architectures.of(base);
        positions = architecture.maxPositions();
        encoder = new PromptEncoder(base.tokenizer(), generator::layout);
        rules = generator.rules(base, new ModelBounds(positions, architecture.vocabularySize()));
    }

    /** {@return the model's tokenizer, open as long as this} */
    public Tokenizer tokenizer() {
        return base.tokenizer();
    }

    /**
     * A text that is continued as it is.
     *
     * @param text the text
     * @throws io.github.tribuollm.llm.generation.sampling.GenerationException if it is empty
     */
    public Prompt continued(String text) {
        return encoder.continued(text);
    }

    /**
     * A conversation whose next message of the model is wanted.
     *
     * @param conversation messages; those of the model at its end are the reference
     * @throws io.github.tribuollm.runtime.UserException if there is nothing to answer, or the template has no place for
     *     it
     */
    public Prompt asked(Conversation conversation) {
        return encoder.asked(conversation);
    }

    /**
     * The text of a conversation up to the point where the model is to answer.
     *
     * @param conversation messages, the last of which is to be answered
     * @throws io.github.tribuollm.runtime.UserException if the template has no place for it
     */
    public String text(Conversation conversation) {
        return encoder.text(conversation);
    }

    /** A question of the user, alone; see {@link #asked(Conversation)}. */
    public Prompt asked(String question) {
        return asked(PromptEncoder.conversation(question));
    }

    /**
     * Whether prompt and answer take all positions of the model, so that the answer could not be longer.
     *
     * @param prompt what was asked
     * @param answer an answer to it
     */
    public boolean isFull(Prompt prompt, Answer answer) {
        return prompt.length() + answer.tokens().size() >= positions;
    }

    /**
     * Answers one prompt.
     *
     * @param prompt what is asked
     * @param listener hears the answers grow
     * @return the answers
     * @throws io.github.tribuollm.runtime.UserException if it cannot be answered
     */
    public Generation generate(Prompt prompt, GenerationListener listener) {
        return generate(List.of(prompt), listener).list().get(0);
    }

    /**
     * Answers prompts.
     *
     * @param prompts what is asked
     * @param listener hears the answers grow
     * @return the answers, in the order of the prompts
     * @throws io.github.tribuollm.runtime.UserException naming the prompt that cannot be answered
     */
    public Generations generate(List<Prompt> prompts, GenerationListener listener) {
        return generate(prompts, 0, listener);
    }

    /** Answers prompts that are a part of more, from a place among them on. */
    Generations generate(List<Prompt> prompts, int first, GenerationListener listener) {
        List<GenerationInProgress> all = IntStream.range(0, prompts.size())
                .mapToObj(i ->
                        new GenerationInProgress(prompts.get(i), first + i, rules, generator.statistics(), listener))
                .toList();
        warnOfPositions(prompts);
        open(all.stream().mapToInt(GenerationInProgress::longest).max().orElse(0), (long) all.size() * rules.samples());
        Deque<Continuation> came = new ArrayDeque<>();
        Iterator<Continuation> answers = all.stream()
                .flatMap(one -> one.continuations(answered -> finish(answered, came)))
                .iterator();
        decoding.orElseThrow().run(new Queue(came, answers));
        return new Generations(
                all.stream().map(GenerationInProgress::generation).toList(), provenance());
    }

    private void warnOfPositions(List<Prompt> prompts) {
        if (!warned && prompts.stream().anyMatch(prompt -> rules.exceedPositions(prompt.length()))) {
            warned = true;
            logger.warning(() -> "prompts and the new tokens that are asked for exceed the model's " + positions
                    + " positions; answers end there");
        }
    }

    /** What is to be continued; first what came up on the way. */
    private record Queue(Deque<Continuation> came, Iterator<Continuation> planned) implements Iterator<Continuation> {
        @Override
        public boolean hasNext() {
            return !came.isEmpty() || planned.hasNext();
        }

        @Override
        public Continuation next() {
            return came.isEmpty() ? planned.next() : came.remove();
        }
    }

    /**
     * Checks that prompts can be answered, before any is.
     *
     * @param prompts the prompts
     * @throws io.github.tribuollm.llm.generation.sampling.GenerationException naming the first that cannot
     */
    public void requireAnswerable(List<Prompt> prompts) {
        prompts.forEach(prompt -> rules.requireRoom(prompt.origin(), prompt.length()));
    }

    /**
     * How many answers may be generated at once without driving other processes out of memory.
     *
     * @param prompts what is asked
     * @param most an upper bound, at least 1
     * @return at least 1: the bound, or it halved until the answers fit
     */
    public int mostAtOnce(List<Prompt> prompts, int most) {
        int longest = prompts.stream()
                .mapToInt(prompt -> rules.longest(prompt.length()))
                .max()
                .orElse(1);
        return Decoder.mostAtOnce(model(room(longest)), generator.uncertainty(), most);
    }

    int batchSize() {
        return generator.batchSize();
    }

    /** Opens the model for so many documents of that length, unless it is open for as many and as long ones. */
    private void open(int longest, long answers) {
        int atOnce = (int) Math.max(1, Math.min(generator.batchSize(), answers));
        if (decoding.isEmpty() || longest > room || atOnce > rows) {
            boolean outgrown = decoding.isPresent() && longest > room;
            closeDecoding();
            rows = atOnce;
            room = outgrown ? moreRoom(longest) : room(longest);
            decoding = Optional.of(decoding(model(room).inBatchesOf(rows)));
        }
    }

    /** Twice as much for what has outgrown it, where there is the memory, so that it seldom does so again. */
    private int moreRoom(int longest) {
        int least = room(longest);
        int twice = Math.min(positions, 2 * room);
        boolean fits = twice > least && Decoder.isComfortable(model(twice).inBatchesOf(rows), generator.uncertainty());
        return fits ? twice : least;
    }

    /** The most tokens of a prompt and its answer that the open model has room for. */
    int room() {
        return room;
    }

    private int room(int longest) {
        return Math.min(positions, Math.max(longest, LEAST_ROOM) + TruthQuestion.ROOM);
    }

    private ScoredModel model(int length) {
        return ScoredModel.of(base, adapter, length).stored(generator.storage()).on(generator.backend());
    }

    private Decoder decoding(ScoredModel model) {
        return generator
                .uncertainty()
                .map(estimator -> Decoder.measuring(model, estimator))
                .orElseGet(() -> Decoder.open(model));
    }

    /** {@return what is measured of each token beside its log-probability and entropy} */
    public Set<Measure> measures() {
        return generator.uncertainty().map(UncertaintyEstimator::measures).orElse(Set.of());
    }

    /** All answers to a prompt are there; the questions whether they are true come up, if they are wanted. */
    private void finish(GenerationInProgress generation, Deque<Continuation> came) {
        List<TruthQuestion> questions = generator.asksTruth() ? truthQuestions(generation) : List.of();
        generation.await(questions.size());
        came.addAll(questions);
    }

    private List<TruthQuestion> truthQuestions(GenerationInProgress generation) {
        return generation.answers().stream()
                .map(answer -> encoder.isTrue(
                        generation.prompt(), answer, truth -> generation.takeTruth(answer.sample(), truth)))
                .filter(question -> question.tokens().length < room)
                .toList();
    }

    /** {@return where what this generates comes from} */
    public GenerationProvenance provenance() {
        return new GenerationProvenance(
                generator.getProvenance(),
                generator.modelProvenance(),
                base.identity().sha256(),
                adapter.map(Adapter::sha256).orElse(""),
                generator.backend().description());
    }

    private void closeDecoding() {
        decoding.ifPresent(Decoder::close);
        decoding = Optional.empty();
    }

    /** Lets go of what earlier prompts left in memory, so that the next answers depend on nothing before them. */
    public void forget() {
        closeDecoding();
    }

    @Override
    public void close() {
        closeDecoding();
        release.run();
    }
}
