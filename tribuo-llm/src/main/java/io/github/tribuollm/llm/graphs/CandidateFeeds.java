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

import io.github.tribuollm.objectives.Requirements;
import io.github.tribuollm.objectives.target.SparseTeacher;
import io.github.tribuollm.objectives.weight.ExternalScore;
import io.github.tribuollm.runtime.Feeds;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;
import java.util.stream.IntStream;

/** What is fed of candidate tokens besides their ids: what the data and scores outside the graph say of them. */
public final class CandidateFeeds {
    private CandidateFeeds() {}

    /**
     * What weights look at. Documents are numbered through the micro-batches.
     *
     * @param needs what the objective looks at
     * @param batches the micro-batches of a scope
     * @param step the optimiser step
     * @throws TrainingException if a score outside the graph is not finite
     */
    public static Feeds statistics(Requirements needs, List<MicroBatch> batches, int step) {
        int n = candidates(batches);
        int documents = batches.stream().mapToInt(MicroBatch::sequences).sum();
        long[] ids = new long[n];
        int at = 0;
        int before = 0;
        for (MicroBatch batch : batches) {
            for (long document : batch.documents()) {
                ids[at++] = before + document;
            }
            before += batch.sequences();
        }
        Feeds feeds = new Feeds()
                .integers(Names.DOCUMENTS, ids, n)
                .integers(
                        Names.DOCUMENT_IDS,
                        IntStream.range(0, documents).asLongStream().toArray(),
                        documents)
                .floats(Names.ALL_TOKENS, new float[] {
                    batches.stream().mapToInt(MicroBatch::allTokens).sum()
                });
        columns(feeds, needs, batches);
        for (int k = 0; k < needs.externals().size(); k++) {
            ExternalScore score = needs.externals().get(k);
            feeds.floats(Names.external(k), joined(batches, b -> values(score, b, step)), n);
        }
        return feeds;
    }

    private static float[] values(ExternalScore score, MicroBatch batch, int step) {
        long[] sequences = batch.candidateSequences();
        int[] positions = batch.candidatePositions();
        float[] values = score.values(step, sequences, positions);
        for (int i = 0; i < values.length; i++) {
            if (!Float.isFinite(values[i])) {
                throw new TrainingException("Step " + step + ": the score " + score + " of token " + positions[i]
                        + " of sequence " + sequences[i] + " is " + values[i] + "; scores must be finite");
            }
        }
        return values;
    }

    /**
     * Adds what targets look at.
     *
     * @param feeds the feeds of the batch's forward pass
     * @param needs what the objective looks at
     * @param batches the rows of the output layer, those of one micro-batch after those of the other
     */
    public static void targets(Feeds feeds, Requirements needs, List<MicroBatch> batches) {
        columns(feeds, needs, batches);
        int n = candidates(batches);
        long[] sequences = batches.stream()
                .flatMapToLong(batch -> Arrays.stream(batch.candidateSequences()))
                .toArray();
        int[] positions = batches.stream()
                .flatMapToInt(batch -> Arrays.stream(batch.candidatePositions()))
                .toArray();
        for (int i = 0; i < needs.sparseTeachers().size(); i++) {
            SparseTeacher teacher = needs.sparseTeachers().get(i);
            SparseTeacher.Rows rows = teacher.rows(sequences, positions);
            feeds.integers(Names.sparseIds(i), rows.ids(), n, teacher.width());
            feeds.floats(Names.sparseProbabilities(i), rows.probabilities(), n, teacher.width());
        }
    }

    private static void columns(Feeds feeds, Requirements needs, List<MicroBatch> batches) {
        int n = candidates(batches);
        needs.columns()
                .forEach(name -> feeds.floats(
                        Names.column(name), joined(batches, b -> b.columns().get(name)), n));
    }

    /** The candidates of all micro-batches. */
    public static int candidates(List<MicroBatch> batches) {
        return batches.stream().mapToInt(MicroBatch::candidates).sum();
    }

    /** The values of all micro-batches, one after the other. */
    public static <B> float[] joined(List<B> batches, Function<B, float[]> values) {
        List<float[]> parts = batches.stream().map(values).toList();
        float[] whole = new float[parts.stream().mapToInt(p -> p.length).sum()];
        int at = 0;
        for (float[] part : parts) {
            System.arraycopy(part, 0, whole, at, part.length);
            at += part.length;
        }
        return whole;
    }
}
