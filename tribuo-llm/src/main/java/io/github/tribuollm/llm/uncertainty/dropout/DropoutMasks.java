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
package io.github.tribuollm.llm.uncertainty.dropout;

import io.github.tribuollm.graph.Shape;
import io.github.tribuollm.graph.Tensor;
import io.github.tribuollm.llm.graphs.MicroBatch;
import io.github.tribuollm.objectives.token.CounterRandom;
import io.github.tribuollm.runtime.Feeds;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.LongStream;

/**
 * Which elements dropout keeps. A mask is a pure function of seed, sample, place, sequence (its index in the data),
 * position and element, so that neither batches nor padding nor the number of threads change it: of the 64-bit words
 * {@code CounterRandom.bits(seed, sample, bits(place), sequence, position, head, word)}, each gives four elements,
 * which are kept where their 16 bits, lowest first, are at least the rate times 2^16, rounded. The elements of an
 * attention mask are the keys that a query in some head may see; elsewhere, with head 0, they are the components of a
 * vector.
 */
public final class DropoutMasks {
    private static final int LANE_BITS = 16;
    private static final int LANES = Long.SIZE / LANE_BITS;
    private static final int LANE = (1 << LANE_BITS) - 1;

    private final long seed;
    private final int threshold;
    private final List<Site> sites = new ArrayList<>();
    private final Map<Site, ByteBuffer> buffers = new HashMap<>();

    /** A mask: [C, keyHeads, stacked * T, T] of attention weights, or [C*T, width] of vectors, keyHeads 0. */
    private record Site(String input, long key, int keyHeads, int stacked, int width) {
        private boolean ofAttention() {
            return keyHeads > 0;
        }

        private long[] sizes(Grid grid) {
            return ofAttention()
                    ? new long[] {grid.rows, keyHeads, (long) stacked * grid.time, grid.keys}
                    : new long[] {(long) grid.rows * grid.time, width};
        }
    }

    /** Rows of so many tokens, each of which sees so many keys at most. */
    private record Grid(int rows, int time, int keys) {}

    /**
     * What a row of the grid holds: consecutive tokens of a document under the masks of a sample.
     *
     * @param index which row
     * @param sample the sample
     * @param sequence the document
     * @param first the position of the first token
     * @param count how many tokens
     */
    public record Row(int index, long sample, int sequence, int first, int count) {}

    /**
     * Masks of some shapes.
     *
     * @param masks the inputs to feed, by place: [C, KV, H/KV*T, T] or [C*T, width]
     * @param rate how many elements are dropped, in [0, 1)
     * @param seed the seed
     */
    public DropoutMasks(Map<String, Tensor> masks, double rate, long seed) {
        this.seed = seed;
        this.threshold = (int) Math.round(rate * (1 << LANE_BITS));
        masks.forEach((place, mask) -> sites.add(site(place, mask)));
    }

    private static Site site(String place, Tensor mask) {
        Shape shape = mask.shape();
        long key = CounterRandom.bits(place);
        int second = (int) shape.dim(1).factor();
        return shape.rank() == 2
                ? new Site(mask.name(), key, 0, 0, second)
                : new Site(mask.name(), key, second, (int) shape.dim(2).factor(), 0);
    }

    /** The size of the masks of so many samples, in bytes. */
    long bytes(MicroBatch batch, int samples) {
        Grid grid = new Grid(samples * batch.sequences(), batch.length(), batch.length());
        return sites.stream()
                .mapToLong(site -> LongStream.of(site.sizes(grid)).reduce(1, Math::multiplyExact))
                .sum();
    }

    /**
     * Feeds the masks of consecutive samples, sample by sample.
     *
     * @param feeds receives the masks; what was fed before is overwritten
     * @param batch one document a row
     * @param first the first sample
     * @param samples how many
     */
    void feed(Feeds feeds, MicroBatch batch, int first, int samples) {
        int[] lengths = lengths(batch);
        List<Row> rows = IntStream.range(0, samples * lengths.length)
                .mapToObj(i -> {
                    int document = i % lengths.length;
                    return new Row(i, first + i / lengths.length, batch.indices()[document], 0, lengths[document]);
                })
                .toList();
        feed(feeds, rows, batch.length(), batch.length());
    }

    /**
     * Feeds the masks of some rows.
     *
     * @param feeds receives the masks; what was fed before is overwritten
     * @param rows what each row holds
     * @param time the tokens of a row of the grid
     * @param keys the most keys that a token sees
     */
    public void feed(Feeds feeds, List<Row> rows, int time, int keys) {
        Grid grid = new Grid(rows.size(), time, keys);
        Map<Site, ByteBuffer> masks = new LinkedHashMap<>();
        for (Site site : sites) {
            long[] sizes = site.sizes(grid);
            ByteBuffer mask = buffer(site, LongStream.of(sizes).reduce(1, Math::multiplyExact));
            masks.put(site, mask);
            feeds.booleans(site.input, mask, sizes);
        }
        rows.stream()
                .flatMap(row -> masks.entrySet().stream()
                        .map(mask -> (Runnable) () -> fill(mask.getValue(), mask.getKey(), row, grid)))
                .toList()
                .parallelStream()
                .forEach(Runnable::run);
    }

    private static int[] lengths(MicroBatch batch) {
        int[] lengths = new int[batch.sequences()];
        Arrays.stream(batch.owners()).filter(owner -> owner >= 0).forEach(owner -> lengths[(int) owner]++);
        return lengths;
    }

    private ByteBuffer buffer(Site site, long size) {
        ByteBuffer buffer = buffers.get(site);
        if (buffer == null || buffer.capacity() < size) {
            buffer = Feeds.direct(size).order(ByteOrder.LITTLE_ENDIAN);
            buffers.put(site, buffer);
        }
        return buffer.limit((int) size);
    }

    private void fill(ByteBuffer mask, Site site, Row row, Grid grid) {
        long key = CounterRandom.bits(seed, row.sample, site.key, row.sequence);
        for (int t = 0; t < row.count; t++) {
            long position = CounterRandom.extended(key, row.first + t);
            if (site.ofAttention()) {
                int heads = site.keyHeads * site.stacked;
                for (int h = 0; h < heads; h++) {
                    int place = ((row.index * heads + h) * grid.time + t) * grid.keys;
                    fill(mask, place, row.first + t + 1, CounterRandom.extended(position, h));
                }
            } else {
                int place = (row.index * grid.time + t) * site.width;
                fill(mask, place, site.width, CounterRandom.extended(position, 0));
            }
        }
    }

    private void fill(ByteBuffer mask, int place, int elements, long key) {
        int whole = elements - elements % LANES;
        for (int i = 0; i < whole; i += LANES) {
            mask.putInt(place + i, kept(CounterRandom.extended(key, i / LANES)));
        }
        for (int i = whole, kept = kept(CounterRandom.extended(key, whole / LANES)); i < elements; i++, kept >>>= 8) {
            mask.put(place + i, (byte) (kept & 1));
        }
    }

    /** Four bytes, 1 where an element is kept. */
    private int kept(long word) {
        return kept((int) word & LANE)
                | kept((int) (word >>> LANE_BITS) & LANE) << 8
                | kept((int) (word >>> 2 * LANE_BITS) & LANE) << 16
                | kept((int) (word >>> 3 * LANE_BITS)) << 24;
    }

    private int kept(int lane) {
        return (threshold - 1 - lane) >>> (Integer.SIZE - 1);
    }
}
