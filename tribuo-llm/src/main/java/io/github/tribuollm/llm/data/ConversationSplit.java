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

import com.oracle.labs.mlrg.olcut.config.Config;
import com.oracle.labs.mlrg.olcut.config.PropertyException;
import io.github.tribuollm.objectives.token.CounterRandom;
import io.github.tribuollm.runtime.Settings;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.PrimitiveIterator;
import java.util.function.Supplier;
import java.util.stream.LongStream;

/**
 * One part of a source that is split at random into rows to train on and rows to hold out. Both parts keep the order of
 * the source. Which part a row belongs to follows from the seed and its place, so that the two parts, each configured
 * by itself, are complements, and the same in every process. A row
 * that cannot be used has its place too.
 */
public final class ConversationSplit implements ConversationSource {
    private static final long PURPOSE = CounterRandom.bits("split");

    /** Which rows are taken. */
    public enum Part {
        /** The rows to train on. */
        TRAIN,
        /** The rows that are held out. */
        HELD_OUT
    }

    @Config(mandatory = true, description = "What is split.")
    private ConversationSource source;

    @Config(description = "The fraction of the rows that is held out, in (0, 1); rounded to a row, at least one.")
    private double heldOut = 0.1;

    @Config(description = "The seed of the split.")
    private long seed = 1;

    @Config(mandatory = true, description = "The part: TRAIN or HELD_OUT.")
    private Part part;

    private BitSet taken;
    private int rows;
    private DerivedSourceProvenance provenance;

    private ConversationSplit() {}

    /**
     * A part of a source.
     *
     * @param source what is split
     * @param heldOut the fraction of the rows that is held out, in (0, 1); rounded to a row, at least one
     * @param seed the seed of the split
     * @param part which rows are taken
     * @throws PropertyException if the fraction is out of its range
     */
    public ConversationSplit(ConversationSource source, double heldOut, long seed, Part part) {
        this.source = source;
        this.heldOut = heldOut;
        this.seed = seed;
        this.part = part;
        postConfig();
    }

    @Override
    public void postConfig() {
        Settings.requireGiven("source", source);
        Settings.requireGiven("part", part);
        if (!(heldOut > 0 && heldOut < 1)) {
            throw new PropertyException("", "heldOut", "The fraction held out must lie in (0, 1), not " + heldOut);
        }
    }

    /**
     * {@return the rows of this part, read from the source as they are asked for}
     *
     * @throws DataException if the source has fewer than two rows
     */
    @Override
    public Iterator<Conversation> iterator() {
        return new Rows<>(source.iterator(), taken());
    }

    @Override
    public Iterator<Supplier<Conversation>> rows() {
        return new Rows<>(source.rows(), taken());
    }

    /** Counts the rows of the source, which reads it once more than iterating does. */
    private synchronized BitSet taken() {
        if (taken == null) {
            for (Iterator<Supplier<Conversation>> all = source.rows(); all.hasNext(); all.next()) {
                rows++;
            }
            taken = heldOut(rows);
            if (part == Part.TRAIN) {
                taken.flip(0, rows);
            }
        }
        return taken;
    }

    /** The rows with the least random numbers, of which no two are equal. */
    private BitSet heldOut(int rows) {
        if (rows < 2) {
            throw new DataException(source + " has " + rows + " rows, which cannot be split; it takes at least 2");
        }
        int count = (int) Math.max(1, Math.min(rows - 1, Math.round(heldOut * rows)));
        long[] keys = LongStream.range(0, rows)
                .map(row -> CounterRandom.bits(seed, PURPOSE, row))
                .toArray();
        long[] sorted = keys.clone();
        Arrays.sort(sorted);
        BitSet least = new BitSet(rows);
        for (int row = 0; row < rows; row++) {
            least.set(row, keys[row] < sorted[count]);
        }
        return least;
    }

    @Override
    public synchronized DerivedSourceProvenance getProvenance() {
        if (provenance == null) {
            provenance = new DerivedSourceProvenance(this);
        }
        return provenance;
    }

    @Override
    public String toString() {
        return part + " rows of " + source + " split with seed " + seed + ", fraction " + heldOut + " held out";
    }

    private final class Rows<T> implements Iterator<T> {
        private final Iterator<T> all;
        private final PrimitiveIterator.OfInt wanted;
        private int next;

        Rows(Iterator<T> all, BitSet taken) {
            this.all = all;
            this.wanted = taken.stream().iterator();
        }

        @Override
        public boolean hasNext() {
            return wanted.hasNext();
        }

        @Override
        public T next() {
            for (int row = wanted.nextInt(); next < row; next++) {
                one();
            }
            next++;
            T item = one();
            if (!wanted.hasNext()) { // sources close their files at the end
                finish();
            }
            return item;
        }

        private void finish() {
            for (; all.hasNext(); next++) {
                all.next();
            }
            if (next > rows) {
                throw new DataException(source + " has more rows than the " + rows
                        + " that it had when it was split; split the file again as it is now");
            }
        }

        private T one() {
            try {
                return all.next();
            } catch (NoSuchElementException e) {
                throw new DataException(
                        source + " has fewer rows than the " + rows + " that it had when it was split", e);
            }
        }
    }
}
