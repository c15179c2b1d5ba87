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
package io.github.tribuollm.llm.generation.sampling;

import com.oracle.labs.mlrg.olcut.config.PropertyException;
import io.github.tribuollm.llm.checkpoint.Tokenizer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalInt;

/** All that decides about an answer: settings with the checkpoint's defaults filled in. Immutable. */
public final class SamplingRules {
    private static final int LONGEST_MESSAGE = 400;

    private final Sampling sampling;
    private final Stopping stopping;
    private final Tokenizer tokenizer;
    private final ModelBounds bounds;
    private final int[] ends;
    private final List<LogitsProcessor> processors;
    private final List<LogitsProcessor> warpers;

    private SamplingRules(Sampling sampling, Stopping stopping, Tokenizer tokenizer, ModelBounds bounds) {
        this.sampling = sampling;
        this.stopping = stopping;
        this.tokenizer = tokenizer;
        this.bounds = bounds;
        ends = stopping.ends(tokenizer.stopIds());
        processors = processors();
        warpers = sampling.draws() ? sampling.warpers() : List.of();
    }

    /**
     * Joins settings and defaults.
     *
     * @param sampling how tokens are chosen; it has the first word
     * @param stopping when an answer ends; it has the first word
     * @param defaults what holds where nothing is set
     * @param tokenizer the model's, which must stay open
     * @param bounds the positions and the vocabulary of the model
     * @throws PropertyException naming a setting that cannot act, has a token id that the model lacks, or contradicts another
     */
    public static SamplingRules of(
            Sampling sampling,
            Stopping stopping,
            GenerationDefaults defaults,
            Tokenizer tokenizer,
            ModelBounds bounds) {
        sampling.requireTokensBelow(bounds.vocabulary());
        stopping.requireTokensBelow(bounds.vocabulary());
        Sampling whole = sampling.over(defaults.sampling());
        sampling.requireActing(whole.draws());
        return new SamplingRules(whole, stopping.over(defaults.stopping()), tokenizer, bounds);
    }

    private List<LogitsProcessor> processors() {
        List<LogitsProcessor> list = new ArrayList<>(sampling.penalties(ends));
        list.add(stopping.noEndBefore(ends));
        OptionalInt forced = sampling.forcedBos();
        forced.ifPresent(bos -> list.add(new ForcedTokens(history -> history.length() == 1, bos)));
        if (stopping.forcedEnds().length > 0) {
            list.add(new ForcedTokens(this::isLast, stopping.forcedEnds()));
        }
        list.addAll(sampling.suppressions());
        return List.copyOf(list);
    }

    private boolean isLast(TokenHistory history) {
        return history.length() == stopping.longest(history.promptLength()) - 1;
    }

    /** {@return the number of answers to each prompt, at least 1} */
    public int samples() {
        return sampling.samples();
    }

    /**
     * The room that a prompt and its answer may take.
     *
     * @param promptLength the tokens of the prompt
     * @return the most tokens of both, at most the positions of the model
     */
    public int longest(int promptLength) {
        return Math.min(bounds.positions(), stopping.longest(promptLength));
    }

    /**
     * Whether answers end at the model's last position before they are as long as settings say.
     *
     * @param promptLength the tokens of the prompt
     * @return false where no setting says how long they are
     */
    public boolean exceedPositions(int promptLength) {
        return stopping.saysLongest() && stopping.longest(promptLength) > bounds.positions();
    }

    /**
     * Begins an answer.
     *
     * @param prompt the tokens of the prompt
     * @param sample which of the answers to it, from 0
     * @param statistics what is told of each token
     * @return what chooses its tokens
     * @throws GenerationException if the prompt is empty or leaves no room for an answer
     */
    public AnswerSampler answer(int[] prompt, int sample, TokenStatistics statistics) {
        requireRoom("The prompt", prompt.length);
        return new AnswerSampler(this, prompt, Draw.of(sampling.seed(), prompt, sample), statistics);
    }

    /**
     * Checks that a prompt can be continued.
     *
     * @param origin what is said of where it comes from
     * @param promptLength its tokens
     * @throws GenerationException if there are none, or they leave no room for an answer, or none for one
     *     that is as long as it has to be
     */
    public void requireRoom(String origin, int promptLength) {
        if (promptLength == 0) {
            throw new GenerationException(
                    origin + " has no tokens, so that there is nothing to continue; give at least" + " a word");
        }
        if (promptLength >= bounds.positions()) {
            throw new GenerationException(origin + " has " + promptLength + " tokens, but the model has "
                    + bounds.positions() + " positions for prompt and answer; shorten the prompt");
        }
        if (promptLength >= longest(promptLength)) {
            throw new GenerationException(origin + " has " + promptLength + " tokens, so that maxLength, "
                    + longest(promptLength) + " for prompt and answer, leaves no room; raise it, or set maxNewTokens");
        }
        requireRoomForShortest(origin, promptLength);
    }

    /** An answer that has to be longer than it can be would end early. */
    private void requireRoomForShortest(String origin, int promptLength) {
        int shortest = stopping.shortest(promptLength);
        if (shortest > bounds.positions()) {
            throw new GenerationException(origin + " has " + promptLength + " tokens and its answer at least "
                    + (shortest - promptLength) + ", but the model has " + bounds.positions()
                    + " positions for prompt and answer; lower minNewTokens or minLength");
        }
        if (shortest > longest(promptLength)) {
            throw new GenerationException(origin + ": the answer would have at least " + (shortest - promptLength)
                    + " tokens and at most " + (longest(promptLength) - promptLength)
                    + "; lower minNewTokens or minLength, or raise maxNewTokens or maxLength");
        }
    }

    /** Bans and changes logits. */
    void process(Candidates candidates, TokenHistory history) {
        processors.forEach(processor -> processor.process(candidates, history));
        if (candidates.logit(candidates.best()) == Float.NEGATIVE_INFINITY) {
            throw new GenerationException("At token " + history.generatedLength() + " of the answer every token is"
                    + " banned; settings that suppress tokens, forbid words or repetitions, or bound the length contradict"
                    + " each other: " + shortened(sampling + "; " + stopping));
        }
        warpers.forEach(warper -> warper.process(candidates, history));
    }

    private static String shortened(String text) {
        return text.length() <= LONGEST_MESSAGE ? text : text.substring(0, LONGEST_MESSAGE) + "...";
    }

    boolean draws() {
        return sampling.draws();
    }

    boolean isEnd(int token) {
        return Arrays.stream(ends).anyMatch(end -> end == token);
    }

    AnswerText text() {
        return new AnswerText(tokenizer, stopping.stopStrings());
    }

    /** {@return the settings, in a line} */
    @Override
    public String toString() {
        return sampling + "; " + stopping;
    }
}
