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
package io.github.tribuollm.tutorials;

import com.oracle.labs.mlrg.olcut.config.Config;
import com.oracle.labs.mlrg.olcut.config.PropertyException;
import io.github.tribuollm.llm.data.Conversation;
import io.github.tribuollm.llm.data.ConversationSource;
import io.github.tribuollm.llm.data.DataException;
import java.util.HashSet;
import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.Set;
import org.tribuo.provenance.ConfiguredDataSourceProvenance;

/**
 * Conversations that are generated, not read: the same ones on every machine for the same configuration, no prompt
 * twice, and those of {@link CorpusSplit#TRAIN} and {@link CorpusSplit#HELD_OUT} disjoint for all seeds. With more
 * rows the first ones stay the same.
 *
 * <p>They have the form in which {@link io.github.tribuollm.llm.data.Gsm8kSource} and
 * {@link io.github.tribuollm.llm.data.AlpacaSource} give theirs, so that the same templates apply.
 */
public final class SyntheticCorpus implements ConversationSource {
    private static final int MOST_TRIES = 100_000;

    @Config(mandatory = true, description = "What rows: WORD_PROBLEMS, INSTRUCTIONS or MIXED.")
    private CorpusKind kind;

    @Config(description = "The grammar of the word problems: STANDARD or SHIFTED.")
    private CorpusStyle style = CorpusStyle.STANDARD;

    @Config(description = "Which part of all possible rows: TRAIN or HELD_OUT.")
    private CorpusSplit split = CorpusSplit.TRAIN;

    @Config(mandatory = true, description = "How many rows.")
    private int rows;

    @Config(description = "The seed of the random choices.")
    private long seed = 1;

    private SyntheticCorpusProvenance provenance;

    private SyntheticCorpus() {}

    /**
     * Creates a corpus.
     *
     * @param kind what rows
     * @param style the grammar of the word problems
     * @param split which part of all possible rows
     * @param rows how many rows, at least 1
     * @param seed the seed of the random choices
     * @throws PropertyException if there are no rows or the style does not apply
     */
    public SyntheticCorpus(CorpusKind kind, CorpusStyle style, CorpusSplit split, int rows, long seed) {
        this.kind = kind;
        this.style = style;
        this.split = split;
        this.rows = rows;
        this.seed = seed;
        postConfig();
    }

    /**
     * Checks the configuration.
     *
     * @throws PropertyException if there are no rows or the style does not apply
     */
    @Override
    public void postConfig() {
        if (rows < 1) {
            throw new PropertyException("", "rows", "Cannot generate " + rows + " rows; use 1 or more");
        }
        if (kind == CorpusKind.INSTRUCTIONS && style != CorpusStyle.STANDARD) {
            throw new PropertyException("", "style", "Instructions have no style " + style + "; leave it out");
        }
    }

    /**
     * {@return the conversations, generated as they are asked for; its {@code next} throws {@link DataException} when
     * the grammar has no more prompts than those already given}
     */
    @Override
    public Iterator<Conversation> iterator() {
        Iterator<Generated> generated = generate();
        return new Iterator<>() {
            @Override
            public boolean hasNext() {
                return generated.hasNext();
            }

            @Override
            public Conversation next() {
                Generated next = generated.next();
                return Conversation.of(next.row().prompt(), next.row().output(), next.origin());
            }
        };
    }

    /** The rows in Alpaca's terms. */
    Iterator<Generated> generate() {
        return new Generation();
    }

    /** A row and its place, which begins with its kind. */
    record Generated(Row row, String origin) {}

    /**
     * {@return whether a conversation of a corpus is a word problem, otherwise it is an instruction}
     *
     * @param conversation a conversation that a corpus generated
     * @throws DataException if it comes from elsewhere
     */
    static boolean isWordProblem(Conversation conversation) {
        String origin = conversation.origin();
        if (origin.startsWith(CorpusKind.WORD_PROBLEMS.name())) {
            return true;
        }
        if (origin.startsWith(CorpusKind.INSTRUCTIONS.name())) {
            return false;
        }
        throw new DataException(origin + ": not a row of SyntheticCorpus; use a template for the data's own format");
    }

    CorpusKind kind() {
        return kind;
    }

    @Override
    public synchronized ConfiguredDataSourceProvenance getProvenance() {
        if (provenance == null) {
            provenance = new SyntheticCorpusProvenance(this);
        }
        return provenance;
    }

    @Override
    public String toString() {
        return "SyntheticCorpus(kind=" + kind + ",style=" + style + ",split=" + split + ",rows=" + rows + ",seed="
                + seed + ")";
    }

    private final class Generation implements Iterator<Generated> {
        private final Draw draw = new Draw(seed);
        private final Grammar problems = style.grammar();
        private final Grammar instructions = Grammar.load("instructions.txt");
        private final Set<String> prompts = new HashSet<>();

        @Override
        public boolean hasNext() {
            return prompts.size() < rows;
        }

        @Override
        public Generated next() {
            if (!hasNext()) {
                throw new NoSuchElementException("No more rows in " + SyntheticCorpus.this);
            }
            CorpusKind next =
                    kind == CorpusKind.MIXED ? draw.coin() ? CorpusKind.WORD_PROBLEMS : CorpusKind.INSTRUCTIONS : kind;
            Grammar grammar = next == CorpusKind.WORD_PROBLEMS ? problems : instructions;
            for (int i = 0; i < MOST_TRIES; i++) {
                Row row = grammar.next(draw);
                if (split.contains(row.prompt()) && prompts.add(row.prompt())) {
                    return new Generated(row, next + " row " + prompts.size() + " of " + SyntheticCorpus.this);
                }
            }
            throw new DataException(
                    SyntheticCorpus.this + ": no new prompt after " + prompts.size() + " rows; use fewer rows");
        }
    }
}
