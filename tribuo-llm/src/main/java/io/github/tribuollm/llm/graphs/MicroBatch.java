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
package io.github.tribuollm.llm.graphs;

import io.github.tribuollm.llm.data.TokenSequence;
import io.github.tribuollm.runtime.Feeds;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.IntFunction;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;

/**
 * D documents that are processed together in a grid of B rows and T columns, and their N completion tokens: the
 * completion tokens, in the order of the documents and of their positions. A row holds one document or several, one
 * after the other, and is right-padded to the longest row.
 *
 * @param length the length of the longest row, T
 * @param tokens token ids, [B, T], 0 where padded
 * @param positions the position of each token in its document, [B, T], 0 where padded
 * @param owners the document of each token within this batch, [B, T], -1 where padded
 * @param rows where each completion token is predicted from: the row of its predecessor in [B*T], [N]
 * @param labels the completion tokens' ids, [N]
 * @param documents the document of each completion token within this batch, [N]
 * @param indices the index of each document in the data set, [D]
 * @param origins where each document comes from, for messages, [D]
 * @param weights the weight of each document, [D]
 * @param columns what the data says of each completion token, by name, [N] each; the columns that all documents have
 */
public record MicroBatch(
        int length,
        long[] tokens,
        long[] positions,
        long[] owners,
        long[] rows,
        long[] labels,
        long[] documents,
        int[] indices,
        List<String> origins,
        float[] weights,
        Map<String, float[]> columns) {
    private static final int PADDING = -1;

    /**
     * A batch of one document a row.
     *
     * @param data the data set
     * @param indices which of its documents
     * @return the batch
     */
    public static MicroBatch of(List<TokenSequence> data, int[] indices) {
        return of(data, Arrays.stream(indices).mapToObj(i -> new int[] {i}).toList());
    }

    /**
     * A batch of several documents a row.
     *
     * @param data the data set
     * @param grid for each row, which of its documents
     * @return the batch
     */
    public static MicroBatch of(List<TokenSequence> data, List<int[]> grid) {
        int[] indices = grid.stream().flatMapToInt(Arrays::stream).toArray();
        List<TokenSequence> chosen = Arrays.stream(indices).mapToObj(data::get).toList();
        int length = grid.stream()
                .mapToInt(
                        row -> Arrays.stream(row).map(i -> data.get(i).length()).sum())
                .max()
                .orElse(0);
        int completionTokens =
                chosen.stream().mapToInt(TokenSequence::completionTokens).sum();
        long[] tokens = new long[grid.size() * length];
        long[] positions = new long[tokens.length];
        long[] owners = new long[tokens.length];
        Arrays.fill(owners, PADDING);
        long[] rows = new long[completionTokens];
        long[] labels = new long[completionTokens];
        long[] documents = new long[completionTokens];
        float[] weights = new float[chosen.size()];
        int n = 0;
        int d = 0;
        for (int b = 0; b < grid.size(); b++) {
            int start = b * length;
            for (int i = 0; i < grid.get(b).length; i++, d++) {
                TokenSequence document = chosen.get(d);
                int[] ids = document.tokens();
                weights[d] = document.weight();
                for (int t = 0; t < ids.length; t++) {
                    tokens[start + t] = ids[t];
                    positions[start + t] = t;
                    owners[start + t] = d;
                }
                BitSet completion = document.completion();
                for (int t = completion.nextSetBit(0); t >= 0; t = completion.nextSetBit(t + 1)) {
                    rows[n] = start + t - 1;
                    labels[n] = ids[t];
                    documents[n++] = d;
                }
                start += ids.length;
            }
        }
        List<String> origins = chosen.stream().map(TokenSequence::origin).toList();
        return new MicroBatch(
                length, tokens, positions, owners, rows, labels, documents, indices, origins, weights, columns(chosen));
    }

    private static Map<String, float[]> columns(List<TokenSequence> chosen) {
        Set<String> names = new TreeSet<>(
                chosen.isEmpty() ? Set.of() : chosen.get(0).columns().keySet());
        chosen.forEach(sequence -> names.retainAll(sequence.columns().keySet()));
        Map<String, float[]> columns = new TreeMap<>();
        names.forEach(name -> columns.put(name, column(chosen, name)));
        return columns;
    }

    private static float[] column(List<TokenSequence> chosen, String name) {
        int n = 0;
        float[] values = new float
                [chosen.stream().mapToInt(TokenSequence::completionTokens).sum()];
        for (TokenSequence sequence : chosen) {
            float[] all = sequence.columns().get(name);
            BitSet completion = sequence.completion();
            for (int t = completion.nextSetBit(0); t >= 0; t = completion.nextSetBit(t + 1)) {
                values[n++] = all[t];
            }
        }
        return values;
    }

    /** {@return D, the number of documents} */
    public int sequences() {
        return indices.length;
    }

    /** {@return N, the number of completion tokens} */
    public int completionTokens() {
        return rows.length;
    }

    /** {@return the number of tokens, prompts included, padding not} */
    public int allTokens() {
        return (int) Arrays.stream(owners).filter(owner -> owner != PADDING).count();
    }

    /** {@return the data-set index of each completion token's document, [N]} */
    public long[] completionSequences() {
        return Arrays.stream(documents).map(d -> indices[(int) d]).toArray();
    }

    /** {@return the position of each completion token in its document, [N]} */
    public int[] completionPositions() {
        return Arrays.stream(rows)
                .mapToInt(row -> (int) positions[(int) row] + 1)
                .toArray();
    }

    /** {@return the weight of each completion token's document, [N]} */
    public float[] completionWeights() {
        float[] expanded = new float[documents.length];
        for (int i = 0; i < expanded.length; i++) {
            expanded[i] = weights[(int) documents[i]];
        }
        return expanded;
    }

    /** Whether a place in the grid, below B*T, holds no token. */
    boolean padded(int place) {
        return owners[place] == PADDING;
    }

    /**
     * The same documents with some of the completion tokens.
     *
     * @param kept which completion tokens stay
     * @return the batch with fewer rows
     */
    public MicroBatch keeping(IntPredicate kept) {
        return keeping(IntStream.range(0, completionTokens()).filter(kept).toArray());
    }

    /** The same documents with the completion tokens of some indices. */
    public MicroBatch keeping(int[] stay) {
        Map<String, float[]> stayingColumns = new TreeMap<>();
        columns.forEach((name, values) -> stayingColumns.put(name, pick(values, stay)));
        return new MicroBatch(
                length,
                tokens,
                positions,
                owners,
                pick(rows, stay),
                pick(labels, stay),
                pick(documents, stay),
                indices,
                origins,
                weights,
                stayingColumns);
    }

    /** Values at some indices. */
    public static float[] pick(float[] values, int[] indices) {
        float[] picked = new float[indices.length];
        for (int i = 0; i < indices.length; i++) {
            picked[i] = values[indices[i]];
        }
        return picked;
    }

    private static long[] pick(long[] values, int[] indices) {
        return Arrays.stream(indices).mapToLong(i -> values[i]).toArray();
    }

    /** Feeds what every forward pass reads. */
    public Feeds feeds() {
        int height = tokens.length / length;
        return new Feeds()
                .integers(Names.TOKENS, tokens, height, length)
                .integers(Names.POSITIONS, positions, height, length)
                .integers(Names.OWNERS, owners, height, length)
                .integers(Names.ROWS, rows, rows.length)
                .integers(Names.LABELS, labels, labels.length);
    }

    /**
     * Puts what was found of the completion tokens at their places in their sequences.
     *
     * @param found a number for each completion token, [N]
     * @param sequences the numbers of a sequence by its index in the data, [length], changed in place
     */
    public void scatter(float[] found, IntFunction<double[]> sequences) {
        long[] owners = completionSequences();
        int[] places = completionPositions();
        for (int i = 0; i < found.length; i++) {
            sequences.apply((int) owners[i])[places[i]] = found[i];
        }
    }
}
