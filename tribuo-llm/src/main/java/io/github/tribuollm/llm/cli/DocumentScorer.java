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
package io.github.tribuollm.llm.cli;

import io.github.tribuollm.llm.architecture.Architecture;
import io.github.tribuollm.llm.architecture.Architectures;
import io.github.tribuollm.llm.checkpoint.Checkpoint;
import io.github.tribuollm.llm.checkpoint.Storage;
import io.github.tribuollm.llm.data.TokenSequence;
import io.github.tribuollm.llm.lora.Adapter;
import io.github.tribuollm.llm.scoring.TokenScorer;
import io.github.tribuollm.objectives.token.TokenMeasure;
import io.github.tribuollm.runtime.Backend;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.BiConsumer;

/** Measures the completion tokens of documents. */
final class DocumentScorer implements AutoCloseable {
    /** So many batches are sorted by length together: enough to pad little, few enough to come out soon. */
    private static final int WINDOW = 32;

    /**
     * What was measured about the tokens of a document; NaN where nothing was.
     *
     * @param nll -log p(token), nats
     * @param entropy of the prediction of the token, nats
     */
    record Scores(double[] nll, double[] entropy) {
        private static Scores unmeasured(int length) {
            double[] nll = new double[length];
            Arrays.fill(nll, Double.NaN);
            return new Scores(nll, nll.clone());
        }
    }

    private final int batchSize;
    private final TokenScorer scorer;

    /**
     * Prepares to score.
     *
     * @param checkpoint the base, open as long as this scorer
     * @param storage how its weights are held
     * @param adapter its adapter
     * @param data all documents that will be scored
     * @param batchSize documents that are processed together
     * @param backend where and in which precision
     */
    DocumentScorer(
            Checkpoint checkpoint,
            Storage storage,
            Optional<Adapter> adapter,
            List<TokenSequence> data,
            int batchSize,
            Backend backend) {
        if (batchSize < 1) {
            throw new UsageError("--batch-size: must be at least 1: " + batchSize);
        }
        this.batchSize = batchSize;
        Architecture architecture = Architectures.of(checkpoint);
        int longest = data.stream().mapToInt(TokenSequence::length).max().orElse(2);
        if (longest > architecture.maxPositions()) {
            throw new UsageError("--max-length: the longest document has " + longest + " tokens, but "
                    + checkpoint.directory() + " was made for " + architecture.maxPositions() + "; use that or less");
        }
        scorer = TokenScorer.of(
                checkpoint,
                storage,
                adapter,
                longest,
                batchSize,
                List.of(TokenMeasure.NLL, TokenMeasure.ENTROPY),
                backend);
    }

    /** {@return one line about the memory that scoring needs} */
    String memory() {
        return scorer.plan().orElseThrow().summary();
    }

    /** Scores documents and hands them on in their order. */
    void score(List<TokenSequence> data, BiConsumer<TokenSequence, Scores> consumer) {
        int window = batchSize * WINDOW;
        for (int from = 0; from < data.size(); from += window) {
            List<TokenSequence> part = data.subList(from, Math.min(data.size(), from + window));
            List<Scores> scores = scoreWindow(part);
            for (int i = 0; i < part.size(); i++) {
                consumer.accept(part.get(i), scores.get(i));
            }
        }
    }

    /** {@return the scores of documents, in their order} */
    List<Scores> score(List<TokenSequence> data) {
        List<Scores> scores = new ArrayList<>();
        score(data, (document, found) -> scores.add(found));
        return scores;
    }

    private List<Scores> scoreWindow(List<TokenSequence> data) {
        List<Scores> scores =
                data.stream().map(d -> Scores.unmeasured(d.length())).toList();
        scorer.batches(data).forEach(batch -> {
            io.github.tribuollm.llm.scoring.Scores found = scorer.score(batch);
            float[] nll = found.of(TokenMeasure.NLL);
            float[] entropy = found.of(TokenMeasure.ENTROPY);
            long[] documents = batch.candidateSequences();
            int[] positions = batch.candidatePositions();
            for (int i = 0; i < positions.length; i++) {
                Scores document = scores.get((int) documents[i]);
                document.nll()[positions[i]] = nll[i];
                document.entropy()[positions[i]] = entropy[i];
            }
        });
        return scores;
    }

    /** {@return the mean loss of all completion tokens} */
    TokenScorer.MeanLoss meanLoss(List<TokenSequence> data) {
        return scorer.meanLoss(data);
    }

    @Override
    public void close() {
        scorer.close();
    }
}
