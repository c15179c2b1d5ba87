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
package io.github.tribuollm.llm.data;

import io.github.tribuollm.llm.checkpoint.Encoded;
import io.github.tribuollm.llm.checkpoint.Tokenizer;
import io.github.tribuollm.llm.data.EncodingTally.Fate;
import io.github.tribuollm.llm.data.EncodingTally.Outcome;
import io.github.tribuollm.llm.progress.ProgressListener;
import io.github.tribuollm.llm.progress.Unit;
import io.github.tribuollm.llm.progress.Work;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Iterator;
import java.util.List;
import java.util.function.Supplier;
import java.util.logging.Logger;
import java.util.stream.IntStream;
import java.util.stream.StreamSupport;

/**
 * Turns conversations into token sequences.
 *
 * <p>The rendered text is tokenised once, as a whole, so that tokens are those the model would see. A token is learned
 * where its first character lies in a trained {@link Segment}: one that reaches from a header into an answer, such as
 * two line breaks of which the second is the answer's, belongs to the header. Only where a tokenizer would spell its
 * end-of-sequence token instead of reading it, the text on either side is tokenised by itself and the token put
 * between. The token that begins a sequence is added once where the tokenizer says so; it and all of the prompt are
 * never learned. Rows are encoded in parallel, and stay in order.
 */
public final class SequenceEncoder {
    private static final Logger logger = Logger.getLogger(SequenceEncoder.class.getName());
    private static final int CHUNK = 512;
    private static final int LONGEST_WORD = 1000;

    private final Tokenizer tokenizer;
    private final PromptTemplate template;
    private final EncodingRules rules;
    private final int eosId;
    private final String eos;
    private final boolean readsEos;

    /**
     * Creates an encoder.
     *
     * @param tokenizer the model's tokenizer
     * @param template how conversations are laid out
     * @param maxLength the most tokens a sequence may have, at least 2
     * @param truncation what happens to longer rows
     * @throws DataException if the tokenizer has no end-of-sequence token
     * @throws IllegalArgumentException if {@code maxLength} is below 2
     */
    public SequenceEncoder(Tokenizer tokenizer, PromptTemplate template, int maxLength, TruncationPolicy truncation) {
        this(tokenizer, template, new EncodingRules(maxLength, truncation));
    }

    /**
     * Creates an encoder.
     *
     * @param tokenizer the model's tokenizer
     * @param template how conversations are laid out
     * @param rules what becomes of rows
     * @throws DataException if the tokenizer has no end-of-sequence token
     */
    public SequenceEncoder(Tokenizer tokenizer, PromptTemplate template, EncodingRules rules) {
        this.tokenizer = tokenizer;
        this.template = template;
        this.rules = rules;
        this.eosId = tokenizer
                .eos()
                .orElseThrow(() -> new DataException("The tokenizer has no end-of-sequence token, so no answer could"
                        + " end; set eos_token in tokenizer_config.json"));
        this.eos = tokenizer.token(eosId);
        int[] read = tokenizer.encode("a" + eos);
        this.readsEos = read.length > 1 && read[read.length - 1] == eosId;
        warnOfSpelledTurnEnd();
    }

    private void warnOfSpelledTurnEnd() {
        if (template instanceof TurnTemplate turns) {
            int pieces = tokenizer.encode(turns.endOfTurn()).length;
            if (pieces != 1) {
                logger.warning(() -> "The tokenizer has no token " + turns.endOfTurn() + " and spells it in " + pieces
                        + " tokens; is " + template + " the layout of this model?");
            }
        }
    }

    /**
     * Encodes all of a source's rows.
     *
     * @param conversations the rows
     * @return the sequences and the counts, at least one sequence
     * @throws DataException if a row cannot be used, if a row is too long under {@link TruncationPolicy#FAIL}, or if
     *     no row is left
     */
    public EncodedConversations encode(Iterable<Conversation> conversations) {
        return encode(conversations, Integer.MAX_VALUE);
    }

    /**
     * Encodes a source's rows until there are enough sequences.
     *
     * @param conversations the rows
     * @param count how many sequences are enough, at least 1
     * @return at most so many sequences, at least one, and the counts of the rows that were looked at
     * @throws DataException as above
     */
    public EncodedConversations encode(Iterable<Conversation> conversations, int count) {
        EncodingTally tally = new EncodingTally(rules);
        Iterator<Supplier<Conversation>> rows = rows(conversations);
        List<Supplier<Conversation>> chunk = new ArrayList<>();
        Work work = Work.ofUnknownSize("encoding", Unit.ROWS, ProgressListener.logging(logger));
        while (rows.hasNext() && tally.size() < count) {
            chunk.add(rows.next());
            if (chunk.size() == Math.min(CHUNK, count - tally.size()) || !rows.hasNext()) {
                chunk.parallelStream().map(this::outcome).toList().forEach(tally::add);
                work.add(chunk.size());
                chunk.clear();
            }
        }
        return tally.result();
    }

    private static Iterator<Supplier<Conversation>> rows(Iterable<Conversation> conversations) {
        return conversations instanceof ConversationSource source
                ? source.rows()
                : StreamSupport.stream(conversations.spliterator(), false)
                        .<Supplier<Conversation>>map(conversation -> () -> conversation)
                        .iterator();
    }

    /**
     * Lays out a conversation up to the point where the model is to answer.
     *
     * @param conversation the conversation, which ends with a message of the user, or of a tool
     * @return the text, without a token that begins the sequence unless the template writes it
     * @throws DataException if the template has no place for this conversation
     */
    public String promptText(Conversation conversation) {
        return template.prompt(suited(conversation), eos);
    }

    /**
     * Encodes a conversation up to the point where the model is to answer.
     *
     * @param conversation the conversation, which ends with a message of the user, or of a tool
     * @return the tokens, however many they are
     * @throws DataException if the template has no place for this conversation
     */
    public int[] encodePrompt(Conversation conversation) {
        int[] ids = tokenised(promptText(conversation)).ids();
        return lacksBos(ids) ? prepend(tokenizer.bos().getAsInt(), ids) : ids;
    }

    private Outcome outcome(Supplier<Conversation> row) {
        try {
            return outcome(row.get());
        } catch (DataException e) {
            return Outcome.refused(e);
        }
    }

    private Outcome outcome(Conversation conversation) {
        String origin = conversation.origin();
        if (!conversation.hasCompletion()) {
            return Outcome.dropped(Fate.WITHOUT_COMPLETION, origin, 0);
        }
        if (rules.learnsPrompts()) {
            requireNothingSwitchedOff(conversation);
        }
        List<Segment> segments = template.render(suited(conversation), eos);
        StringBuilder text = new StringBuilder();
        BitSet trained = new BitSet();
        for (Segment segment : segments) {
            int start = text.length();
            text.append(segment.text());
            trained.set(start, text.length(), segment.trained());
        }
        Encoded encoded = tokenisedAsFarAsNeeded(text.toString());
        int[] ids = encoded.ids();
        int shift = lacksBos(ids) ? 1 : 0;
        int[] tokens = shift == 1 ? prepend(tokenizer.bos().getAsInt(), ids) : ids;
        BitSet answers = new BitSet(tokens.length);
        for (int i = 0; i < ids.length; i++) {
            int first = Math.min(encoded.starts()[i], text.length() - 1);
            answers.set(i + shift, trained.get(first));
        }
        answers.clear(0); // nothing precedes it
        int read = encoded.ends()[ids.length - 1];
        if (read < trained.length()) {
            answers.set(tokens.length - 1); // the answer goes on beyond what is kept
        }
        return new EncodedRow(tokens, answers, conversation.weight(), origin).under(rules);
    }

    /** A layout does not tell what is only read from what must not be learned. */
    private static void requireNothingSwitchedOff(Conversation conversation) {
        for (Message message : conversation.messages()) {
            if (message.fromAssistant() && !message.learned()) {
                throw new DataException(conversation.origin() + ": an answer is switched off or part of a prompt, \""
                        + message.content() + "\", which the weight of prompts would learn; set promptWeight to 0, or"
                        + " leave the row out");
            }
        }
    }

    private Conversation suited(Conversation conversation) {
        if (!template.isWhole()) {
            PlainConversation.require(conversation, template);
        }
        return conversation;
    }

    /**
     * The tokens of a text, or of its beginning where that has more of them than are kept. No token spells more than the
     * longest, so that a beginning of twice what all kept tokens can spell ends far behind them, and where a word does.
     */
    private Encoded tokenisedAsFarAsNeeded(String text) {
        boolean endIsLost =
                rules.truncation() == TruncationPolicy.TRUNCATE_END || rules.truncation() == TruncationPolicy.DROP;
        long spelled = 2L * (rules.maxLength() + 2L) * tokenizer.longestToken();
        if (!endIsLost || text.length() <= 2 * spelled) {
            return tokenised(text);
        }
        Encoded beginning = tokenised(text.substring(0, endOfWord(text, (int) spelled)));
        return beginning.ids().length > rules.maxLength() + 1 ? beginning : tokenised(text);
    }

    /** The end of the word at a place, if it is not far away; else a place between two characters. */
    private static int endOfWord(String text, int place) {
        for (int i = place; i < Math.min(text.length(), place + LONGEST_WORD); i++) {
            if (Character.isWhitespace(text.charAt(i)) && !Character.isWhitespace(text.charAt(i - 1))) {
                return i;
            }
        }
        return Character.isLowSurrogate(text.charAt(place)) ? place + 1 : place;
    }

    private Encoded tokenised(String text) {
        return readsEos ? tokenizer.encodeWithOffsets(text) : tokenisedBetweenEos(text);
    }

    private Encoded tokenisedBetweenEos(String text) {
        IntStream.Builder ids = IntStream.builder();
        IntStream.Builder starts = IntStream.builder();
        IntStream.Builder ends = IntStream.builder();
        for (int at = 0; at < text.length(); ) {
            int next = text.indexOf(eos, at);
            int end = next < 0 ? text.length() : next;
            if (end > at) {
                Encoded piece = tokenizer.encodeWithOffsets(text.substring(at, end));
                int shift = at;
                IntStream.of(piece.ids()).forEach(ids);
                IntStream.of(piece.starts()).map(i -> i + shift).forEach(starts);
                IntStream.of(piece.ends()).map(i -> i + shift).forEach(ends);
            }
            at = end;
            if (next >= 0) {
                ids.add(eosId);
                starts.add(at);
                at += eos.length();
                ends.add(at);
            }
        }
        return new Encoded(
                ids.build().toArray(), starts.build().toArray(), ends.build().toArray());
    }

    private boolean lacksBos(int[] ids) {
        return !template.isWhole()
                && tokenizer.addsBos()
                && (ids.length == 0 || ids[0] != tokenizer.bos().getAsInt());
    }

    private static int[] prepend(int id, int[] ids) {
        int[] tokens = new int[ids.length + 1];
        tokens[0] = id;
        System.arraycopy(ids, 0, tokens, 1, ids.length);
        return tokens;
    }
}
