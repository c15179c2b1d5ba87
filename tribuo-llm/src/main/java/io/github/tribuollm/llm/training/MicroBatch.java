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
package io.github.tribuollm.llm.training;

import io.github.tribuollm.llm.data.TokenSequence;
import io.github.tribuollm.runtime.Feeds;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;

/**
 * Sequences that are processed together, right-padded to the longest, and their N candidate tokens: the completion
 * tokens, in the order of the sequences and of their positions.
 *
 * @param sequences the number of sequences, B
 * @param length the length of the longest, T
 * @param tokens token ids, [B, T], 0 where padded
 * @param positions the position of each token in its document, [B, T], 0 where padded
 * @param rows where each candidate is predicted from: the row of its predecessor in [B*T], [N]
 * @param labels the candidates' ids, [N]
 * @param documents the sequence of each candidate within this batch, [N]
 * @param indices the index of each sequence in the data set, [B]
 * @param weights the weight of each sequence, [B]
 * @param allTokens the number of tokens, prompts included, padding not
 * @param columns what the data says of each candidate, by name, [N] each; the columns that all sequences have
 */
public record MicroBatch(
        int sequences,
        int length,
        long[] tokens,
        long[] positions,
        long[] rows,
        long[] labels,
        long[] documents,
        int[] indices,
        float[] weights,
        int allTokens,
        Map<String, float[]> columns) {
    /**
     * A batch of sequences.
     *
     * @param data the data set
     * @param indices which of its sequences
     * @return the batch
     */
    public static MicroBatch of(List<TokenSequence> data, int[] indices) {
        List<TokenSequence> chosen = Arrays.stream(indices).mapToObj(data::get).toList();
        int length = chosen.stream().mapToInt(TokenSequence::length).max().orElse(0);
        int candidates =
                chosen.stream().mapToInt(TokenSequence::completionTokens).sum();
        long[] tokens = new long[chosen.size() * length];
        long[] positions = new long[tokens.length];
        long[] rows = new long[candidates];
        long[] labels = new long[candidates];
        long[] documents = new long[candidates];
        float[] weights = new float[chosen.size()];
        int n = 0;
        for (int b = 0; b < chosen.size(); b++) {
            int[] ids = chosen.get(b).tokens();
            weights[b] = chosen.get(b).weight();
            for (int t = 0; t < ids.length; t++) {
                tokens[b * length + t] = ids[t];
                positions[b * length + t] = t;
            }
            BitSet completion = chosen.get(b).completion();
            for (int t = completion.nextSetBit(0); t >= 0; t = completion.nextSetBit(t + 1)) {
                rows[n] = (long) b * length + t - 1;
                labels[n] = ids[t];
                documents[n++] = b;
            }
        }
        int all = chosen.stream().mapToInt(TokenSequence::length).sum();
        return new MicroBatch(
                chosen.size(),
                length,
                tokens,
                positions,
                rows,
                labels,
                documents,
                indices,
                weights,
                all,
                columns(chosen));
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

    /** {@return N, the number of candidate tokens} */
    public int candidates() {
        return rows.length;
    }

    /** {@return the data-set index of each candidate's sequence, [N]} */
    public long[] candidateSequences() {
        return Arrays.stream(documents).map(d -> indices[(int) d]).toArray();
    }

    /** {@return the position of each candidate in its sequence, [N]} */
    public int[] candidatePositions() {
        return Arrays.stream(rows).mapToInt(row -> (int) (row % length) + 1).toArray();
    }

    /** {@return the weight of each candidate's sequence, [N]} */
    public float[] candidateWeights() {
        float[] expanded = new float[documents.length];
        for (int i = 0; i < expanded.length; i++) {
            expanded[i] = weights[(int) documents[i]];
        }
        return expanded;
    }

    /**
     * The same sequences with some of the candidates.
     *
     * @param kept which candidates stay
     * @return the batch with fewer rows
     */
    MicroBatch keeping(IntPredicate kept) {
        int[] stay = IntStream.range(0, candidates()).filter(kept).toArray();
        Map<String, float[]> stayingColumns = new TreeMap<>();
        columns.forEach((name, values) -> stayingColumns.put(name, pick(values, stay)));
        return new MicroBatch(
                sequences,
                length,
                tokens,
                positions,
                pick(rows, stay),
                pick(labels, stay),
                pick(documents, stay),
                indices,
                weights,
                allTokens,
                stayingColumns);
    }

    private static float[] pick(float[] values, int[] indices) {
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
    Feeds feeds() {
        return new Feeds()
                .integers(Names.TOKENS, tokens, sequences, length)
                .integers(Names.POSITIONS, positions, sequences, length)
                .integers(Names.ROWS, rows, rows.length)
                .integers(Names.LABELS, labels, labels.length);
    }
}
